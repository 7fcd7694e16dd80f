package net.re6st.sim;

import java.util.Arrays;

/**
 * Which nodes reach each other over the links that Babel has noticed. Kept up to date with each link: when one comes the
 * smaller part changes its number, when one goes two searches look for each other, so that what is small is all that costs.
 */
final class Components {
    private final Topology topology;
    private final int[] labels;
    private final int[] places;
    private final int[][] members;
    private final int[] sizes;
    private final int[] free;
    private int freeCount;
    private final Search left;
    private final Search right;

    /** A breadth-first search. */
    private static final class Search {
        private final int[] mark;
        private final int[] queue;
        private int round;
        private int head;
        private int tail;

        Search(int nodes) {
            mark = new int[nodes];
            queue = new int[nodes];
        }

        void begin(int node) {
            round++;
            head = 0;
            tail = 0;
            add(node);
        }

        void add(int node) {
            if (mark[node] != round) {
                mark[node] = round;
                queue[tail++] = node;
            }
        }

        boolean has(int node) {
            return mark[node] == round;
        }
    }

    Components(Topology topology) {
        this.topology = topology;
        int nodes = topology.size();
        labels = new int[nodes];
        places = new int[nodes];
        members = new int[nodes][];
        sizes = new int[nodes];
        free = new int[nodes];
        left = new Search(nodes);
        right = new Search(nodes);
        for (int i = 0; i < nodes; i++) {
            labels[i] = i;
            members[i] = new int[] {i};
            sizes[i] = 1;
        }
    }

    boolean areTogether(int node, int other) {
        return labels[node] == labels[other];
    }

    /** How many nodes {@code node} belongs together with, itself included. */
    int size(int node) {
        return sizes[labels[node]];
    }

    /** One of those, by number. */
    int member(int node, int number) {
        return members[labels[node]][number];
    }

    /** A link joined the two. Returns the nodes for which that changed more than for the others; none if nothing changed. */
    int[] joined(int node, int other) {
        if (areTogether(node, other)) {
            return new int[0];
        }
        int small = size(node) <= size(other) ? labels[node] : labels[other];
        int large = small == labels[node] ? labels[other] : labels[node];
        int[] moved = Arrays.copyOf(members[small], sizes[small]);
        for (int member : moved) {
            append(large, member);
        }
        sizes[small] = 0;
        members[small] = new int[0];
        free[freeCount++] = small;
        return moved;
    }

    private void append(int label, int node) {
        if (sizes[label] == members[label].length) {
            members[label] = Arrays.copyOf(members[label], Math.max(4, 2 * sizes[label]));
        }
        labels[node] = label;
        places[node] = sizes[label];
        members[label][sizes[label]++] = node;
    }

    /** The link between the two is gone. Returns the smaller part if there are two now, else nothing. */
    int[] parted(int node, int other) {
        if (!areTogether(node, other)) {
            return new int[0];
        }
        left.begin(node);
        right.begin(other);
        while (true) {
            if (step(left, right) || step(right, left)) {
                return new int[0];
            }
            Search ended = left.head == left.tail ? left : right.head == right.tail ? right : null;
            if (ended != null) {
                return separate(Arrays.copyOf(ended.queue, ended.tail));
            }
        }
    }

    /** Looks at one more node; whether the searches met. */
    private boolean step(Search search, Search opposite) {
        int node = search.queue[search.head++];
        int[] ends = topology.ends(node);
        for (int slot = 0; slot < topology.degree(node); slot++) {
            if (opposite.has(ends[slot])) {
                return true;
            }
            search.add(ends[slot]);
        }
        return false;
    }

    private int[] separate(int[] part) {
        int label = free[--freeCount];
        for (int node : part) {
            int from = labels[node];
            int last = members[from][--sizes[from]];
            members[from][places[node]] = last;
            places[last] = places[node];
            append(label, node);
        }
        return part;
    }
}
