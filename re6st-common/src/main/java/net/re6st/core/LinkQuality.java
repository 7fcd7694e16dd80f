package net.re6st.core;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import net.re6st.core.port.ProbeAnswer;
import net.re6st.net.Iface;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;

/** What probes tell of one link: how much it loses, and whether that is enough to do without it. */
final class LinkQuality {
    /*
     * A cumulative sum decides: each bad probe adds ln(POOR/GOOD) to the suspicion, each good one takes ln((1-GOOD)/(1-POOR))
     * away, never below zero; those are the odds of a link that loses POOR against one that loses GOOD. Nothing else finds
     * a change with fewer probes for the same number of false alarms. As long as there is suspicion, probes follow each other
     * quickly, so a link without losses costs a packet per second, and 30 % loss is certain some seconds after the first.
     * The suspicion is limited and must last, so that a short outage is forgiven: the goods after it outweigh it soon.
     *
     * Through TCP nothing is lost: what the underlay loses comes later, by the shortest time after which TCP sends again,
     * 200 ms. So there an answer counts as bad when it is that much later than the median; probes keep that distance, because
     * those in between would make TCP notice sooner. Delay that all answers have moves the median. While the link carries
     * bulk, delay is its own doing, and does not count at all.
     *
     * A firewall may drop echoes, or let few through. A link whose echoes were never answered is not judged; and with
     * suspicion comes a second question, a neighbour solicitation, which no firewall drops as long as IPv6 works. If those are
     * answered, echoes say nothing of this link, and are not believed for a while.
     */
    private static final double POOR = 0.30;
    private static final double GOOD = 0.05;
    private static final double BAD_WEIGHT = Math.log(POOR / GOOD);
    private static final double GOOD_WEIGHT = Math.log((1 - GOOD) / (1 - POOR));
    private static final double ALARM = 12;

    /** Through TCP one loss may delay several answers, so more of them are needed. */
    private static final double ORDERED_ALARM = 20;

    /** Suspicion may exceed the alarm by so much. */
    private static final double EXCESS = 2;

    /** Solicitations of which so many are answered get through; a link that loses POOR passes that by chance once in ten thousand times. */
    private static final int TRUSTED = 40;

    private static final double TRUSTED_SHARE = 0.93;

    /** The same, if more than half of the echoes are lost. */
    private static final int FILTERED = 20;

    private static final double FILTERED_SHARE = 0.95;

    /** Two bad ones in a row, or nearly. */
    private static final double SUSPECT = 3;

    /** Enough to look at other links, too. */
    private static final double WORRYING = 6;

    private static final int BELIEVED = 3;
    private static final int SILENT = 8;
    private static final int TIMES = 15;
    private static final int MAX_WAITING = 64;
    private static final long MILLI = 1_000_000;
    private static final long LATE_NANOS = 150 * MILLI;

    /** More than that is bulk. */
    private static final double BULK_BYTES_PER_SECOND = 20_000;

    /** More than that is more than probes and Babel need. */
    private static final double USED_BYTES_PER_SECOND = 2_000;

    private final Prefix peer;
    private final Iface iface;
    private final boolean ordered;
    private final LossWindow window = new LossWindow();
    private final Deque<Probe> waiting = new ArrayDeque<>();
    private final long[] times = new long[TIMES];
    private int timeCount;

    private long nextAt;
    private long quickUntil;
    private double quickProbes = Timers.QUICK_PROBES;
    private long quickCountedAt;

    private long answers;
    private int unansweredRun;
    private long unansweredSince;
    private double suspicion;
    private long suspectedAt;
    private int insisted;
    private int presences;
    private int lateOnes;
    private int lostOnes;
    private int suspectProbes;
    private boolean wasSuspect;
    private long suspectUntil;
    private boolean distrusted;
    private long distrustedUntil;

    private long trafficBytes = -1;
    private long trafficAt;
    private boolean bulk;
    private boolean used;

    private static final class Probe {
        private final long number;
        private final long sentAt;
        private boolean excused;
        private boolean missed;

        Probe(long number, long sentAt) {
            this.number = number;
            this.sentAt = sentAt;
        }
    }

    /** What a link is worth. */
    enum Verdict {
        GOOD,
        /** It loses or delays too much. */
        POOR,
        /** Nothing came back for a while. */
        SILENT
    }

