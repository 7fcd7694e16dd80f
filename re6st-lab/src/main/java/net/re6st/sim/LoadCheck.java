package net.re6st.sim;

import java.time.Duration;

/** The mean over all nodes of something they do stays below a limit. */
final class LoadCheck extends Check {
    private final Limit limit;
    private double before = -1;

    /** Counts what one node did so far. */
    interface Counter {
        long count(Simulation simulation, SimNode node);
    }

    /** How much, per node and hour, from when on. */
    record Limit(Counter counter, int perNodeAndHour, Duration from) {}

    LoadCheck(String name, Simulation simulation, Violations violations, Limit limit) {
        super(name, simulation, violations);
        this.limit = limit;
    }

    private double total() {
        return simulation().nodes().stream()
                .mapToLong(node -> limit.counter().count(simulation(), node))
                .sum();
    }

    @Override
    void look() {
        if (before < 0 && simulation().queue().elapsed().compareTo(limit.from()) >= 0) {
            before = total();
        }
    }

    @Override
    void end() {
        if (before < 0) {
            return;
        }
        double hours = simulation().queue().elapsed().minus(limit.from()).toSeconds() / 3600.0;
        double load = (total() - before) / simulation().nodes().size() / Math.max(hours, 1e-9);
        if (load > limit.perNodeAndHour()) {
            violated(
                    simulation().nodes().get(0),
                    "lives in a network with a load of %.1f per node and hour, more than %d"
                            .formatted(load, limit.perNodeAndHour()));
        }
    }
}
