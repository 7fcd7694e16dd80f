package net.re6st.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What did not hold, with all that is needed to look into it: told as it happens, and kept for the report. */
final class Violations {
    private final Simulation simulation;
    private final Consumer<String> lines;
    private final List<String> found = new ArrayList<>();

    Violations(Simulation simulation, Consumer<String> lines) {
        this.simulation = simulation;
        this.lines = lines;
    }

    void add(String check, SimNode node, String what) {
        String text = "FAILED %s: %s %s, after %.1f s (seed %d)"
                .formatted(check, node, what, simulation.queue().elapsed().toMillis() / 1e3, simulation.seed());
        found.add(text);
        lines.accept(text);
        lines.accept("  the last events of " + node + ":");
        node.trail().lines().forEach(line -> lines.accept("    " + line));
    }

    List<String> found() {
        return found;
    }
}
