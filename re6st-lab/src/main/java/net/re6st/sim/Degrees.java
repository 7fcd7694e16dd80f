package net.re6st.sim;

import java.util.ArrayList;
import java.util.List;

/** Checks that no node has more tunnels than its parameters allow, and that no two nodes have two of them for long. */
final class Degrees {
    private final Simulation simulation;

    Degrees(Simulation simulation) {
        this.simulation = simulation;
    }

    int dialledBy(SimNode node) {
        return (int) simulation.tunnels().links().stream()
                .filter(l -> l.client == node)
                .count();
    }

    int servedBy(SimNode node) {
        return (int) simulation.tunnels().links().stream()
                .filter(l -> l.server == node)
                .count();
    }

    List<String> violations() {
        List<String> violations = new ArrayList<>();
        for (SimNode node : simulation.nodes()) {
            int dialled = dialledBy(node);
            int served = servedBy(node);
            if (dialled > node.parameters().clientCount()) {
                violations.add(node + " dialled " + dialled);
            }
            if (served > node.parameters().maxClients()) {
                violations.add(node + " serves " + served);
            }
        }
        return violations;
    }
}
