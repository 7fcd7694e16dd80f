package net.re6st.sim;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * Which running nodes can reach each other over the tunnels that carry packets at this moment. It knows nothing of routes and
 * of the cores: it looks at the tunnels themselves, with a union of sets.
 */
final class Connectivity {
    private final int[] parents;
    private final int[] sizes;
    private final List<SimNode> nodes;

    Connectivity(Simulation simulation) {
        this(simulation, SimNode::isRunning);
    }

    /** Of the nodes that {@code counts} chooses. */
    Connectivity(Simulation simulation, Predicate<SimNode> counts) {
        int total = simulation.nodes().size();
        parents = new int[total];
        sizes = new int[total];
        Arrays.setAll(parents, i -> i);
        Arrays.fill(sizes, 1);
        nodes = simulation.nodes().stream().filter(counts).toList();
        for (SimLink link : simulation.tunnels().links()) {
            if (link.carries() && counts.test(link.client) && counts.test(link.server)) {
                union(link.client.index(), link.server.index());
            }
        }
    }

    private int root(int node) {
        int at = node;
        while (parents[at] != at) {
            parents[at] = parents[parents[at]];
            at = parents[at];
        }
        return at;
    }

    private void union(int a, int b) {
        int one = root(a);
        int other = root(b);
        if (one != other) {
            int large = sizes[one] >= sizes[other] ? one : other;
            int small = large == one ? other : one;
            parents[small] = large;
            sizes[large] += sizes[small];
        }
    }

    /** How many nodes count. */
    int count() {
        return nodes.size();
    }

    /** How many of them the largest part has. */
    int largest() {
        return nodes.stream().mapToInt(node -> sizes[root(node.index())]).max().orElse(0);
    }

    boolean isWhole() {
        return largest() == count();
    }

    boolean areTogether(SimNode node, SimNode other) {
        return root(node.index()) == root(other.index());
    }

    /** Those outside the largest part, or outside the first of several that are as large; the first few. */
    List<SimNode> outside(int limit) {
        int largest = largest();
        int inside = nodes.stream()
                .map(node -> root(node.index()))
                .filter(root -> sizes[root] == largest)
                .findFirst()
                .orElse(-1);
        return nodes.stream()
                .filter(node -> root(node.index()) != inside)
                .limit(limit)
                .toList();
    }
}
