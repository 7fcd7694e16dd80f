package net.re6st.sim;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** Tunnels are replaced as often as the network says, more or less. */
final class RefreshCheck extends Check {
    /** In a small network everybody has a tunnel with everybody: there is nothing to replace one by. */
    private static final int MEANINGFUL = 6;

    /** When fewer are due, chance decides how many are replaced. */
    private static final int FEW = 20;

    private final Duration from;
    private final double share;
    private long closedBefore = -1;

    RefreshCheck(Simulation simulation, Violations violations, Duration from, double share) {
        super("refresh", simulation, violations);
        this.from = from;
        this.share = share;
    }

    @Override
    void look() {
        if (closedBefore < 0 && simulation().queue().elapsed().compareTo(from) >= 0) {
            closedBefore = simulation().tunnels().closedCount();
        }
    }

    @Override
    void end() {
        int wanted = simulation().registry().options().clientCount();
        if (closedBefore < 0 || simulation().nodes().size() < MEANINGFUL * wanted) {
            return;
        }
        long closed = simulation().tunnels().closedCount() - closedBefore;
        double seconds = simulation().queue().elapsed().minus(from).toSeconds();
        Set<Integer> served = new HashSet<>();
        simulation().tunnels().links().forEach(link -> served.add(link.server.index()));
        double expected =
                served.size() * seconds / simulation().registry().options().tunnelRefreshSeconds();
        if (expected >= FEW && closed < share * expected) {
            violated(
                    simulation().nodes().get(0),
                    "lives in a network that replaced %d tunnels, where %.0f were due".formatted(closed, expected));
        }
    }
}
