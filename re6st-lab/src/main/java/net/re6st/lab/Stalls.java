package net.re6st.lab;

import java.util.ArrayList;
import java.util.List;

/**
 * When the machine stood still, as seen by a thread that should have run all the time: decides which losses say nothing of
 * the network. Not thread-safe.
 */
final class Stalls {
    /*
     * On two processors that others use, everything may stop for a second: the programs in the hosts, too, which then find
     * more datagrams in their queues than these hold, or close a tunnel before what came through it was read. A loss just
     * before, in or after such a time is not held against the network. Where nothing stalls, every loss counts.
     */
    static final long STALL_NANOS = 250_000_000;

    /** What was sent so shortly before is still under way. */
    static final long BEFORE_NANOS = 300_000_000;

    /** The programs in the hosts work off what has piled up. */
    static final long AFTER_NANOS = 300_000_000;

    private static final int MAX_STALLS = 10_000;

    private record Stall(long from, long to) {}

    private final List<Stall> stalls = new ArrayList<>();

    /** The thread was last seen at {@code from}, and again at {@code to}. Returns whether that is a stall. */
    boolean seen(long from, long to) {
        if (to - from < STALL_NANOS || stalls.size() == MAX_STALLS) {
            return false;
        }
        stalls.add(new Stall(from - BEFORE_NANOS, to + AFTER_NANOS));
        return true;
    }

    boolean covers(long nanos) {
        return stalls.stream().anyMatch(stall -> nanos - stall.from >= 0 && nanos - stall.to < 0);
    }

    /** How many there were that touch the time from {@code nanos} on. */
    int since(long nanos) {
        return (int) stalls.stream().filter(stall -> stall.to - nanos > 0).count();
    }
}
