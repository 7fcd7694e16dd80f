package net.re6st.sim;

import java.util.Arrays;

/** The cheapest paths from one node to all others: how many of them begin with each of its links. For one thread. */
final class PathTree {
    private static final int NONE = -1;

    private final Topology topology;
    private final int[] distance;
    private final int[] hops;
    private final int[] first;
    private final long[] delayMicros;
    private final boolean[] done;
    private final Frontier frontier = new Frontier();
    private int[] counts = new int[16];
    private int source = NONE;
    private long version = -1;
    private int reached;

    PathTree(Topology topology) {
        this.topology = topology;
        distance = new int[topology.size()];
        hops = new int[topology.size()];
        first = new int[topology.size()];
        delayMicros = new long[topology.size()];
        done = new boolean[topology.size()];
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
        Arrays.fill(done, false);
        Arrays.fill(first, NONE);
        counts = new int[Math.max(1, topology.degree(source))];
        reached = 0;
        distance[source] = 0;
        hops[source] = 0;
        delayMicros[source] = 0;
        frontier.clear();
        frontier.add(0, source);
        while (!frontier.isEmpty()) {
            int node = frontier.poll();
            if (!done[node]) {
                done[node] = true;
                if (node != source) {
                    counts[first[node]]++;
                    reached++;
                }
                expand(node);
            }
        }
    }

    private void expand(int node) {
        int[] ends = topology.ends(node);
        int[] costs = topology.costs(node);
        int degree = topology.degree(node);
        for (int slot = 0; slot < degree; slot++) {
            int end = ends[slot];
            int at = distance[node] + costs[slot];
            if (at < distance[end]) {
                distance[end] = at;
                hops[end] = hops[node] + 1;
                delayMicros[end] = delayMicros[node] + topology.link(node, slot).delayMicros;
                first[end] = node == source ? slot : first[node];
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

    /** Number of links to {@code node}; -1 if it is not reached. */
    int hops(int node) {
        return done[node] ? hops[node] : NONE;
    }

    /** The link with which the path to {@code node} begins; only if that is reached. */
    SimLink firstLink(int node) {
        return topology.link(source, first[node]);
    }

    long delayMicros(int node) {
        return delayMicros[node];
    }
}
