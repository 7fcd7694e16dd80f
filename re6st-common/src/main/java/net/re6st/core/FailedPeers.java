package net.re6st.core;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.re6st.core.port.Avoided;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;

/**
 * Peers with which something failed, and when each may be tried again. A node behind NAT advertises an address that
 * refuses connections at once: without a pause it would be asked, dialled and given up dozens of times per second.
 */
final class FailedPeers {
    static final int MAX_PEERS = 256;

    private record Failure(Moment at, Duration pause) {}

    private final Map<Prefix, Failure> failures = new LinkedHashMap<>();
    private final Duration longest;
    private final Duration forgotten;

    /**
     * @param longest pauses don't get longer than this
     * @param forgotten a failure so long ago does not count any more
     */
    FailedPeers(Duration longest, Duration forgotten) {
        this.longest = longest;
        this.forgotten = forgotten;
    }

    /** The pause is {@code first}, and doubles with each failure. */
    void add(Prefix peer, Duration first, Moment now) {
        Failure before = failures.remove(peer);
        if (before != null && now.hasReached(before.at().plus(forgotten).monotonicNanos())) {
            before = null;
        }
        Duration doubled = before == null ? first : before.pause().multipliedBy(2);
        Duration pause = doubled.compareTo(first) < 0 ? first : doubled;
        if (failures.size() >= MAX_PEERS) {
            failures.remove(failures.keySet().iterator().next());
        }
        failures.put(peer, new Failure(now, Timers.shorter(pause, longest)));
    }

    /** All, the oldest first. */
    List<Avoided> list() {
        return failures.entrySet().stream()
                .map(each -> new Avoided(
                        each.getKey(),
                        each.getValue().at().wallMicros(),
                        each.getValue().pause()))
                .toList();
    }

    /** Goes on with those of another process. One from the future counts as of now: somebody set the clock back. */
    void restore(List<Avoided> found, Moment now) {
        for (Avoided each : found) {
            long agoMicros = Math.max(0, now.wallMicros() - each.sinceWallMicros());
            if (agoMicros < forgotten.toNanos() / 1000 && failures.size() < MAX_PEERS) {
                Moment at = now.plus(Duration.ofNanos(-1000 * agoMicros));
                failures.put(each.peer(), new Failure(at, Timers.shorter(each.pause(), longest)));
            }
        }
    }

    void remove(Prefix peer) {
        failures.remove(peer);
    }

    boolean mayTry(Prefix peer, Moment now) {
        Failure failure = failures.get(peer);
        return failure == null
                || now.hasReached(failure.at().plus(failure.pause()).monotonicNanos());
    }
}