    /**
     * @param ordered what is lost comes later: the tunnel runs over TCP
     * @param now probes begin, quickly
     */
    LinkQuality(Prefix peer, Iface iface, boolean ordered, Moment now) {
        this.peer = peer;
        this.iface = iface;
        this.ordered = ordered;
        this.nextAt = now.monotonicNanos();
        this.quickCountedAt = nextAt;
        this.quickUntil = now.plus(Timers.QUICK_PROBING).monotonicNanos();
    }

    Prefix peer() {
        return peer;
    }

    Iface iface() {
        return iface;
    }

    // Sending

    boolean isDue(Moment now) {
        return now.hasReached(nextAt);
    }

    /** When something is to be done next, on the monotonic clock. */
    long nextNanos() {
        return nextAt;
    }

    /** Whether the next probe should insist. */
    boolean isSuspicious() {
        return suspicion > 0;
    }

    /** A probe was sent, as {@code number}. */
    void sent(long number, boolean insistent, Moment now) {
        if (waiting.size() == MAX_WAITING) {
            waiting.remove();
        }
        long nanos = now.monotonicNanos();
        waiting.add(new Probe(number, nanos));
        insisted += insistent ? 1 : 0;
        quickProbes = Math.min(
                Timers.QUICK_PROBES, quickProbes + (nanos - quickCountedAt) / (double) Timers.QUICK_PROBE.toNanos());
        quickCountedAt = nanos;
        nextAt = now.plus(pause(now)).monotonicNanos();
    }

    private Duration pause(Moment now) {
        if (answers == 0 && unansweredRun > SILENT) {
            return Timers.UNANSWERED_PROBING;
        }
        boolean quick = suspicion > 0 || !now.hasReached(quickUntil);
        if (quick && quickProbes >= 1) {
            quickProbes--;
            return ordered ? Timers.QUICK_ORDERED_PROBING : Timers.QUICK_PROBING_PAUSE;
        }
        return used ? Timers.USED_PROBING : Timers.PROBING;
    }

    /** This host was held up: what it did not hear until now says nothing. */
    void excuse() {
        waiting.forEach(probe -> probe.excused = true);
    }

    // Hearing

    /** Takes an answer in; false if it is none to a question of ours. */
    boolean answered(ProbeAnswer.Echo echo, Moment now) {
        Probe probe = waiting.stream()
                .filter(each -> each.number == echo.number())
                .findFirst()
                .orElse(null);
        if (probe == null) {
            return false;
        }
        waiting.remove(probe);
        traffic(echo.trafficBytes(), now);
        answers++;
        unansweredRun = 0;
        long time = echo.time().toNanos();
        boolean late = ordered && !bulk && timeCount >= BELIEVED && time > median() + LATE_NANOS;
        times[timeCount++ % TIMES] = time;
        if (probe.missed && !probe.excused) {
            cameAfterAll(late, now);
        } else if (!probe.missed && !(probe.excused && late)) {
            count(probe, !late, late, now);
        }
        return true;
    }

    /** It counted as lost. Through TCP it is late, as bad; elsewhere nothing was wrong but our patience. */
    private void cameAfterAll(boolean late, Moment now) {
        window.found(now);
        if (late) {
            lateOnes++;
            window.late(now);
        } else {
            suspicion = Math.max(0, suspicion - BAD_WEIGHT - GOOD_WEIGHT);
        }
    }

    private void traffic(long bytes, Moment now) {
        long nanos = now.monotonicNanos();
        if (trafficBytes >= 0 && nanos - trafficAt < 500 * MILLI) {
            return;
        }
        double bytesPerSecond = trafficBytes < 0 ? 0 : (bytes - trafficBytes) * 1e9 / (nanos - trafficAt);
        trafficBytes = bytes;
        trafficAt = nanos;
        bulk = bytesPerSecond > BULK_BYTES_PER_SECOND;
        // Quick probes are traffic, too.
        used = (suspicion > 0 || !now.hasReached(quickUntil)) ? used : bytesPerSecond > USED_BYTES_PER_SECOND;
    }

    /** The neighbour is there, whatever becomes of echoes. */
    void isPresent() {
        presences++;
    }

    /** Gives up waiting for what should have come. */
    void judge(Moment now) {
        long patience = patience();
        for (Probe probe : waiting) {
            if (!probe.missed && now.monotonicNanos() - probe.sentAt >= patience) {
                probe.missed = true;
                if (!probe.excused) {
                    unansweredSince = unansweredRun == 0 ? probe.sentAt : unansweredSince;
                    unansweredRun++;
                    count(probe, false, false, now);
                }
            }
        }
        waiting.removeIf(probe -> now.hasReached(probe.sentAt + Timers.PROBE_FORGOTTEN.toNanos()));
    }

