package net.re6st.sim;

import java.util.List;
import net.re6st.net.Prefix;
import net.re6st.net.Remote;
import net.re6st.net.Transport;
import org.jspecify.annotations.Nullable;

/** Nobody dials itself, an address that can't be a peer's, a disabled transport or a forbidden country. */
final class DiallingCheck extends Check implements Simulation.Dialling {
    DiallingCheck(Simulation simulation, Violations violations) {
        super("dialling", simulation, violations);
        simulation.watch(this);
    }

    @Override
    public void dialled(SimNode node, Remote remote, Prefix peer) {
        SimHost host = node.host();
        if (peer.equals(node.prefix())) {
            violated(node, "dials itself");
        }
        if (host.withoutUdp() && remote.transport() == Transport.UDP) {
            violated(node, "dials " + remote + " though UDP is disabled");
        }
        if (remote.ip().startsWith("127.")
                || remote.ip().startsWith("0.")
                || remote.ip().startsWith("255.")) {
            violated(node, "dials " + remote);
        }
        SimNode target = simulation().node(peer);
        if (target != null && isForbidden(host, target)) {
            violated(
                    node,
                    "dials " + target + ", from " + host.country() + " to "
                            + target.host().country());
        }
    }

    /** Those who lie about their addresses may be anywhere. */
    private boolean isForbidden(SimHost host, @Nullable SimNode target) {
        List<String> listed = simulation().registry().options().sameCountry();
        if (target == null || listed.isEmpty() || simulation().isLiar(target)) {
            return false;
        }
        String there = target.host().country();
        return !there.equals(host.country()) && (listed.contains(there) || listed.contains(host.country()));
    }

    @Override
    void look() {}
}
