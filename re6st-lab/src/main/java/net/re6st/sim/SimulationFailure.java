package net.re6st.sim;

/** Something that must not happen did, to one node. */
final class SimulationFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient SimNode node;

    SimulationFailure(SimNode node, String reason) {
        super(node + " " + reason);
        this.node = node;
    }

    SimNode node() {
        return node;
    }
}
