package net.re6st.sim;

import java.util.ArrayList;
import java.util.List;

/** How the network did over time: one row at regular intervals. */
final class Samples {
    private final Simulation simulation;
    private final History history;
    private final List<Sample> rows = new ArrayList<>();
    private long datagramsBefore;
    private long callsBefore;
    private long closedBefore;
    private double secondsBefore;

    /**
     * One row.
     *
     * @param largest share of the running nodes that the largest part has
     * @param datagrams sent per node and minute, since the row before
     * @param registryCalls per second
     * @param replaced tunnels closed per second
     * @param informed share of the running nodes that have the newest parameters
     */
    record Sample(
            double minutes,
            int running,
            double largest,
            int tunnels,
            double datagrams,
            double registryCalls,
            double replaced,
            double informed) {}

    Samples(Simulation simulation, History history) {
        this.history = history;
        this.simulation = simulation;
    }

    Sample take() {
        double seconds = simulation.queue().elapsed().toMillis() / 1e3;
        double span = Math.max(1e-3, seconds - secondsBefore);
        long datagrams = simulation.counters().datagrams();
        long calls = simulation.counters().registryCalls();
        long closed = simulation.tunnels().closedCount();
        Connectivity connectivity = new Connectivity(simulation, node -> node.isRunning() && !history.isRevoked(node));
        int running = connectivity.count();
        Sample sample = new Sample(
                seconds / 60,
                running,
                running == 0 ? 0 : (double) connectivity.largest() / running,
                simulation.tunnels().links().size(),
                (datagrams - datagramsBefore) / span * 60 / Math.max(1, running),
                (calls - callsBefore) / span,
                (closed - closedBefore) / span,
                informed());
        rows.add(sample);
        datagramsBefore = datagrams;
        callsBefore = calls;
        closedBefore = closed;
        secondsBefore = seconds;
        return sample;
    }

    /** Share of the running nodes that have the newest parameters. */
    double informed() {
        long newest = simulation.registry().version();
        long running = 0;
        long have = 0;
        for (SimNode node : simulation.nodes()) {
            if (node.hasCore() && !history.isRevoked(node)) {
                running++;
                have += node.parameters().versionNumber().orElse(0) >= newest ? 1 : 0;
            }
        }
        return running == 0 ? 0 : (double) have / running;
    }

    List<Sample> rows() {
        return rows;
    }
}
