package net.re6st.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/** What the network looks like at one time: degrees, lengths of paths, stretch, and what is left of it when nodes fail. */
final class Figures {
    private static final int SOURCES = 60;
    private static final double STRETCH_STEP = 0.25;
    private static final double MOST_STRETCH = 6;

    private final Simulation simulation;
    private final RandomGenerator random;

    /**
     * The result. Keys of the maps are what the name says, per cent of the nodes for failures; values are shares of all.
     *
     * @param failures of any nodes
     * @param openFailures of those that others can connect to, as if there were no others
     */
    record Result(
            SortedMap<Integer, Double> dialled,
            SortedMap<Integer, Double> degrees,
            SortedMap<Integer, Double> hops,
            SortedMap<Double, Double> stretch,
            double meanHops,
            double medianStretch,
            SortedMap<Integer, SuddenFailures.Result> failures,
            SortedMap<Integer, SuddenFailures.Result> openFailures) {
        /** The mean share of those left that the largest part has, when so many per cent of the nodes fail at once. */
        double largestAfter(int percent) {
            SuddenFailures.Result result = failures.get(percent);
            return result == null ? 0 : result.largest();
        }
    }

    Figures(Simulation simulation) {
        this.simulation = simulation;
        this.random = new SplittableRandom(simulation.seed() * 7 + 1);
    }

    Result compute() {
        SortedMap<Integer, Double> dialled = new TreeMap<>();
        SortedMap<Integer, Double> degrees = new TreeMap<>();
        List<SimNode> running =
                simulation.nodes().stream().filter(SimNode::isRunning).toList();
        for (SimNode node : running) {
            List<SimLink> links = simulation.tunnels().linksOf(node);
            int own = (int) links.stream().filter(link -> link.client == node).count();
            dialled.merge(own, 1.0 / running.size(), Double::sum);
            degrees.merge(links.size(), 1.0 / running.size(), Double::sum);
        }
        SortedMap<Integer, Double> hops = new TreeMap<>();
        List<Double> stretches = paths(running, hops);
        SortedMap<Double, Double> stretch = new TreeMap<>();
        for (double value : stretches) {
            double step = Math.min(MOST_STRETCH, Math.floor(value / STRETCH_STEP) * STRETCH_STEP);
            stretch.merge(step, 1.0 / stretches.size(), Double::sum);
        }
        long count = Math.round(hops.values().stream().mapToDouble(d -> d).sum());
        double sum = hops.entrySet().stream()
                .mapToDouble(e -> e.getKey() * e.getValue())
                .sum();
        hops.replaceAll((length, paths) -> paths / Math.max(1, count));
        double median = stretches.isEmpty() ? 0 : stretches.get(stretches.size() / 2);
        List<SimNode> open =
                running.stream().filter(node -> node.host().isOpen()).toList();
        return new Result(
                dialled, degrees, hops, stretch, sum / Math.max(1, count), median, failures(running), failures(open));
    }

    private SortedMap<Integer, SuddenFailures.Result> failures(List<SimNode> nodes) {
        return new SuddenFailures(Graph.of(nodes, simulation.tunnels().links())).results(random);
    }

    /** How much longer than the direct way paths are, some of all, from the shortest on. */
    List<Double> stretches() {
        return paths(simulation.nodes().stream().filter(SimNode::isRunning).toList(), new TreeMap<>());
    }

    private List<Double> paths(List<SimNode> running, SortedMap<Integer, Double> hops) {
        List<Double> stretches = new ArrayList<>();
        Set<Integer> sources = new TreeSet<>();
        while (sources.size() < Math.min(SOURCES, running.size())) {
            sources.add(random.nextInt(running.size()));
        }
        for (int source : sources) {
            SimNode from = running.get(source);
            PathTree tree = simulation.routing().tree(from.index());
            for (SimNode to : running) {
                int length = tree.hops(to.index());
                if (length > 0) {
                    hops.merge(length, 1.0, Double::sum);
                    long direct = Internet.delayMicros(from.host(), to.host());
                    stretches.add((double) tree.delayMicros(to.index()) / direct);
                }
            }
        }
        stretches.sort(null);
        return stretches;
    }
}
