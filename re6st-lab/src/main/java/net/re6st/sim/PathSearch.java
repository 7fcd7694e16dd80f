package net.re6st.sim;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Finds the cheapest path between two nodes. Keeps its tables between searches; for one thread. */
final class PathSearch {
    /*
     * Dijkstra's search from both ends at once, drawn to the other end: no link costs less than what its length makes, so what
     * a node must still cost at least is known from its place. Both searches use the same potential, half the difference of
     * what is left to either end, with opposite signs; so they may stop as soon as the least of both together is no less than
     * the best path found. In a network of ten thousand nodes this looks at some hundred.
     */
    /** Added to what may be negative. */
    private static final int ZERO = 1 << 20;

    private final Topology topology;
    private final Side forward;
    private final Side backward;

    /** The search from one end. */
    private static final class Side {
        private final int[] distance;
        private final int[] mark;
        private final int[] parent;
        private final int[] parentSlot;
        private final boolean[] done;
        private final Frontier frontier = new Frontier();
        private int round;
        private int settled;

        Side(int nodes) {
            distance = new int[nodes];
            mark = new int[nodes];
            parent = new int[nodes];
            parentSlot = new int[nodes];
            done = new boolean[nodes];
        }

        void begin(int start, int key) {
            round++;
            settled = 0;
            frontier.clear();
            reach(start, 0, key, -1, -1);
        }

        boolean knows(int node) {
            return mark[node] == round;
        }

        void reach(int node, int at, int key, int from, int slot) {
            mark[node] = round;
            done[node] = false;
            distance[node] = at;
            parent[node] = from;
            parentSlot[node] = slot;
            frontier.add(key, node);
        }
    }

    PathSearch(Topology topology) {
        this.topology = topology;
        this.forward = new Side(topology.size());
        this.backward = new Side(topology.size());
    }

    /** The links from one node to another, in order; empty if there is no path, or nothing to cross. */
    List<SimLink> links(int from, int to) {
        return links(from, to, Integer.MAX_VALUE);
    }

    /** As {@link #links(int, int)}; empty also if the path does not cost less than {@code limit}. */
    List<SimLink> links(int from, int to, int limit) {
        int meeting = from == to ? -1 : meet(from, to, limit);
        if (meeting < 0) {
            return List.of();
        }
        List<SimLink> links = new ArrayList<>();
        for (int at = meeting; at != from; at = forward.parent[at]) {
            links.add(topology.link(forward.parent[at], forward.parentSlot[at]));
        }
        Collections.reverse(links);
        for (int at = meeting; at != to; at = backward.parent[at]) {
            links.add(topology.link(backward.parent[at], backward.parentSlot[at]));
        }
        return links;
    }

    /** The node where the two searches met on the cheapest path; -1 if there is none below {@code limit}. */
    private int meet(int from, int to, int limit) {
        forward.begin(from, ZERO + potential(from, from, to));
        backward.begin(to, ZERO - potential(to, from, to));
        int best = limit;
        int meeting = -1;
        while (!forward.frontier.isEmpty() && !backward.frontier.isEmpty()) {
            int near = forward.frontier.nearestDistance() - ZERO;
            int far = backward.frontier.nearestDistance() - ZERO;
            if (near + far >= best) {
                break;
            }
            boolean ahead = forward.settled <= backward.settled;
            Side side = ahead ? forward : backward;
            Side opposite = ahead ? backward : forward;
            int node = side.frontier.poll();
            if (side.done[node]) {
                continue;
            }
            side.done[node] = true;
            side.settled++;
            int[] ends = topology.ends(node);
            int[] costs = topology.costs(node);
            int degree = topology.degree(node);
            int opposing = ahead ? far : near;
            for (int slot = 0; slot < degree; slot++) {
                int end = ends[slot];
                int distance = side.distance[node] + costs[slot];
                if (side.knows(end) && distance >= side.distance[end]) {
                    continue;
                }
                int potential = potential(end, from, to);
                int key = ahead ? distance + potential : distance - potential;
                if (key + opposing < best) {
                    side.reach(end, distance, ZERO + key, node, slot);
                    if (opposite.knows(end) && distance + opposite.distance[end] < best) {
                        best = distance + opposite.distance[end];
                        meeting = end;
                    }
                }
            }
        }
        return meeting;
    }

    private int potential(int node, int from, int to) {
        return (topology.leastCost(node, to) - topology.leastCost(node, from)) / 2;
    }
}
