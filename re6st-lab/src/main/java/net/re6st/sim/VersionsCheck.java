package net.re6st.sim;

import java.time.Duration;

/** New parameters reach everybody who has been there for long enough. */
final class VersionsCheck extends Check {
    private final History history;
    private final Duration within;

    VersionsCheck(Simulation simulation, History history, Violations violations, Duration within) {
        super("versions", simulation, violations);
        this.history = history;
        this.within = within;
    }

    @Override
    void look() {
        long limit = within.toNanos();
        boolean due = history.publishedNanos() != 0 && nanos() - history.publishedNanos() > limit;
        if (!due || history.isDivided() || history.sinceUnited().compareTo(within) < 0) {
            return;
        }
        long newest = simulation().registry().version();
        for (SimNode node : simulation().nodes()) {
            boolean concerned = node.hasCore() && !history.isRevoked(node) && age(node) > within.toSeconds();
            if (concerned && node.parameters().versionNumber().orElse(0) < newest) {
                violated(
                        node,
                        "has version %d of the parameters, %d was published more than %s ago"
                                .formatted(node.parameters().versionNumber().orElse(0), newest, Words.text(within)));
            }
        }
    }
}
