package net.re6st.sim;

import java.util.List;

/** At the end, half of the paths are not longer than so many times the direct way. */
final class StretchCheck extends Check {
    private final double most;

    StretchCheck(Simulation simulation, Violations violations, double most) {
        super("stretch", simulation, violations);
        this.most = most;
    }

    @Override
    void look() {}

    @Override
    void end() {
        List<Double> stretches = new Figures(simulation()).stretches();
        double median = stretches.isEmpty() ? 1 : stretches.get(stretches.size() / 2);
        if (median > most) {
            violated(
                    simulation().nodes().get(0),
                    "lives in a network with a median stretch of %.2f, more than %.2f".formatted(median, most));
        }
    }
}
