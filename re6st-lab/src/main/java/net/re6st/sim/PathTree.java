package net.re6st.sim;

import java.util.Arrays;

/** The cheapest paths from one node to all others: how many of them begin with each of its links. For one thread. */
final class PathTree {
    private static final int NONE = -1;

    private final Topology topology;
    private final int[] distance;
    private final int[] parent;
    private final int[] parentSlot;
    private final int[] first;
    private final Buckets frontier;
    private int[] counts = new int[16];
    private int source = NONE;
    private long version = -1;
    private int reached;

    PathTree(Topology topology) {
        this.topology = topology;
        distance = new int[topology.size()];
        parent = new int[topology.size()];
        parentSlot = new int[topology.size()];
        first = new int[topology.size()];
        frontier = new Buckets(topology.size());
    }

    /** Computes the paths of {@code node}, unless they are those of the last call. */
    PathTree from(int node) {
        if (source != node || version != topology.version()) {
            source = node;
            version = topology.version();
            compute();
        }
        return this;
    }

    private void compute() {
        Arrays.fill(distance, Integer.MAX_VALUE);
        counts = new int[Math.max(1, topology.degree(source))];
        reached = 0;
        distance[source] = 0;
        parent[source] = NONE;
        frontier.restart();
        frontier.add(0, source);
        while (!frontier.isEmpty()) {
            int node = frontier.poll();
            if (node != source) {
                first[node] = parent[node] == source ? parentSlot[node] : first[parent[node]];
                counts[first[node]]++;
                reached++;
            }
            expand(node);
        }
    }

    private void expand(int node) {
        int[] ends = topology.ends(node);
        int[] costs = topology.costs(node);
        int degree = topology.degree(node);
        int here = distance[node];
        for (int slot = 0; slot < degree; slot++) {
            int end = ends[slot];
            int at = here + costs[slot];
            int before = distance[end];
            if (at < before) {
                if (before != Integer.MAX_VALUE) {
                    frontier.remove(before, end);
                }
                distance[end] = at;
                parent[end] = node;
                parentSlot[end] = slot;
                frontier.add(at, end);
            }
        }
    }

    /** How many nodes are reached through the link in {@code slot}. */
    int routesThrough(int slot) {
        return counts[slot];
    }

    int reachedCount() {
        return reached;
    }

    /** What the path to {@code node} costs; only if that is reached. */
    int cost(int node) {
        return distance[node];
    }

    /** Number of links to {@code node}; -1 if it is not reached. */
    int hops(int node) {
        if (distance[node] == Integer.MAX_VALUE) {
            return NONE;
        }
        int hops = 0;
        for (int at = node; at != source; at = parent[at]) {
            hops++;
        }
        return hops;
    }

    /** The link with which the path to {@code node} begins; only if that is reached. */
    SimLink firstLink(int node) {
        return topology.link(source, first[node]);
    }

    /** How long a packet takes to {@code node}; only if that is reached. */
    long delayMicros(int node) {
        long micros = 0;
        for (int at = node; at != source; at = parent[at]) {
            micros += topology.link(parent[at], parentSlot[at]).delayMicros;
        }
        return micros;
    }
}
