package net.re6st.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Which running nodes can reach each other over the tunnels that carry packets at this moment. It knows nothing of routes and
 * of the cores: it looks at the tunnels themselves, with a union of sets.
 */
final class Connectivity {
    private final DisjointSets sets;
    private final List<SimNode> nodes = new ArrayList<>();
    private int largest;
    private int largestRoot = -1;

    Connectivity(Simulation simulation) {
        this(simulation, SimNode::isRunning);
    }

    /** Of the nodes that {@code counts} chooses. */
    Connectivity(Simulation simulation, Predicate<SimNode> counts) {
        boolean[] counted = new boolean[simulation.nodes().size()];
        for (SimNode node : simulation.nodes()) {
            if (counts.test(node)) {
                counted[node.index()] = true;
                nodes.add(node);
            }
        }
        sets = new DisjointSets(counted.length);
        for (SimLink link : simulation.tunnels().links()) {
            if (link.carries() && counted[link.client.index()] && counted[link.server.index()]) {
                sets.unite(link.client.index(), link.server.index());
            }
        }
        for (SimNode node : nodes) {
            int root = sets.root(node.index());
            if (sets.size(root) > largest) {
                largest = sets.size(root);
                largestRoot = root;
            }
        }
    }

    /** Those that count. */
    List<SimNode> nodes() {
        return nodes;
    }

    /** How many nodes count. */
    int count() {
        return nodes.size();
    }

    /** How many of them the largest part has. */
    int largest() {
        return largest;
    }

    boolean isWhole() {
        return largest == count();
    }

    boolean areTogether(SimNode node, SimNode other) {
        return sets.root(node.index()) == sets.root(other.index());
    }

    /** Whether the node is in the largest part, or in the first of several that are as large. */
    boolean isInLargest(SimNode node) {
        return sets.root(node.index()) == largestRoot;
    }

    /** Those outside the largest part; the first few. */
    List<SimNode> outside(int limit) {
        return nodes.stream().filter(node -> !isInLargest(node)).limit(limit).toList();
    }
}
