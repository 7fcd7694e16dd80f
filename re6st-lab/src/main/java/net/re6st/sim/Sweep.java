package net.re6st.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import net.re6st.cli.Failure;

/** Several runs of a scenario, with other seeds and sizes, and what they tell together. */
final class Sweep {
    private static final double NORMAL_95 = 1.959964;

    private final SimulateOptions options;
    private final Scenario scenario;
    private final Consumer<String> lines;
    private final List<Size> sizes = new ArrayList<>();
    private boolean good = true;

    /** What all runs with one number of nodes gave. */
    private static final class Size {
        private final int nodes;
        private final FailureTable failures;
        private final Mean partedTime = new Mean();
        private final Mean firstTunnelsLeft = new Mean();
        private final Mean tunnels = new Mean();
        private final Mean datagrams = new Mean();
        private final Mean registryCalls = new Mean();
        private final Mean cryptography = new Mean();
        private final Mean memory = new Mean();
        private final Mean hops = new Mean();
        private final Mean largest = new Mean();
        private final Mean whole = new Mean();
        private double longest;
        private int notWhole;
        private int parted;
        private int failed;
        private long looks;
        private long nodeLooks;
        private int mostCut;

        Size(int nodes) {
            this.nodes = nodes;
            this.failures = new FailureTable(nodes);
        }

        int runs() {
            return partedTime.count();
        }
    }

    /** A share with the interval in which it lies with 95 % confidence. */
    record Interval(double share, double low, double high) {
        /** Wilson's; for none or all of them it is exact enough, too. */
        static Interval of(long hits, long total) {
            double n = Math.max(1, total);
            double p = hits / n;
            double z = NORMAL_95;
            double centre = (p + z * z / (2 * n)) / (1 + z * z / n);
            double half = z / (1 + z * z / n) * Math.sqrt(p * (1 - p) / n + z * z / (4 * n * n));
            return new Interval(p, hits == 0 ? 0 : centre - half, hits == total ? 1 : centre + half);
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%.4f (%.4f to %.4f)", share, low, high);
        }
    }

    Sweep(SimulateOptions options, Scenario scenario, Consumer<String> lines) {
        this.options = options;
        this.scenario = scenario;
        this.lines = lines;
    }

    boolean run() throws Failure {
        List<Integer> counts = options.counts().isEmpty() ? List.of(scenario.nodes()) : options.counts();
        for (int nodes : counts) {
            Size size = new Size(nodes);
            sizes.add(size);
            Scenario sized = scenario.with(nodes, options.until());
            for (int i = 0; i < options.seeds(); i++) {
                long seed = options.seed() + i;
                long without = Run.usedMemoryBytes();
                try (Run run = new Run(sized, seed, -1, this::tellFailure)) {
                    boolean held = run.run();
                    good &= held;
                    add(size, run, held);
                    size.memory.add((double) (Run.usedMemoryBytes() - without) / nodes / 1024);
                }
            }
            lines.accept("%d nodes: %d runs, parted in %d, failed %d"
                    .formatted(nodes, size.runs(), size.parted, size.failed));
        }
        return good;
    }

    private void tellFailure(String line) {
        if (line.startsWith("FAILED") || line.startsWith("    ")) {
            lines.accept(line);
        }
    }

    private static void add(Size size, Run run, boolean held) {
        Simulation simulation = run.simulation();
        Partings partings = run.partings();
        size.failed += held ? 0 : 1;
        size.looks += partings.looks();
        size.nodeLooks += partings.nodeLooks();
        size.mostCut = Math.max(size.mostCut, partings.mostNodes());
        size.parted += partings.everParted() ? 1 : 0;
        size.partedTime.add((double) partings.partedLooks() / Math.max(1, partings.looks()));
        size.firstTunnelsLeft.add(partings.firstTunnelsLeft());
        double nodes = size.nodes;
        double hours = run.scenario().until().toSeconds() / 3600.0;
        size.tunnels.add(2 * simulation.tunnels().links().size() / nodes);
        size.datagrams.add(simulation.counters().datagrams() / nodes / hours);
        size.registryCalls.add(simulation.counters().registryCalls() / nodes);
        size.cryptography.add(simulation.nodes().stream()
                        .mapToLong(node -> node.cryptography().operations())
                        .sum()
                / nodes);
        graph(size, run);
        run.history().recoveries().forEach(recovery -> {
            if (recovery.isOfFailure()) {
                size.largest.add(recovery.largestAfter());
                Duration whole = recovery.whole();
                if (whole == null) {
                    size.notWhole++;
                } else {
                    double seconds = whole.toMillis() / 1e3;
                    size.whole.add(seconds);
                    size.longest = Math.max(size.longest, seconds);
                }
            }
        });
    }

    /** The graph at the end, and one that the rule alone makes of as many nodes. */
    private static void graph(Size size, Run run) {
        Figures.Result figures = run.figures();
        if (figures != null) {
            size.hops.add(figures.meanHops());
            size.failures.addSimulated(figures);
            Simulation simulation = run.simulation();
            int closed = (int) simulation.nodes().stream()
                    .filter(node -> !node.host().isOpen())
                    .count();
            Graph.Rule rule = new Graph.Rule(
                    size.nodes, closed, simulation.registry().options().clientCount());
            RandomGenerator random = new SplittableRandom(simulation.seed() * 13 + 5);
            size.failures.addByRule(new SuddenFailures(Graph.drawn(rule, random)).results(random));
        }
    }

