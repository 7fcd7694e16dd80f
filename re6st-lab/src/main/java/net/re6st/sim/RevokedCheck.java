package net.re6st.sim;

import java.time.Duration;
import java.util.Map;

/** Nobody keeps a tunnel with a node that was revoked. */
final class RevokedCheck extends Check {
    private final History history;
    private final Duration within;

    RevokedCheck(Simulation simulation, History history, Violations violations, Duration within) {
        super("revoked", simulation, violations);
        this.history = history;
        this.within = within;
    }

    @Override
    void look() {
        for (Map.Entry<Integer, Long> entry : history.revokedNanos().entrySet()) {
            SimNode node = simulation().nodes().get(entry.getKey());
            if (nanos() - entry.getValue() > within.toNanos()) {
                for (SimLink link : simulation().tunnels().linksOf(node)) {
                    if (!history.isRevoked(link.other(node))) {
                        violated(link.other(node), "has a tunnel with " + node + ", which was revoked");
                    }
                }
            }
        }
    }
}