    private long patience() {
        return bulk
                ? Timers.BULK_PROBE_PATIENCE.toNanos()
                : Math.min(
                        Timers.PROBE_PATIENCE.multipliedBy(4).toNanos(),
                        Timers.PROBE_PATIENCE.toNanos() + 2 * median());
    }

    private long median() {
        int count = Math.min(timeCount, TIMES);
        long[] sorted = Arrays.copyOf(times, count);
        Arrays.sort(sorted);
        return count == 0 ? 0 : sorted[count / 2];
    }

    private void count(Probe probe, boolean good, boolean late, Moment now) {
        if (answers < BELIEVED || isDistrusted(now)) {
            return;
        }
        window.probe(now, good, late);
        if (good) {
            suspicion = Math.max(0, suspicion - GOOD_WEIGHT);
        } else {
            if (suspicion == 0) {
                suspectedAt = probe.sentAt;
                insisted = 0;
                presences = 0;
                lateOnes = 0;
                lostOnes = 0;
                suspectProbes = 0;
            }
            lostOnes += late ? 0 : 1;
            suspicion = Math.min(alarm() + EXCESS, suspicion + BAD_WEIGHT);
            lateOnes += late ? 1 : 0;
            if (suspicion >= SUSPECT) {
                wasSuspect = true;
                suspectUntil = now.plus(Timers.SUSPECT).monotonicNanos();
            }
            quickUntil = now.plus(Timers.QUICK_PROBING).monotonicNanos();
            nextAt = Math.min(nextAt, now.monotonicNanos());
        }
        suspectProbes++;
        if (isFiltered()) {
            distrust(now);
        }
    }

    /** Most echoes vanish, and next to no solicitation does. */
    private boolean isFiltered() {
        return suspicion > 0
                && insisted >= FILTERED
                && presences >= FILTERED_SHARE * insisted
                && 2 * lostOnes >= suspectProbes;
    }

    // Judging

    /** Whether echoes tell anything of this link. */
    boolean isJudged(Moment now) {
        return answers >= BELIEVED && !isDistrusted(now);
    }

    private boolean isDistrusted(Moment now) {
        distrusted &= !now.hasReached(distrustedUntil);
        return distrusted;
    }

    /** Whether something may be wrong, or was a moment ago. */
    boolean isSuspect(Moment now) {
        return suspicion >= SUSPECT || (wasSuspect && !now.hasReached(suspectUntil));
    }

    boolean isWorrying() {
        return suspicion >= WORRYING;
    }

    /** Probes quickly for a while, so that links can be compared. */
    void hurry(Moment now) {
        boolean slow = now.hasReached(quickUntil);
        quickUntil = now.plus(Timers.QUICK_PROBING).monotonicNanos();
        if (slow) {
            nextAt = now.monotonicNanos();
        }
    }

    private double alarm() {
        return ordered ? ORDERED_ALARM : ALARM;
    }

    Verdict verdict(Moment now) {
        boolean lasting = now.monotonicNanos() - suspectedAt >= Timers.LASTING_SUSPICION.toNanos();
        if (!isJudged(now) || suspicion < alarm() || !lasting) {
            return Verdict.GOOD;
        }
        if (ordered && lateOnes > 0 && unansweredRun < SILENT) {
            return Verdict.POOR;
        }
        if (insisted < 4 || presences >= 0.9 * insisted) {
            if (insisted >= TRUSTED && presences >= TRUSTED_SHARE * insisted) {
                distrust(now);
            }
            return Verdict.GOOD;
        }
        boolean silent =
                unansweredRun >= SILENT && now.monotonicNanos() - unansweredSince >= Timers.LASTING_SUSPICION.toNanos();
        return silent ? Verdict.SILENT : Verdict.POOR;
    }

    private void distrust(Moment now) {
        distrusted = true;
        distrustedUntil = now.plus(Timers.DISTRUST).monotonicNanos();
        suspicion = 0;
        window.clear();
    }

    /** Losses of the last minute; empty if nothing can be told. */
    Optional<LinkReport> report(Moment now) {
        return isJudged(now) ? window.report(now) : Optional.empty();
    }
}
