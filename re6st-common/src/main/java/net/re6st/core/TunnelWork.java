package net.re6st.core;

import java.util.Optional;
import net.re6st.core.Plan.Step;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.wire.AddressList;
import net.re6st.wire.PeerMessage;
import net.re6st.wire.PeerMessage.Kind;

/** Carries out the plans of {@link TunnelPlanner}: removes and cuts tunnels, dials peers, asks for their addresses. */
final class TunnelWork {
    private final NodeContext context;
    private final TunnelTable tunnels;
    private final PeerCache cache;
    private final TunnelRemovals removals;
    private final TunnelPlanner planner;
    private final PeerSessions sessions;

    TunnelWork(
            NodeContext context,
            TunnelTable tunnels,
            PeerCache cache,
            TunnelRemovals removals,
            TunnelPlanner planner,
            PeerSessions sessions) {
        this.context = context;
        this.tunnels = tunnels;
        this.cache = cache;
        this.removals = removals;
        this.planner = planner;
        this.sessions = sessions;
    }

    void carryOut(Plan plan, Moment now) {
        if (plan.remove() != null) {
            removals.start(plan.remove(), now);
        }
        if (plan.cut() != null) {
            tunnels.close(plan.cut().peer(), plan.cut().reason());
        }
        int missing = plan.missing();
        for (Step step : plan.steps()) {
            if (missing <= 0) {
                break;
            }
            boolean begun = step instanceof Step.Dial ? dial(step.peer(), now) : ask(step.peer(), now);
            missing -= begun ? 1 : 0;
        }
        if (plan.askRegistry()) {
            context.ports.registry().bootstrapPeer();
        }
    }

    private boolean dial(Prefix peer, Moment now) {
        Optional<AddressList> addresses = cache.addresses(peer);
        boolean begun = addresses.isPresent() && tunnels.dial(peer, addresses.get());
        if (begun) {
            planner.begun(now);
        }
        return begun;
    }

    boolean ask(Prefix peer, Moment now) {
        boolean sent = sessions.send(peer, PeerMessage.of(Kind.ADDRESSES).encode(), now);
        planner.asked(peer, sent);
        return sent;
    }
}
