package net.re6st.sim;

/** A link that is locked, because its tunnel is to be removed, is closed or unlocked in time. */
final class RemovalsCheck extends Check {
    /** What a removal may take at most, in hellos: eight to agree, and more than one to retract. Then, until a core looks. */
    private static final int HELLOS = 10;

    private static final double SLACK_SECONDS = 12;

    RemovalsCheck(Simulation simulation, Violations violations) {
        super("removals", simulation, violations);
    }

    @Override
    void look() {
        for (SimLink link : simulation().tunnels().links()) {
            if (link.lockAskedNanos != 0 && link.client.hasCore()) {
                double seconds = (nanos() - link.lockAskedNanos) / 1e9;
                if (seconds > HELLOS * hello(link.client) + SLACK_SECONDS) {
                    violated(link.client, "removes its tunnel to %s for %.0f s".formatted(link.server, seconds));
                }
            }
        }
    }
}
