package net.re6st.registry.core;

import java.util.Optional;
import net.re6st.net.Network;
import net.re6st.net.Prefix;
import net.re6st.registry.port.ClashRow;
import net.re6st.registry.port.NodeRow;

/**
 * One node as an administrator sees it: what the database knows, and what was seen of it.
 *
 * @param subnet the addresses that belong to it
 * @param software what it runs, if it said so
 * @param tunnels how many tunnels it made, if it said so
 * @param isHeardTwice two machines say that they are this node, as the routes show
 * @param clash what their calls of the registry show of that
 */
public record NodeEntry(
        NodeRow row,
        String subnet,
        Optional<String> software,
        Optional<Integer> tunnels,
        Reach reach,
        Certificate certificate,
        boolean isRegistryNode,
        boolean isHeardTwice,
        Optional<ClashRow> clash) {
    private static final long SOON_SECONDS = 20 * 24 * 3600L;

    /** Whether there is a way to a node. */
    public enum Reach {
        REACHABLE,
        UNREACHABLE,
        /** The registry's node, which would know, does not answer. */
        UNKNOWN
    }

    /** The state of a node's certificate. */
    public enum Certificate {
        VALID,
        /** The node should have renewed it: that begins 30 days before the end. */
        ENDING,
        ENDED,
        REVOKED
    }

    static NodeEntry of(
            NodeRow row,
            Network network,
            Optional<Sighting> sighting,
            Optional<Prefix> registryNode,
            Optional<ClashRow> clash,
            long now) {
        Prefix prefix = row.prefix();
        Optional<Sighting> seen = sighting.filter(Sighting::isAnswered);
        Reach reach = seen.map(s -> s.reachable().contains(prefix) ? Reach.REACHABLE : Reach.UNREACHABLE)
                .orElse(Reach.UNKNOWN);
        return new NodeEntry(
                row,
                network.subnet(prefix).toString(),
                seen.map(s -> s.software().get(prefix)),
                seen.map(s -> s.tunnels().get(prefix))
                        .map(told -> told.dialled().size()),
                reach,
                certificate(row, now),
                registryNode.filter(prefix::equals).isPresent(),
                seen.filter(s -> s.cloned().contains(prefix)).isPresent(),
                clash);
    }

    private static Certificate certificate(NodeRow row, long now) {
        if (row.endUnixSeconds() <= now) {
            return Certificate.ENDED;
        }
        if (row.isRevoked()) {
            return Certificate.REVOKED;
        }
        return row.endUnixSeconds() - now < SOON_SECONDS ? Certificate.ENDING : Certificate.VALID;
    }

    /** Whether two machines have its certificate. */
    public boolean isCloned() {
        return isHeardTwice || clash.isPresent();
    }

    public Prefix prefix() {
        return row.prefix();
    }

    public String cn() {
        return row.prefix().cn();
    }

    String email() {
        return row.email().orElse("");
    }
}
