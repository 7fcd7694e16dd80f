package net.re6st.core;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.re6st.core.port.RoutingView.Neighbour;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;

/**
 * The tunnels that we dialled and that are up, but through which babeld hears nobody, as when a firewall lets its packets
 * through one way only.
 */
final class MuteTunnels {
    /*
     * What babeld sends keeps OpenVPN content, so that such a tunnel never ends by itself. There is no removal as usual either,
     * for babeld has no link there whose cost could be raised. After a start, or a rest of the interface, it takes a few hellos
     * until a neighbour is heard: nothing is mute before three times what makes a neighbour lost.
     */
    private static final int TIMEOUTS = 3;

    private final NodeContext context;
    private final TunnelTable tunnels;
    private final TunnelRemovals removals;
    private final Map<OutgoingTunnel, Moment> since = new LinkedHashMap<>();
    private Moment lookedAt;

    MuteTunnels(NodeContext context, TunnelTable tunnels, TunnelRemovals removals, Moment now) {
        this.lookedAt = now;
        this.context = context;
        this.tunnels = tunnels;
        this.removals = removals;
    }

    /** Notes who is heard now. */
    void look(Moment now) {
        List<OutgoingTunnel> silent =
                tunnels.dialled().stream().filter(this::isSilent).toList();
        since.keySet().retainAll(silent);
        silent.forEach(tunnel -> since.putIfAbsent(tunnel, now));
        lookedAt = now;
    }

    private boolean isSilent(OutgoingTunnel tunnel) {
        return tunnel.isUp()
                && !removals.isRemoving(tunnel.peer())
                && context.routes
                        .link(tunnel.peer(), tunnel.iface())
                        .filter(link -> link.cost() < Neighbour.UNREACHABLE)
                        .isEmpty();
    }

    /** As of the last look. */
    boolean isMute(OutgoingTunnel tunnel) {
        Moment began = since.get(tunnel);
        Duration patience = context.timeout().multipliedBy(TIMEOUTS);
        return began != null && lookedAt.hasReached(began.plus(patience).monotonicNanos());
    }

    /** The oldest of them. */
    Optional<Prefix> first() {
        return tunnels.dialled().stream()
                .filter(this::isMute)
                .map(OutgoingTunnel::peer)
                .findFirst();
    }
}
