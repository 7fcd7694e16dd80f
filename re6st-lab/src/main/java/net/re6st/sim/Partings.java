package net.re6st.sim;

import java.util.List;

/**
 * How often, since the network was whole for the first time, nodes that had joined it were cut off: no tunnel led from them to
 * the largest part. A node that starts has joined when it is first seen in that part.
 */
final class Partings {
    /** Before a node has joined. */
    private static final long NEVER = -1;

    private final long[] joinedInLife;
    private List<SimLink> firstTunnels = List.of();
    private boolean begun;
    private boolean parted;
    private long looks;
    private long partedLooks;
    private long times;
    private long nodeLooks;
    private int mostNodes;

    Partings(int nodes) {
        joinedInLife = new long[nodes];
        java.util.Arrays.fill(joinedInLife, NEVER);
    }

    /** Looks at the network; {@code started}: all that start at the beginning have had time to join. */
    void look(Connectivity connectivity, Simulation simulation, boolean started) {
        if (!begun) {
            begun = started && connectivity.isWhole();
            if (!begun) {
                return;
            }
            firstTunnels = List.copyOf(simulation.tunnels().links());
        }
        int cut = 0;
        for (SimNode node : connectivity.nodes()) {
            int index = node.index();
            if (connectivity.isInLargest(node)) {
                joinedInLife[index] = node.startedNanos();
            } else if (joinedInLife[index] == node.startedNanos()) {
                cut++;
            }
        }
        looks++;
        nodeLooks += cut;
        mostNodes = Math.max(mostNodes, cut);
        partedLooks += cut > 0 ? 1 : 0;
        times += cut > 0 && !parted ? 1 : 0;
        parted = cut > 0;
    }

    /** Whether nodes that had joined were ever seen cut off. */
    boolean everParted() {
        return times > 0;
    }

    /** How often was looked. */
    long looks() {
        return looks;
    }

    /** At how many looks somebody was cut off. */
    long partedLooks() {
        return partedLooks;
    }

    /** How often it happened: at one look, and not at the look before. */
    long times() {
        return times;
    }

    /** The nodes that were cut off, over all looks together. */
    long nodeLooks() {
        return nodeLooks;
    }

    /** How many nodes were cut off at the same time, at most. */
    int mostNodes() {
        return mostNodes;
    }

    /** The share of the tunnels seen at the first look that still are the same ones: what all looks have in common. */
    double firstTunnelsLeft() {
        return firstTunnels.isEmpty()
                ? 1
                : (double) firstTunnels.stream().filter(link -> link.alive).count() / firstTunnels.size();
    }
}
