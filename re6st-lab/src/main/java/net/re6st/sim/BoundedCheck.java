package net.re6st.sim;

import net.re6st.core.NodeSize;

/** Sessions, caches, tables and queues stay within their limits. */
final class BoundedCheck extends Check {
    /** Events that may wait per node: timers, datagrams on their way, answers of cryptography. */
    private static final int MAX_EVENTS_PER_NODE = 400;

    BoundedCheck(Simulation simulation, Violations violations) {
        super("bounded", simulation, violations);
    }

    @Override
    void look() {
        NodeSize limits = NodeSize.LIMITS;
        for (SimNode node : simulation().nodes()) {
            NodeSize size = node.size();
            if (size == null) {
                continue;
            }
            atMost(node, "sessions", size.sessions(), limits.sessions());
            atMost(node, "questions to its cryptography", size.questions(), limits.questions());
            atMost(node, "cached peers", size.cachedPeers(), limits.cachedPeers());
            atMost(node, "stored peers", node.storedPeerCount(), limits.cachedPeers() + 1);
            atMost(node, "dialled tunnels", size.dialled(), node.parameters().clientCount() + 2);
            atMost(node, "clients", size.served(), limits.served());
            atMost(node, "removals", size.removals(), size.dialled() + size.served());
            atMost(node, "relayed questions", size.relayed(), limits.relayed());
        }
        int waiting = simulation().queue().size();
        if (waiting > MAX_EVENTS_PER_NODE * simulation().nodes().size()) {
            violated(simulation().nodes().get(0), "lives in a network where " + waiting + " events wait");
        }
    }

    private void atMost(SimNode node, String what, int count, int limit) {
        if (count > limit) {
            violated(node, "has " + count + " " + what + ", more than " + limit);
        }
    }
}
