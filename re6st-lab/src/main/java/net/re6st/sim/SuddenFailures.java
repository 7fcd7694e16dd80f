package net.re6st.sim;

import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * What is left of a graph when some of its nodes, any with the same probability, fail at once: tried with many draws, and
 * computed as far as it can be.
 */
final class SuddenFailures {
    /** In per cent of the nodes. */
    private static final int[] SHARES = {0, 1, 2, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60};

    private static final int NODES_TO_VISIT = 100_000;
    private static final int LEAST_DRAWS = 10;
    private static final int MOST_DRAWS = 2_000;

    private final Graph graph;
    private final double[] logFactorials;
    private final int[] nodesByNeighbours;
    private final int[] pairsByNeighbours;

    /**
     * What came of it for one number of failures.
     *
     * @param failed how many nodes fail
     * @param draws how often that was tried
     * @param largest mean share of those left that the largest part has
     * @param parted in how many of the draws those left are not together
     * @param expected how many parts of one or two nodes there are on average: computed from each node's neighbours, exactly.
     *     When it is small it is the probability that there is such a part, or a little more.
     */
    record Result(int failed, int draws, double largest, int parted, double expected) {
        double partedShare() {
            return (double) parted / draws;
        }

        /** The probability that something is cut off, if what is cut off is small and happens independently. */
        double estimate() {
            return -Math.expm1(-expected);
        }
    }

    SuddenFailures(Graph graph) {
        this.graph = graph;
        nodesByNeighbours = new int[graph.size()];
        pairsByNeighbours = new int[graph.size()];
        countNeighbours();
        logFactorials = new double[graph.size() + 1];
        for (int i = 1; i < logFactorials.length; i++) {
            logFactorials[i] = logFactorials[i - 1] + Math.log(i);
        }
    }

    /** By per cent of the nodes that fail. */
    SortedMap<Integer, Result> results(RandomGenerator random) {
        SortedMap<Integer, Result> results = new TreeMap<>();
        for (int percent : SHARES) {
            results.put(percent, result(graph.size() * percent / 100, random));
        }
        return results;
    }

    Result result(int failed, RandomGenerator random) {
        int nodes = graph.size();
        int draws = failed == 0 ? 1 : Math.max(LEAST_DRAWS, Math.min(MOST_DRAWS, NODES_TO_VISIT / Math.max(1, nodes)));
        int left = nodes - failed;
        int[] order = new int[nodes];
        Arrays.setAll(order, i -> i);
        DisjointSets sets = new DisjointSets(nodes);
        boolean[] gone = new boolean[nodes];
        double largest = 0;
        int parted = 0;
        for (int draw = 0; draw < draws; draw++) {
            Graph.shuffle(order, failed, random);
            Arrays.fill(gone, false);
            for (int i = 0; i < failed; i++) {
                gone[order[i]] = true;
            }
            int most = largestPart(sets, gone);
            largest += left == 0 ? 0 : (double) most / left;
            parted += most < left ? 1 : 0;
        }
        return new Result(failed, draws, largest / draws, parted, expectedSmallParts(failed));
    }

    private int largestPart(DisjointSets sets, boolean[] gone) {
        sets.restart();
        for (int node = 0; node < gone.length; node++) {
            for (int other : graph.neighbours(node)) {
                if (other > node && !gone[node] && !gone[other]) {
                    sets.unite(node, other);
                }
            }
        }
        int most = 0;
        for (int node = 0; node < gone.length; node++) {
            most = Math.max(most, gone[node] ? 0 : sets.size(node));
        }
        return most;
    }

    /** How many nodes, and pairs of neighbours, are left of which all other neighbours failed. */
    double expectedSmallParts(int failed) {
        double expected = 0;
        for (int around = 0; around < graph.size(); around++) {
            if (nodesByNeighbours[around] > 0) {
                expected += nodesByNeighbours[around] * probability(around, 1, failed);
            }
            if (pairsByNeighbours[around] > 0) {
                expected += pairsByNeighbours[around] * probability(around, 2, failed);
            }
        }
        return expected;
    }

    private void countNeighbours() {
        int[] mark = new int[graph.size()];
        int round = 0;
        for (int node = 0; node < graph.size(); node++) {
            int[] neighbours = graph.neighbours(node);
            nodesByNeighbours[neighbours.length]++;
            for (int other : neighbours) {
                if (other > node) {
                    round++;
                    mark[node] = round;
                    mark[other] = round;
                    pairsByNeighbours[
                            unmarked(neighbours, mark, round) + unmarked(graph.neighbours(other), mark, round)]++;
                }
            }
        }
    }

    private static int unmarked(int[] nodes, int[] mark, int round) {
        int count = 0;
        for (int node : nodes) {
            if (mark[node] != round) {
                mark[node] = round;
                count++;
            }
        }
        return count;
    }

    /** That certain nodes, {@code around}, are among the failed and certain others, {@code inside}, are not, and that those are not all. */
    private double probability(int around, int inside, int failed) {
        int others = graph.size() - around - inside;
        int failedOthers = failed - around;
        boolean possible = failedOthers >= 0 && failedOthers <= others && graph.size() - failed > inside;
        return possible ? Math.exp(logChoices(others, failedOthers) - logChoices(graph.size(), failed)) : 0;
    }

    private double logChoices(int all, int chosen) {
        return logFactorials[all] - logFactorials[chosen] - logFactorials[all - chosen];
    }
}
