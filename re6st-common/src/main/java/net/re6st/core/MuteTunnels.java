package net.re6st.core;

import java.util.LinkedHashMap;
import java.util.Map;
import net.re6st.core.port.RoutingView.Neighbour;
import net.re6st.net.Iface;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import org.jspecify.annotations.Nullable;

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
    private final Map<Iface, Moment> since = new LinkedHashMap<>();

    MuteTunnels(NodeContext context, TunnelTable tunnels, TunnelRemovals removals) {
        this.context = context;
        this.tunnels = tunnels;
        this.removals = removals;
    }

    /** Notes who is heard now. */
    void look(Moment now) {
        Map<Iface, Moment> before = Map.copyOf(since);
        since.clear();
        for (OutgoingTunnel tunnel : tunnels.dialled()) {
            Iface iface = tunnel.iface();
            if (tunnel.isUp() && !removals.isRemoving(tunnel.peer()) && !isHeard(tunnel)) {
                since.put(iface, before.getOrDefault(iface, now));
            }
        }
    }

    private boolean isHeard(OutgoingTunnel tunnel) {
        return context.routes
                .link(tunnel.peer(), tunnel.iface())
                .filter(link -> link.cost() < Neighbour.UNREACHABLE)
                .isPresent();
    }

    boolean isMute(OutgoingTunnel tunnel, Moment now) {
        Moment began = since.get(tunnel.iface());
        return began != null
                && now.hasReached(
                        began.plus(context.timeout().multipliedBy(TIMEOUTS)).monotonicNanos());
    }

    /** One of them; null if there is none. */
    @Nullable
    Prefix first(Moment now) {
        return tunnels.dialled().stream()
                .filter(tunnel -> isMute(tunnel, now))
                .map(OutgoingTunnel::peer)
                .findFirst()
                .orElse(null);
    }
}
