package net.re6st.core;

import java.time.Duration;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;
import net.re6st.core.LinkQuality.Verdict;
import net.re6st.core.port.ProbeAnswer;
import net.re6st.net.Iface;
import net.re6st.net.Ip6;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;

/** A link that is probed, and what the other end answers, in a time of its own. */
final class LossyLink {
    static final Prefix PEER = Prefix.ofBits("0001");
    static final Iface IFACE = new Iface("re6stnet1");
    static final Ip6 ADDRESS = Ip6.parse("fe80::1").orElseThrow();
    private static final long MILLI = 1_000_000;
    private static final long PATIENCE_NANOS = 60_000 * MILLI;

    private final RandomGenerator random;
    private final boolean ordered;
    private final PriorityQueue<Answer> answers = new PriorityQueue<>();
    private final LinkQuality quality;
    private long now;
    private long number;
    private long arrived;
    private long passed;
    private long countedAt;
    private long outageFrom;
    private long outageTo;
    int probes;

    /** Of what is sent, in one direction or the other. */
    double loss;

    /** Of echoes alone: a firewall lets few of them pass. */
    double refused;

    double bytesPerSecond = 5_000;
    Duration roundTrip = Duration.ofMillis(20);
    Duration jitter = Duration.ofMillis(3);

    /** Every look at the link comes late. */
    boolean heldUp;

    private record Answer(long at, long number, long sentAt) implements Comparable<Answer> {
        @Override
        public int compareTo(Answer other) {
            return Long.compare(at, other.at);
        }
    }

    LossyLink(boolean ordered, RandomGenerator random) {
        this.ordered = ordered;
        this.random = random;
        this.quality = new LinkQuality(PEER, IFACE, ordered, now());
    }

    LinkQuality quality() {
        return quality;
    }

    Moment now() {
        return new Moment(now, now / 1000);
    }

    double seconds() {
        return now / 1e9;
    }

    /** Goes on for so long, or until the verdict is not good; true if that happened. */
    boolean run(Duration time) {
        long end = now + time.toNanos();
        while (now < end) {
            Answer first = answers.peek();
            if (first != null && first.at() <= quality.nextNanos()) {
                answers.poll();
                now = Math.max(now, first.at());
                Duration took = Duration.ofNanos(first.at() - first.sentAt());
                passed += (long) (bytesPerSecond * (now - countedAt) / 1e9);
                countedAt = now;
                long bytes = passed;
                quality.answered(new ProbeAnswer.Echo(IFACE, first.number(), took, bytes), now());
            } else {
                now = Math.max(now, quality.nextNanos());
                if (heldUp) {
                    quality.excuse();
                }
                quality.judge(now());
                send();
            }
            if (quality.verdict(now()) != Verdict.GOOD) {
                return true;
            }
        }
        return false;
    }

    /** Nothing gets through for so long. */
    void fail(Duration outage) {
        outageFrom = now;
        outageTo = now + outage.toNanos();
    }

    /** When TCP sends again after an outage. */
    private long nextTry() {
        long at = outageFrom;
        for (long again = 200 * MILLI; at < outageTo; again *= 2) {
            at += again;
        }
        return at;
    }

    private void send() {
        boolean insist = quality.isSuspicious();
        quality.sent(++number, insist, now());
        probes++;
        if (insist && now >= outageTo && random.nextDouble() >= loss) {
            quality.isPresent();
        }
        boolean out = now < outageTo;
        boolean lost = random.nextDouble() < loss || (out && !ordered);
        long time = roundTrip.toNanos() + (long) (random.nextDouble() * jitter.toNanos());
        if (ordered) {
            // TCP sends again after 200 ms, then after twice as long; what comes later waits.
            long again = 200 * MILLI;
            while (lost && time < PATIENCE_NANOS) {
                time += again;
                again *= 2;
                lost = random.nextDouble() < loss;
            }
            arrived = Math.max(Math.max(arrived, now + time), now < outageTo ? nextTry() : 0);
            if (time < PATIENCE_NANOS && (refused == 0 || random.nextDouble() >= refused)) {
                answers.add(new Answer(arrived, number, now));
            }
        } else if (!lost && random.nextDouble() >= refused) {
            answers.add(new Answer(now + time, number, now));
        }
    }
}
