package net.re6st.core;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.re6st.core.port.RoutingView.Neighbour;
import net.re6st.net.Iface;
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
    private final Map<Iface, Moment> since = new LinkedHashMap<>();
    private final Set<OutgoingTunnel> mute = new LinkedHashSet<>();

    MuteTunnels(NodeContext context, TunnelTable tunnels, TunnelRemovals removals) {
        this.context = context;
        this.tunnels = tunnels;
        this.removals = removals;
    }

    /** Notes who is heard now. */
    void look(Moment now) {
        Map<Iface, Moment> before = Map.copyOf(since);
        since.clear();
        mute.clear();
        for (OutgoingTunnel tunnel : tunnels.dialled()) {
            if (tunnel.isUp() && !removals.isRemoving(tunnel.peer()) && !isHeard(tunnel)) {
                Moment began = before.getOrDefault(tunnel.iface(), now);
                since.put(tunnel.iface(), began);
                Duration patience = context.timeout().multipliedBy(TIMEOUTS);
                if (now.hasReached(began.plus(patience).monotonicNanos())) {
                    mute.add(tunnel);
                }
            }
        }
    }

    private boolean isHeard(OutgoingTunnel tunnel) {
        return context.routes
                .link(tunnel.peer(), tunnel.iface())
                .filter(link -> link.cost() < Neighbour.UNREACHABLE)
                .isPresent();
    }

    /** As of the last look. */
    boolean isMute(OutgoingTunnel tunnel) {
        return mute.contains(tunnel);
    }

    /** The oldest of them. */
    Optional<Prefix> first() {
        return mute.stream().map(OutgoingTunnel::peer).findFirst();
    }
}
