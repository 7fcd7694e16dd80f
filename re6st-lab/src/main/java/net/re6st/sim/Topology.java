package net.re6st.sim;

import java.util.Arrays;

/** The links that Babel has noticed, by node: what path searches run on. Costs and ends are kept in arrays beside the links. */
final class Topology {
    private static final int FIRST_ROOM = 8;

    private final SimLink[][] links;
    private final int[][] ends;
    private final int[][] costs;
    private final int[] degrees;
    private final double[] x;
    private final double[] y;
    private long version;

    Topology(int nodes) {
        links = new SimLink[nodes][FIRST_ROOM];
        ends = new int[nodes][FIRST_ROOM];
        costs = new int[nodes][FIRST_ROOM];
        degrees = new int[nodes];
        x = new double[nodes];
        y = new double[nodes];
    }

    /** Tells where a node is. Without places, all are at the same. */
    void place(SimHost host) {
        x[host.index()] = host.x();
        y[host.index()] = host.y();
    }

    /** What no path between two nodes can cost less than. */
    int leastCost(int node, int other) {
        double dx = x[node] - x[other];
        double dy = y[node] - y[other];
        return (int) (Internet.LEAST_COST_PER_SIDE * Math.sqrt(dx * dx + dy * dy));
    }

    int size() {
        return degrees.length;
    }

    /** Grows with every change. */
    long version() {
        return version;
    }

    int degree(int node) {
        return degrees[node];
    }

    SimLink link(int node, int slot) {
        return links[node][slot];
    }

    /** The nodes at the other ends; only the first {@link #degree} count. */
    int[] ends(int node) {
        return ends[node];
    }

    int[] costs(int node) {
        return costs[node];
    }

    void add(SimLink link) {
        version++;
        link.clientSlot = append(link.client.index(), link.server.index(), link);
        link.serverSlot = append(link.server.index(), link.client.index(), link);
    }

    private int append(int node, int end, SimLink link) {
        int slot = degrees[node]++;
        if (slot == links[node].length) {
            links[node] = Arrays.copyOf(links[node], 2 * slot);
            ends[node] = Arrays.copyOf(ends[node], 2 * slot);
            costs[node] = Arrays.copyOf(costs[node], 2 * slot);
        }
        links[node][slot] = link;
        ends[node][slot] = end;
        costs[node][slot] = link.cost();
        return slot;
    }

    void remove(SimLink link) {
        version++;
        drop(link.client.index(), link.clientSlot);
        drop(link.server.index(), link.serverSlot);
        link.clientSlot = SimLink.NO_SLOT;
        link.serverSlot = SimLink.NO_SLOT;
    }

    private void drop(int node, int slot) {
        int last = --degrees[node];
        SimLink moved = links[node][last];
        links[node][slot] = moved;
        ends[node][slot] = ends[node][last];
        costs[node][slot] = costs[node][last];
        links[node][last] = null;
        if (slot != last) {
            if (moved.client.index() == node) {
                moved.clientSlot = slot;
            } else {
                moved.serverSlot = slot;
            }
        }
    }

    /** The link's cost is another one. */
    void update(SimLink link) {
        version++;
        costs[link.client.index()][link.clientSlot] = link.cost();
        costs[link.server.index()][link.serverSlot] = link.cost();
    }
}