    Report report() {
        String command = "%s --nodes %s --seed %d --seeds %d%s"
                .formatted(
                        scenario.name(),
                        String.join(
                                ",",
                                sizes.stream()
                                        .map(s -> Integer.toString(s.nodes))
                                        .toList()),
                        options.seed(),
                        options.seeds(),
                        options.until() == null ? "" : " --until " + Words.text(options.until()));
        Report report = new Report(scenario.name() + ": many runs", scenario.about(), command);
        report.section(
                "Parted networks",
                NOTE,
                parted(),
                List.of(plot("Runs in which a joined node was cut off", "share of runs", s -> {
                    Interval interval = Interval.of(s.parted, s.runs());
                    return new double[] {s.nodes, interval.share(), interval.low(), interval.high()};
                })));
        failures(report);
        report.section(
                "Cost per node",
                "Means over the runs, half the width of their 95 % confidence interval in brackets; memory is what"
                        + " the network needs in this process at the end.",
                costs(),
                List.of(
                        plot("Tunnels per node, both ways", "tunnels", point(s -> s.tunnels)),
                        plot("Datagrams per node and hour", "datagrams", point(s -> s.datagrams)),
                        plot("Registry calls per node", "calls", point(s -> s.registryCalls)),
                        plot("RSA operations per node", "operations", point(s -> s.cryptography)),
                        plot("Memory per node", "KiB", point(s -> s.memory)),
                        plot("Mean length of paths", "tunnels", point(s -> s.hops))));
        return report;
    }

    private void failures(Report report) {
        List<List<String>> rows = new ArrayList<>(List.of(FailureTable.HEAD));
        Plot plot = new Plot("Largest part when nodes fail at once", "failed nodes, %", "% of those left, mean");
        for (Size size : sizes) {
            rows.addAll(size.failures.rows());
            plot.line(size.nodes + " nodes", size.failures.largest());
        }
        report.section("Failures at once", FAILURES, rows, List.of(plot));
        if (sizes.stream().anyMatch(size -> size.largest.count() > 0)) {
            report.section("What the scenario's failures did", "", recoveries(), List.of());
        }
    }

    private static final String NOTE =
            "A network counts as parted when at a look, once a second or once in five, no tunnel leads from a running node that"
                    + " had joined to the largest part. In brackets the 95 % confidence interval (Wilson) over runs, since looks in"
                    + " one run are not independent: some tunnels live from the first look to the last.";

    private static final String FAILURES =
            "Of the graphs as they are at the end of the runs, before any repair. Tried: by drawing who dies; \u00b1: 95 % confidence,"
                    + " over graphs. By the rule alone: in graphs where every node dials as many others as the network wants, at"
                    + " random, and nodes behind NAT dial two. Computed: from every node's neighbours, the probability that one or two"
                    + " nodes are left alone, as if that were independent for each; what is small is exact enough. Without nodes behind"
                    + " NAT: the same for the graph of all others.";

    /** Makes a point. */
    private interface Point {
        double[] of(Size size);
    }

    private static Point point(Function<Size, Mean> value) {
        return size -> {
            Mean mean = value.apply(size);
            double low = mean.mean() - mean.half95();
            return new double[] {size.nodes, mean.mean(), low, mean.mean() + mean.half95()};
        };
    }

    private Plot plot(String title, String label, Point point) {
        List<double[]> points = sizes.stream().map(point::of).toList();
        Plot plot = new Plot(title, "nodes", label).line("", points);
        return sizes.size() > 1 ? plot.overFactors() : plot;
    }

    private List<List<String>> parted() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "nodes",
                "runs",
                "parted",
                "probability",
                "share of the time",
                "looks",
                "nodes cut off, mean when parted",
                "at most",
                "first tunnels left"));
        for (Size size : sizes) {
            double partedLooks = size.partedTime.mean() * size.looks;
            rows.add(List.of(
                    Integer.toString(size.nodes),
                    Integer.toString(size.runs()),
                    Integer.toString(size.parted),
                    Interval.of(size.parted, size.runs()).toString(),
                    String.format(Locale.ROOT, "%.1e \u00b1 %.1e", size.partedTime.mean(), size.partedTime.half95()),
                    "%,d".formatted(size.looks),
                    partedLooks == 0 ? "" : Report.number(size.nodeLooks / partedLooks),
                    Integer.toString(size.mostCut),
                    Report.percent(size.firstTunnelsLeft.mean())));
        }
        return rows;
    }

    private List<List<String>> recoveries() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "nodes",
                "failures",
                "largest part, mean",
                "whole again after, mean",
                "at most",
                "never until the end"));
        for (Size size : sizes) {
            rows.add(List.of(
                    Integer.toString(size.nodes),
                    Integer.toString(size.largest.count()),
                    Report.percent(size.largest.mean()) + " \u00b1 " + Report.number(100 * size.largest.half95()),
                    text(size.whole) + " s",
                    Report.number(size.longest) + " s",
                    Integer.toString(size.notWhole)));
        }
        return rows;
    }

    private static String text(Mean mean) {
        return Report.number(mean.mean()) + (mean.count() < 2 ? "" : " (" + Report.number(mean.half95()) + ")");
    }

    private List<List<String>> costs() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "nodes", "tunnels", "datagrams/h", "registry calls", "RSA operations", "memory, KiB", "path length"));
        for (Size size : sizes) {
            rows.add(List.of(
                    Integer.toString(size.nodes),
                    text(size.tunnels),
                    text(size.datagrams),
                    text(size.registryCalls),
                    text(size.cryptography),
                    text(size.memory),
                    text(size.hops)));
        }
        return rows;
    }
}
