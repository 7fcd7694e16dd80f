package net.re6st.sim;

import java.util.Arrays;

/** Nodes by distance: a binary heap of numbers that hold both, so that equal distances come in the order of nodes. */
final class Frontier {
    private long[] heap = new long[1024];
    private int size;

    void clear() {
        size = 0;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void add(int distance, int node) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, 2 * size);
        }
        long entry = (long) distance << 32 | node;
        int at = size++;
        while (at > 0) {
            int above = (at - 1) / 2;
            if (heap[above] <= entry) {
                break;
            }
            heap[at] = heap[above];
            at = above;
        }
        heap[at] = entry;
    }

    int nearestDistance() {
        return (int) (heap[0] >>> 32);
    }

    /** Takes the nearest node out. */
    int poll() {
        int node = (int) heap[0];
        long moved = heap[--size];
        int at = 0;
        while (true) {
            int below = 2 * at + 1;
            if (below >= size) {
                break;
            }
            if (below + 1 < size && heap[below + 1] < heap[below]) {
                below++;
            }
            if (heap[below] >= moved) {
                break;
            }
            heap[at] = heap[below];
            at = below;
        }
        heap[at] = moved;
        return node;
    }
}
