package net.re6st.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Who has a tunnel with whom at one moment, without places and time: nodes are numbers. */
final class Graph {
    private static final int UNREACHABLE_WANT = 2;

    private final int[][] neighbours;

    private Graph(int[][] neighbours) {
        this.neighbours = neighbours;
    }

    /**
     * The rule by which nodes choose, and nothing else of them: what {@link #drawn} makes a graph of.
     *
     * @param closed how many nodes nobody can connect to; they dial two others at most
     * @param clientCount how many others each of the rest dials
     */
    record Rule(int nodes, int closed, int clientCount) {}

    /** The tunnels that carry packets between some nodes of a simulation. */
    static Graph of(List<SimNode> nodes, Collection<SimLink> links) {
        Map<SimNode, Integer> numbers = new HashMap<>();
        nodes.forEach(node -> numbers.put(node, numbers.size()));
        Builder builder = new Builder(nodes.size());
        for (SimLink link : links) {
            Integer client = numbers.get(link.client);
            Integer server = numbers.get(link.server);
            if (client != null && server != null && link.carries()) {
                builder.join(client, server);
            }
        }
        return builder.graph();
    }

    /** A graph by the rule alone: one after the other, round after round, every node dials somebody it has no tunnel with. */
    static Graph drawn(Rule rule, RandomGenerator random) {
        Builder builder = new Builder(rule.nodes());
        int open = rule.nodes() - rule.closed();
        int[] order = new int[rule.nodes()];
        Arrays.setAll(order, i -> i);
        for (int round = 0; round < rule.clientCount(); round++) {
            shuffle(order, order.length, random);
            for (int node : order) {
                boolean dials = node < open || round < UNREACHABLE_WANT;
                int[] strangers = dials ? builder.strangers(node, open) : new int[0];
                if (strangers.length > 0) {
                    builder.join(node, strangers[random.nextInt(strangers.length)]);
                }
            }
        }
        return builder.graph();
    }

    /** Puts the first {@code count} of some numbers in random order, drawn from all of them. */
    static void shuffle(int[] numbers, int count, RandomGenerator random) {
        for (int i = 0; i < count; i++) {
            int other = i + random.nextInt(numbers.length - i);
            int moved = numbers[i];
            numbers[i] = numbers[other];
            numbers[other] = moved;
        }
    }

    int size() {
        return neighbours.length;
    }

    /** Each neighbour once. */
    int[] neighbours(int node) {
        return neighbours[node];
    }

    private static final class Builder {
        private final List<List<Integer>> neighbours = new ArrayList<>();

        Builder(int nodes) {
            for (int i = 0; i < nodes; i++) {
                neighbours.add(new ArrayList<>());
            }
        }

        void join(int node, int other) {
            if (!neighbours.get(node).contains(other)) {
                neighbours.get(node).add(other);
                neighbours.get(other).add(node);
            }
        }

        /** Those of the first {@code count} nodes that {@code node} has no tunnel with. */
        int[] strangers(int node, int count) {
            boolean[] near = new boolean[neighbours.size()];
            near[node] = true;
            neighbours.get(node).forEach(other -> near[other] = true);
            int[] strangers = new int[count];
            int found = 0;
            for (int i = 0; i < count; i++) {
                if (!near[i]) {
                    strangers[found++] = i;
                }
            }
            return Arrays.copyOf(strangers, found);
        }

        Graph graph() {
            return new Graph(neighbours.stream()
                    .map(list -> list.stream().mapToInt(i -> i).toArray())
                    .toArray(int[][]::new));
        }
    }
}
