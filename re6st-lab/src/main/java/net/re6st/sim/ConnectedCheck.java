package net.re6st.sim;

import java.time.Duration;
import java.util.Optional;

/** All nodes that had time to join reach each other; what disturbs that is over soon. */
final class ConnectedCheck extends Check {
    private final History history;
    private final Duration within;
    private long brokenNanos;

    ConnectedCheck(Simulation simulation, History history, Violations violations, Duration within) {
        super("connected", simulation, violations);
        this.history = history;
        this.within = within;
    }

    @Override
    void look() {
        if (history.isDivided() || history.sinceUnited().compareTo(within) < 0) {
            brokenNanos = 0;
            return;
        }
        Connectivity all = new Connectivity(simulation(), node -> node.isRunning() && !history.isRevoked(node));
        Optional<SimNode> lost = all.outside(all.count()).stream()
                .filter(node -> age(node) > within.toSeconds())
                .findFirst();
        if (lost.isEmpty()) {
            brokenNanos = 0;
        } else if (brokenNanos == 0) {
            brokenNanos = Math.max(1, nanos());
        } else if (nanos() - brokenNanos > within.toNanos()) {
            violated(
                    lost.get(),
                    "is outside the largest part, which has %d of %d, for more than %s"
                            .formatted(all.largest(), all.count(), Words.text(within)));
            brokenNanos = 0;
        }
    }
}
