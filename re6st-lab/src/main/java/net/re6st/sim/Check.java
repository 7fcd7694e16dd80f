package net.re6st.sim;

/** One thing that must hold. It looks at the simulated world, not at how the core came to its decisions. */
abstract class Check {
    private static final int MAX_TOLD = 3;

    private final String name;
    private final Simulation simulation;
    private final Violations violations;
    private int told;

    Check(String name, Simulation simulation, Violations violations) {
        this.name = name;
        this.simulation = simulation;
        this.violations = violations;
    }

    String name() {
        return name;
    }

    Simulation simulation() {
        return simulation;
    }

    /** Looks at the world, every few seconds of it. */
    abstract void look();

    /** Looks once more when all is over. */
    void end() {}

    boolean isSatisfied() {
        return told == 0;
    }

    /** Something does not hold; the first few times that is told. */
    void violated(SimNode node, String what) {
        if (told++ < MAX_TOLD) {
            violations.add(name, node, what);
        }
    }

    long nanos() {
        return simulation.queue().now().monotonicNanos();
    }

    /** How many seconds a node has been running. */
    double age(SimNode node) {
        return (nanos() - node.startedNanos()) / 1e9;
    }

    double hello(SimNode node) {
        return node.parameters().helloSeconds();
    }
}
