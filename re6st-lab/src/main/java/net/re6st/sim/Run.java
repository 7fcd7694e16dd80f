package net.re6st.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import net.re6st.cli.Failure;
import org.jspecify.annotations.Nullable;

/** One run of a scenario: lets time pass, looks at the checks, tells how it goes. */
final class Run implements AutoCloseable {
    private static final Duration STEP = Duration.ofSeconds(5);
    private static final Duration FINE_STEP = Duration.ofSeconds(1);
    private static final int ROWS = 60;

    private final Scenario scenario;
    private final Consumer<String> lines;
    private final Simulation simulation;
    private final History history;
    private final Violations violations;
    private final Checks checks;
    private final Samples samples;
    private final List<String> transcript = new ArrayList<>();
    private final long beganNanos = System.nanoTime();
    private long mostMemory;
    private double peakRegistryCalls;
    private double wallSeconds;
    private Duration lookedAt = Duration.ZERO;
    private final Partings partings;
    private Figures.@Nullable Result figures;

    /** {@code lines} takes what is told while it runs; {@code traced} is a node to tell everything about, or -1. */
    Run(Scenario scenario, long seed, int traced, Consumer<String> lines) throws Failure {
        this.scenario = scenario;
        this.lines = lines;
        simulation = scenario.build(seed);
        simulation.trace(traced, this::tell);
        history = new History(simulation);
        violations = new Violations(simulation, this::tell);
        checks = Checks.of(scenario, simulation, history, violations);
        samples = new Samples(simulation, history);
        partings = new Partings(scenario.nodes());
        Disturbances.schedule(scenario, simulation, history);
    }

    private void tell(String line) {
        if (!line.startsWith("wall ")) {
            transcript.add(line);
        }
        lines.accept(line);
    }

    /** Runs to the end. Returns whether all that should hold did. */
    boolean run() {
        tell("scenario %s, %d nodes, seed %d, until %s"
                .formatted(scenario.name(), scenario.nodes(), simulation.seed(), Words.text(scenario.until())));
        Duration row = scenario.until().dividedBy(ROWS).compareTo(Duration.ofMinutes(1)) < 0
                ? Duration.ofSeconds(
                        Math.max(5, scenario.until().dividedBy(ROWS).toSeconds()))
                : scenario.until().dividedBy(ROWS);
        Duration next = row;
        try {
            while (simulation.queue().elapsed().compareTo(scenario.until()) < 0) {
                step();
                if (simulation.queue().elapsed().compareTo(next) >= 0) {
                    next = next.plus(row);
                    tellRow(samples.take());
                }
            }
            checks.end();
            figures = new Figures(simulation).compute();
        } catch (SimulationFailure e) {
            violations.add("core", e.node(), String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            SimNode busy = simulation.lastBusy();
            violations.add("core", busy == null ? simulation.nodes().get(0) : busy, "threw " + e);
            java.io.StringWriter trace = new java.io.StringWriter();
            e.printStackTrace(new java.io.PrintWriter(trace));
            trace.toString().lines().limit(20).forEach(line -> tell("    " + line));
        }
        wallSeconds = (System.nanoTime() - beganNanos) / 1e9;
        tell("events %d, datagrams %d, tunnels made %d and closed %d, registry calls %d, fingerprint %016x"
                .formatted(
                        simulation.queue().eventCount(),
                        simulation.counters().datagrams(),
                        simulation.tunnels().establishedCount(),
                        simulation.tunnels().closedCount(),
                        simulation.counters().registryCalls(),
                        simulation.fingerprint()));
        return violations.found().isEmpty();
    }

    /** Small steps while something is being recovered from, so that the time until whole is known to a second. */
    private void step() {
        boolean recovering = history.recoveries().stream()
                .anyMatch(recovery -> recovery.whole() == null || recovery.informed() == null);
        Duration step = recovering ? FINE_STEP : STEP;
        long callsBefore = simulation.counters().registryCalls();
        simulation.run(step);
        double callsPerSecond = (simulation.counters().registryCalls() - callsBefore) / (double) step.toSeconds();
        peakRegistryCalls = Math.max(peakRegistryCalls, callsPerSecond);
        boolean looking = simulation.queue().elapsed().minus(lookedAt).compareTo(STEP) >= 0;
        Connectivity connectivity = new Connectivity(simulation, node -> node.isRunning() && !history.isRevoked(node));
        if (recovering && connectivity.count() > 0) {
            history.observe((double) connectivity.largest() / connectivity.count(), samples.informed() == 1);
        }
        partings.look(
                connectivity, simulation, scenario.isStarted(simulation.queue().elapsed()));
        if (looking) {
            lookedAt = simulation.queue().elapsed();
            checks.look();
        }
    }

    Partings partings() {
        return partings;
    }

    long settledDatagrams() {
        return simulation.counters().datagrams();
    }

    /** After a garbage collection. */
    static long usedMemoryBytes() {
        System.gc();
        Runtime java = Runtime.getRuntime();
        return java.totalMemory() - java.freeMemory();
    }

    private void tellRow(Samples.Sample sample) {
        tell(
                "%s: %d nodes run, %.2f%% in the largest part, %d tunnels, %.1f datagrams per node and minute, %.1f registry calls/s"
                        .formatted(
                                Words.text(Duration.ofSeconds(Math.round(sample.minutes() * 60))),
                                sample.running(),
                                100 * sample.largest(),
                                sample.tunnels(),
                                sample.datagrams(),
                                sample.registryCalls()));
        Runtime java = Runtime.getRuntime();
        long used = java.totalMemory() - java.freeMemory();
        mostMemory = Math.max(mostMemory, used);
        tell("wall %.1f s, %d MB in use".formatted((System.nanoTime() - beganNanos) / 1e9, used >> 20));
    }

    Scenario scenario() {
        return scenario;
    }

    Simulation simulation() {
        return simulation;
    }

    History history() {
        return history;
    }

    Violations violations() {
        return violations;
    }

    Checks checks() {
        return checks;
    }

    Samples samples() {
        return samples;
    }

    /** What was told, without the lines about real time. */
    List<String> transcript() {
        return transcript;
    }

    /** Null: the run ended early. */
    Figures.@Nullable Result figures() {
        return figures;
    }

    double peakRegistryCalls() {
        return peakRegistryCalls;
    }

    double wallSeconds() {
        return wallSeconds;
    }

    long mostMemoryBytes() {
        return mostMemory;
    }

    @Override
    public void close() {
        simulation.close();
    }
}
