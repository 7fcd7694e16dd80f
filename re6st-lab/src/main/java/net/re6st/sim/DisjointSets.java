package net.re6st.sim;

import java.util.Arrays;

/** Numbers, united step by step into sets. */
final class DisjointSets {
    private final int[] parents;
    private final int[] sizes;

    DisjointSets(int count) {
        parents = new int[count];
        sizes = new int[count];
        restart();
    }

    /** Every number alone. */
    void restart() {
        Arrays.setAll(parents, i -> i);
        Arrays.fill(sizes, 1);
    }

    /** The number that stands for the set of {@code number}. */
    int root(int number) {
        int at = number;
        while (parents[at] != at) {
            parents[at] = parents[parents[at]];
            at = parents[at];
        }
        return at;
    }

    /** How many are in the set of {@code number}. */
    int size(int number) {
        return sizes[root(number)];
    }

    void unite(int a, int b) {
        int one = root(a);
        int other = root(b);
        if (one != other) {
            int large = sizes[one] >= sizes[other] ? one : other;
            int small = large == one ? other : one;
            parents[small] = large;
            sizes[large] += sizes[small];
        }
    }
}
