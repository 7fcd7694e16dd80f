package net.re6st.sim;

/** Whatever is sent to a node, it is not made to do more than so many RSA operations in any minute that is looked at. */
final class BurstsCheck extends Check {
    private static final long MINUTE_NANOS = 60_000_000_000L;

    private final int most;
    private final long[] before;
    private long sinceNanos;

    BurstsCheck(Simulation simulation, Violations violations, int most) {
        super("bursts", simulation, violations);
        this.most = most;
        this.before = new long[simulation.nodes().size()];
    }

    @Override
    void look() {
        if (nanos() - sinceNanos < MINUTE_NANOS) {
            return;
        }
        double minutes = (double) (nanos() - sinceNanos) / MINUTE_NANOS;
        long[] now = simulation().nodes().stream()
                .mapToLong(node -> node.cryptography().operations())
                .toArray();
        for (int i = 0; i < now.length; i++) {
            double operations = (now[i] - before[i]) / minutes;
            if (operations > most) {
                violated(
                        simulation().nodes().get(i),
                        "was made to do %.0f RSA operations in a minute, more than %d".formatted(operations, most));
            }
        }
        System.arraycopy(now, 0, before, 0, now.length);
        sinceNanos = nanos();
    }
}
