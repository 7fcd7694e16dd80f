package net.re6st.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
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
        private int runs;
        private int parted;
        private int failed;
        private long looks;
        private long partedLooks;
        private double tunnels;
        private double datagrams;
        private double registryCalls;
        private double cryptography;
        private double memory;
        private double hops;
        private double left30;
        private double whole;

        Size(int nodes) {
            this.nodes = nodes;
        }

        double mean(double sum) {
            return runs == 0 ? 0 : sum / runs;
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
                try (Run run = new Run(sized, seed, -1, this::tellFailure)) {
                    boolean held = run.run();
                    good &= held;
                    add(size, run, held);
                }
            }
            lines.accept(
                    "%d nodes: %d runs, parted in %d, failed %d".formatted(nodes, size.runs, size.parted, size.failed));
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
        size.runs++;
        size.failed += held ? 0 : 1;
        size.looks += run.looks();
        size.partedLooks += run.partedLooks();
        size.parted += run.partedLooks() > 0 ? 1 : 0;
        double nodes = size.nodes;
        double hours = run.scenario().until().toSeconds() / 3600.0;
        size.tunnels += 2 * simulation.tunnels().links().size() / nodes;
        size.datagrams += run.settledDatagrams() / nodes / hours;
        size.registryCalls += simulation.counters().registryCalls() / nodes;
        size.cryptography += simulation.nodes().stream()
                        .mapToLong(node -> node.cryptography().operations())
                        .sum()
                / nodes;
        size.memory += Run.usedMemoryBytes() / nodes / 1024;
        Figures.Result figures = run.figures();
        if (figures != null) {
            size.hops += figures.meanHops();
            size.left30 += figures.largestUnderFailures().getOrDefault(30, 0.0);
        }
        size.whole += run.history().recoveries().stream()
                .filter(recovery -> recovery.whole() != null)
                .mapToDouble(recovery -> recovery.whole().toSeconds())
                .max()
                .orElse(0);
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
                List.of(plot("Runs in which the network was parted", "share of runs", s -> {
                    Interval interval = Interval.of(s.parted, s.runs);
                    return new double[] {s.nodes, interval.share(), interval.low(), interval.high()};
                })));
        report.section(
                "Cost per node",
                "Means over the runs; memory is of the whole process, its own 40 MB included.",
                costs(),
                List.of(
                        plot("Tunnels per node, both ways", "tunnels", s -> new double[] {s.nodes, s.mean(s.tunnels)}),
                        plot("Datagrams per node and hour", "datagrams", s ->
                                new double[] {s.nodes, s.mean(s.datagrams)}),
                        plot("Registry calls per node", "calls", s -> new double[] {s.nodes, s.mean(s.registryCalls)}),
                        plot("RSA operations per node", "operations", s ->
                                new double[] {s.nodes, s.mean(s.cryptography)}),
                        plot("Memory per node", "KiB", s -> new double[] {s.nodes, s.mean(s.memory)}),
                        plot("Mean length of paths", "tunnels", s -> new double[] {s.nodes, s.mean(s.hops)})));
        return report;
    }

    private static final String NOTE =
            "A network counts as parted when at a look, once a second or once in five, some running node that was reached before"
                    + " is not reached by tunnels. In brackets the 95 % confidence interval (Wilson).";

    /** Makes a point. */
    private interface Point {
        double[] of(Size size);
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
                "share of looks",
                "largest part after 30 % failures",
                "longest recovery, s"));
        for (Size size : sizes) {
            rows.add(List.of(
                    Integer.toString(size.nodes),
                    Integer.toString(size.runs),
                    Integer.toString(size.parted),
                    Interval.of(size.parted, size.runs).toString(),
                    String.format(
                            Locale.ROOT, "%.2e of %d", (double) size.partedLooks / Math.max(1, size.looks), size.looks),
                    Report.percent(size.mean(size.left30)),
                    Report.number(size.mean(size.whole))));
        }
        return rows;
    }

    private List<List<String>> costs() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "nodes", "tunnels", "datagrams/h", "registry calls", "RSA operations", "memory, KiB", "path length"));
        for (Size size : sizes) {
            rows.add(List.of(
                    Integer.toString(size.nodes),
                    Report.number(size.mean(size.tunnels)),
                    Report.number(size.mean(size.datagrams)),
                    Report.number(size.mean(size.registryCalls)),
                    Report.number(size.mean(size.cryptography)),
                    Report.number(size.mean(size.memory)),
                    Report.number(size.mean(size.hops))));
        }
        return rows;
    }
}
