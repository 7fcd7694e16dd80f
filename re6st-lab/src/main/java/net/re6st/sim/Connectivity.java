package net.re6st.sim;

import java.util.ArrayList;
import java.util.List;

/** Checks that every running node reaches every other one, by the way that packets go now. */
final class Connectivity {
    private final Simulation simulation;

    Connectivity(Simulation simulation) {
        this.simulation = simulation;
    }

    /** The pairs that do not, as text, the first few of them. */
    List<String> lost() {
        List<String> lost = new ArrayList<>();
        for (SimNode from : simulation.nodes()) {
            for (SimNode to : simulation.nodes()) {
                boolean broken = from.isRunning()
                        && to.isRunning()
                        && simulation.routing().hops(from, to) < 0;
                if (broken) {
                    lost.add(simulation.queue().elapsed() + ": " + from + " does not reach " + to);
                    if (lost.size() >= 5) {
                        return lost;
                    }
                }
            }
        }
        return lost;
    }
}
