package net.re6st.sim;

import java.util.Arrays;

/**
 * Nodes by distance, for a search that never comes back to a smaller one: a list of nodes for each distance, in a ring that is
 * longer than any link costs. To add, to move and to take a node takes the same time however many there are.
 */
final class Buckets {
    private static final int RING = 1 << 15;
    private static final int NONE = -1;

    private final int[] first = new int[RING];
    private final int[] next;
    private final int[] previous;

    /** One bit for each bucket that holds something. */
    private final long[] filled = new long[RING / Long.SIZE];

    private int size;
    private int nearest;

    Buckets(int nodes) {
        next = new int[nodes];
        previous = new int[nodes];
        Arrays.fill(first, NONE);
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Begins another search, from distance 0; all nodes must have been taken out. */
    void restart() {
        nearest = 0;
    }

    void add(int distance, int node) {
        if (distance - nearest >= RING) {
            throw new IllegalArgumentException("a step of " + (distance - nearest) + ", at most " + (RING - 1));
        }
        int bucket = distance & RING - 1;
        int head = first[bucket];
        next[node] = head;
        previous[node] = NONE;
        if (head != NONE) {
            previous[head] = node;
        } else {
            filled[bucket >> 6] |= 1L << bucket;
        }
        first[bucket] = node;
        size++;
    }

    /** Takes out a node that was added at {@code distance}. */
    void remove(int distance, int node) {
        int bucket = distance & RING - 1;
        int before = previous[node];
        int after = next[node];
        if (after != NONE) {
            previous[after] = before;
        }
        if (before != NONE) {
            next[before] = after;
        } else {
            first[bucket] = after;
            if (after == NONE) {
                filled[bucket >> 6] &= ~(1L << bucket);
            }
        }
        size--;
    }

    /** Takes out a node that is nearest; there must be one. */
    int poll() {
        int start = nearest & RING - 1;
        int word = start >> 6;
        long bits = filled[word] & -1L << start;
        while (bits == 0) {
            word = word + 1 & filled.length - 1;
            bits = filled[word];
        }
        int bucket = (word << 6) + Long.numberOfTrailingZeros(bits);
        nearest += bucket - start & RING - 1;
        int node = first[bucket];
        remove(bucket, node);
        return node;
    }
}
