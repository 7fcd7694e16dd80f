package net.re6st.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Decides what the report of one run tells. */
final class RunReport {
    private RunReport() {}

    static Report of(Run run) {
        Scenario scenario = run.scenario();
        String command = "%s --nodes %d --seed %d --until %s"
                .formatted(scenario.name(), scenario.nodes(), run.simulation().seed(), Words.text(scenario.until()));
        boolean good = run.violations().found().isEmpty();
        Report report = new Report(
                "%s, %,d nodes: %s".formatted(scenario.name(), scenario.nodes(), good ? "all checks hold" : "FAILED"),
                scenario.about(),
                command);
        report.section("What must hold", "", checks(run), List.of());
        if (!run.violations().found().isEmpty()) {
            List<List<String>> rows = new ArrayList<>(List.of(List.of("What did not hold")));
            run.violations().found().forEach(text -> rows.add(List.of(text)));
            report.section("Failures", "The last events of each node are in the transcript.", rows, List.of());
        }
        report.section(
                "What happened",
                "The largest part is the smallest share of the running nodes that reached each other since.",
                recoveries(run),
                List.of());
        report.section("Cost", "", cost(run), overTime(run));
        Figures.Result figures = run.figures();
        if (figures != null) {
            shape(report, figures);
        }
        return report;
    }

    private static List<List<String>> checks(Run run) {
        List<List<String>> rows = new ArrayList<>(List.of(List.of("check", "result")));
        run.checks().all().forEach(check -> rows.add(List.of(check.name(), check.isSatisfied() ? "holds" : "FAILED")));
        if (run.violations().found().stream().anyMatch(text -> text.startsWith("FAILED core"))) {
            rows.add(List.of("core", "FAILED"));
        }
        return rows;
    }

    private static List<List<String>> recoveries(Run run) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("at", "what", "largest part", "whole again after", "all have the newest version after"));
        for (History.Recovery recovery : run.history().recoveries()) {
            rows.add(List.of(
                    Words.text(recovery.at()),
                    recovery.what(),
                    Report.percent(recovery.largestAfter()),
                    text(recovery.whole()),
                    text(recovery.informed())));
        }
        return rows;
    }

    private static String text(@Nullable Duration duration) {
        return duration == null ? "not until the end" : duration.toSeconds() + " s";
    }

    private static List<List<String>> cost(Run run) {
        Counters counters = run.simulation().counters();
        double nodes = run.scenario().nodes();
        double hours = run.scenario().until().toSeconds() / 3600.0;
        long cryptography = run.simulation().nodes().stream()
                .mapToLong(node -> node.cryptography().operations())
                .sum();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("per node", "in all", "per hour"));
        row(rows, "datagrams sent inside the overlay", counters.datagrams() / nodes, hours);
        row(rows, "bytes in them", counters.bytes() / nodes, hours);
        row(rows, "datagrams lost by links", counters.lostCount() / nodes, hours);
        row(rows, "RSA operations", cryptography / nodes, hours);
        row(rows, "registry calls", counters.registryCalls() / nodes, hours);
        long dials = run.simulation().nodes().stream()
                .mapToLong(node -> counters.dials(node.index()))
                .sum();
        row(rows, "addresses dialled", (double) dials / nodes, hours);
        row(rows, "tunnels made", run.simulation().tunnels().establishedCount() / nodes, hours);
        rows.add(List.of("registry calls of all nodes, most per second", Report.number(run.peakRegistryCalls()), ""));
        return rows;
    }

    private static void row(List<List<String>> rows, String name, double perNode, double hours) {
        rows.add(List.of(name, Report.number(perNode), Report.number(perNode / Math.max(hours, 1e-9))));
    }

    private static List<Plot> overTime(Run run) {
        return List.of(
                new Plot("Running nodes", "minutes", "nodes")
                        .line("running", points(run, Samples.Sample::running))
                        .line("in the largest part", points(run, s -> s.running() * s.largest())),
                new Plot("Datagrams per node", "minutes", "per minute")
                        .line("", points(run, Samples.Sample::datagrams)),
                new Plot("Registry", "minutes", "calls per second")
                        .line("", points(run, Samples.Sample::registryCalls)),
                new Plot("Tunnels replaced", "minutes", "per second").line("", points(run, Samples.Sample::replaced)),
                new Plot("Tunnels", "minutes", "tunnels").line("", points(run, Samples.Sample::tunnels)),
                new Plot("Nodes with the newest parameters", "minutes", "share of the running")
                        .line("", points(run, Samples.Sample::informed)));
    }

    private static List<double[]> points(Run run, ToDoubleFunction<Samples.Sample> value) {
        return run.samples().rows().stream()
                .map(sample -> new double[] {sample.minutes(), value.applyAsDouble(sample)})
                .toList();
    }

    private static void shape(Report report, Figures.Result figures) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("at the end", "value"));
        rows.add(List.of("mean length of paths", Report.number(figures.meanHops()) + " tunnels"));
        rows.add(
                List.of("median stretch, delay by the overlay / direct delay", Report.number(figures.medianStretch())));
        rows.add(List.of("largest part after 30 % random failures", Report.percent(figures.largestAfter(30))));
        rows.add(List.of("largest part after 60 % random failures", Report.percent(figures.largestAfter(60))));
        List<double[]> largest = new ArrayList<>();
        figures.failures().forEach((percent, result) -> largest.add(new double[] {percent, 100 * result.largest()}));
        report.section(
                "The graph",
                "",
                rows,
                List.of(
                        new Plot("Tunnels per node, both ways", "tunnels", "share of the nodes")
                                .bars(figures.degrees()),
                        new Plot("Tunnels per node, dialled", "tunnels", "share of the nodes").bars(figures.dialled()),
                        new Plot("Length of paths", "tunnels", "share of the pairs").bars(figures.hops()),
                        new Plot("Stretch against the underlay", "delay / direct delay", "share of the pairs")
                                .bars(figures.stretch()),
                        new Plot("Largest part when nodes fail at once", "failed nodes, %", "% of those left")
                                .line("", largest)));
    }
}
