package net.re6st.lab;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.LongPredicate;

/**
 * The datagrams sent from one host to another: which were sent when, which arrived. Guarded by {@link Prober}.
 * Sequence numbers start at 0; what exceeds {@link #MAX_DATAGRAMS} is neither sent nor counted.
 */
final class Flow {
    static final int MAX_DATAGRAMS = 100_000;

    private final BitSet arrived = new BitSet();
    private long[] sentNanos = new long[64];
    private int sent;
    private long firstArrivalNanos = -1;

    /** Takes the next sequence number, or -1 when there is none left. */
    int send(long nanos) {
        if (sent == MAX_DATAGRAMS) {
            return -1;
        }
        if (sent == sentNanos.length) {
            sentNanos = Arrays.copyOf(sentNanos, 2 * sent);
        }
        sentNanos[sent] = nanos;
        return sent++;
    }

    void arrive(int sequence, long nanos) {
        if (sequence < 0 || sequence >= sent) {
            return;
        }
        if (firstArrivalNanos < 0) {
            firstArrivalNanos = nanos;
        }
        arrived.set(sequence);
    }

    boolean hasArrived() {
        return firstArrivalNanos >= 0;
    }

    /** Meaningful once {@link #hasArrived}. */
    long firstArrivalNanos() {
        return firstArrivalNanos;
    }

    /** True if a datagram that was sent at or after this moment arrived. */
    boolean isAliveSince(long nanos) {
        for (int i = sent - 1; i >= 0 && sentNanos[i] - nanos >= 0; i--) {
            if (arrived.get(i)) {
                return true;
            }
        }
        return false;
    }

    /** When the last one that was lost was sent, of those from {@code fromNanos} on and before {@code toNanos}; else the former. */
    long steadySince(long fromNanos, long toNanos, LongPredicate excused) {
        for (int i = first(toNanos) - 1; i >= 0 && sentNanos[i] - fromNanos >= 0; i--) {
            if (!arrived.get(i) && !excused.test(sentNanos[i])) {
                return sentNanos[i];
            }
        }
        return fromNanos;
    }

    /** What happened to those sent from {@code fromNanos} on, and before {@code toNanos}. */
    Loss between(long fromNanos, long toNanos) {
        return between(fromNanos, toNanos, nanos -> false);
    }

    /** The same; those lost that were sent at a time which {@code excused} accepts are left out. */
    Loss between(long fromNanos, long toNanos, LongPredicate excused) {
        int count = 0;
        int lost = 0;
        long longest = 0;
        long longestFrom = fromNanos;
        long gapStart = -1;
        for (int i = first(fromNanos); i < sent && sentNanos[i] - toNanos < 0; i++) {
            if (!arrived.get(i) && excused.test(sentNanos[i])) {
                continue;
            }
            count++;
            if (arrived.get(i)) {
                if (gapStart >= 0 && sentNanos[i] - gapStart > longest) {
                    longest = sentNanos[i] - gapStart;
                    longestFrom = gapStart;
                }
                gapStart = -1;
            } else {
                lost++;
                gapStart = gapStart < 0 ? sentNanos[i] : gapStart;
            }
        }
        if (gapStart >= 0 && toNanos - gapStart > longest) {
            longest = toNanos - gapStart;
            longestFrom = gapStart;
        }
        return new Loss(count, lost, longest, longestFrom);
    }

    /** The first one that was sent at or after this moment; they are in the order of time. */
    private int first(long nanos) {
        int low = 0;
        int high = sent;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sentNanos[middle] - nanos < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Datagrams sent and lost, and the longest time without one that arrived, with its beginning. */
    record Loss(int sent, int lost, long longestGapNanos, long longestGapFromNanos) {}
}
