package net.re6st.core;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.re6st.config.NetworkParameters;
import net.re6st.core.port.ClientId;
import net.re6st.core.port.Identity;
import net.re6st.core.port.RoutingView;
import net.re6st.net.Iface;
import net.re6st.net.Moment;
import net.re6st.net.Network;
import net.re6st.net.Prefix;
import net.re6st.wire.AddressList;
import org.jspecify.annotations.Nullable;

/**
 * What a node tells of itself at one time, whoever asks: who it is, which tunnels it has and how far they are, whom it knows.
 * Small whatever the size of the network, so that making one costs the loop nothing. Immutable.
 *
 * @param version of the network parameters that are in force
 * @param announcedVersion the newest signed version we heard of; greater when its parameters could not be fetched yet
 * @param clientCount tunnels that we want to dial
 * @param advertised our addresses as peers are told
 * @param mapping how asking the router for ports goes; null if it is not asked
 * @param reachable nodes with an installed route
 * @param foreignRoute whether a route out of the network is installed
 * @param clones nodes whose certificate two machines use at once, ourselves perhaps
 */
public record NodeReport(
        Identity identity,
        Network network,
        NetworkParameters parameters,
        long version,
        long announcedVersion,
        int clientCount,
        AddressList advertised,
        @Nullable MappingReport mapping,
        boolean registryReachable,
        boolean registrySession,
        int reachable,
        int neighbours,
        boolean foreignRoute,
        List<Tunnel> tunnels,
        Peers peers,
        List<Clone> clones) {
    public NodeReport {
        clones = List.copyOf(clones);
        tunnels = List.copyOf(tunnels);
    }

    /** How far a tunnel is; in the words that operators see. */
    public enum TunnelState {
        /** We look for an address that works. */
        CHOOSING,
        /** We try one. */
        DIALLING,
        UP,
        /** Up, and being replaced: nothing will use it soon. */
        REMOVING,
        /** Its process was told to end. */
        CLOSING
    }

    /**
     * A node that two machines are.
     *
     * @param since both were heard from then on
     * @param addresses from which they connect to our servers, if they throw each other out there
     */
    public record Clone(Prefix node, Moment since, List<String> addresses) {
        public Clone {
            addresses = List.copyOf(addresses);
        }
    }

    /**
     * One tunnel.
     *
     * @param client its number at our server; null: we dialled
     * @param remote where the other end is, as we see it; null while there is no address
     * @param serial of the peer's certificate
     * @param quality losses of the last minute; null: not known, as for tunnels that we serve
     */
    public record Tunnel(
            Prefix peer,
            Iface iface,
            @Nullable Long client,
            TunnelState state,
            @Nullable String remote,
            @Nullable BigInteger serial,
            @Nullable LinkReport quality) {
        public boolean isDialled() {
            return client == null;
        }
    }

    /**
     * How many peers we know, and what handshakes came to since the start.
     *
     * @param cached with addresses in the cache
     * @param tried of these, those that we tried in vain
     * @param known that spoke to us, or we to them
     * @param identified of these, those that sent their certificate: they answer, even if no session came of it yet
     * @param connected that share a secret with us and answer
     */
    public record Peers(
            int cached,
            int tried,
            int known,
            int identified,
            int connected,
            int pendingHandshakes,
            Handshakes handshakes) {}

    /**
     * What handshakes came to since the start.
     *
     * @param offered secrets that we gave
     * @param accepted secrets that we took
     * @param refused what was not acceptable, or too much
     */
    public record Handshakes(long offered, long accepted, long refused) {}

    static NodeReport of(Node node, Moment now) {
        NodeContext context = node.context();
        RoutingView routes = context.routes;
        int connected = 0;
        int known = 0;
        int identified = 0;
        for (PeerSession peer : node.sessions().all()) {
            known++;
            identified += peer.certificate().isPresent() ? 1 : 0;
            connected += peer.isConnected(now) ? 1 : 0;
        }
        return new NodeReport(
                context.identity,
                context.settings.network(),
                context.parameters(),
                ParameterFollower.number(context.parameters().version()),
                ParameterFollower.number(node.follower().version()),
                context.clientCount(),
                node.ownAddresses().list(),
                node.mappings().report(now).orElse(null),
                context.isRegistryNode() || routes.isReachable(context.registryPrefix()),
                context.isRegistryNode() || node.sessions().isConnected(context.registryPrefix(), now),
                routes.nodeCount(),
                routes.neighbours().size(),
                routes.hasForeignRoute(),
                tunnels(node, now),
                new Peers(
                        node.cache().size(),
                        node.cache().triedCount(),
                        known,
                        identified,
                        connected,
                        node.sessions().pendingCount(),
                        node.sessions().handshakes()),
                node.clones().reported());
    }

    private static List<Tunnel> tunnels(Node node, Moment now) {
        List<Tunnel> tunnels = new ArrayList<>();
        for (OutgoingTunnel tunnel : node.tunnels().dialled()) {
            tunnels.add(new Tunnel(
                    tunnel.peer(),
                    tunnel.iface(),
                    null,
                    state(node, tunnel),
                    tunnel.current().map(attempt -> attempt.remote().toString()).orElse(null),
                    tunnel.serial().orElse(null),
                    node.links().report(tunnel.peer(), tunnel.iface(), now).orElse(null)));
        }
        for (Prefix peer : node.tunnels().served()) {
            boolean removing = node.removals().peers().contains(peer);
            for (Map.Entry<ClientId, TunnelTable.Client> entry :
                    node.tunnels().clients(peer).entrySet()) {
                tunnels.add(new Tunnel(
                        peer,
                        entry.getKey().server(),
                        entry.getKey().number(),
                        removing ? TunnelState.REMOVING : TunnelState.UP,
                        entry.getValue().ip(),
                        entry.getValue().serial(),
                        null));
            }
        }
        return tunnels;
    }

    private static TunnelState state(Node node, OutgoingTunnel tunnel) {
        return switch (tunnel.state()) {
            case CHOOSING -> TunnelState.CHOOSING;
            case DIALLING -> TunnelState.DIALLING;
            case UP -> node.removals().isRemoving(tunnel.peer()) ? TunnelState.REMOVING : TunnelState.UP;
            case CLOSING -> TunnelState.CLOSING;
        };
    }
}
