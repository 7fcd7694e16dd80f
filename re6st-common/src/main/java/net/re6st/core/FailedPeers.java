package net.re6st.core;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;

/**
 * Peers that could not be connected to, and when each may be tried again. A node behind NAT advertises an address that
 * refuses connections at once: without a pause it would be asked, dialled and given up dozens of times per second.
 */
final class FailedPeers {
    static final int MAX_PEERS = 256;

    private record Failure(Moment at, Duration pause) {}

    private final Map<Prefix, Failure> failures = new LinkedHashMap<>();

    /** The pause doubles with each failure. */
    void add(Prefix peer, Moment now) {
        Failure before = failures.remove(peer);
        Duration pause = before == null ? Timers.FAILED_PEER : before.pause().multipliedBy(2);
        if (failures.size() >= MAX_PEERS) {
            failures.remove(failures.keySet().iterator().next());
        }
        Duration limited = pause.compareTo(Timers.FAILED_PEER_LONGEST) < 0 ? pause : Timers.FAILED_PEER_LONGEST;
        failures.put(peer, new Failure(now, limited));
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
