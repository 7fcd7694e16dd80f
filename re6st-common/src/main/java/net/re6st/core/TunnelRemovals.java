package net.re6st.core;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import net.re6st.core.TunnelRemoval.State;
import net.re6st.core.port.RoutingView;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.wire.PeerMessage;
import net.re6st.wire.PeerMessage.Kind;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes tunnels without losing packets, on both sides: those we dialled, and those that our clients want to drop. */
final class TunnelRemovals {
    /*
     * The one who dialled begins. It locks its link: that raises the cost in both directions, so that every route that can
     * leave the link does, while those that can't stay and work. When the peer itself is reached another way and no route is
     * left on the link, message 2 asks the peer; when the peer has no route on it either it answers 3. Before the tunnel
     * is closed its cost is made infinite, and one update goes to the peer: babeld there goes on believing in the link for two
     * hellos after its end, and would fall back on it if it lost another way just then. What takes longer than 8 hellos is undone and the tunnel kept: it is needed.
     *
     * The served side waits for what it sees. A client of this software has locked both directions, so our routes leave by
     * themselves. The original's client raises only its own cost; ours towards it stays, and nothing would ever move: from
     * such a client, known by what it answers to message 4, we stop listening to Babel (`deafen`). That loses packets for one
     * or two hellos, where closing the tunnel at once would lose them until the link is found dead. Making a second link for
     * that client only would lose nothing, but takes about as long as the original waits.
     *
     * Nodes that were started together replace their tunnels together. Two ways to us that end at once leave others between a
     * route that is gone and one that babeld must ask for: so one client per hello gets its answer, the next one waits.
     *
     * A link that loses packets must be left soon: after a few seconds it is cut off for Babel as it is, if babeld knows other ways,
     * and a silent one at once. Who has no feasible route then asks for one, which takes about a second, where waiting for
     * the next updates could take a minute. If there is no way after all the link is used again.
     *
     * Every step follows from a routing table; messages 2 and 4 are repeated each round because they may be lost.
     */
    private static final Logger LOG = LoggerFactory.getLogger(TunnelRemovals.class);

    /** Of what is told to the peer through a lossy link, some may be lost. */
    private static final int LOSSY_UPDATES = 3;

    /** If the peer does not say that it heard. */
    private static final int UNHEARD_UPDATES = 6;

    /** How often routes are looked at while some should appear. */
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final NodeContext context;
    private final TunnelTable tunnels;
    private final PeerSessions sessions;
    private final SortedMap<Prefix, TunnelRemoval> removals = new TreeMap<>();
    private final SortedMap<Prefix, Request> requests = new TreeMap<>();
    private @Nullable Moment answeredAt;

    /** What a client of ours asked for. */
    private static final class Request {
        private final Moment limit;
        private boolean deaf;
        private boolean answered;

        Request(Moment limit) {
            this.limit = limit;
        }
    }

    TunnelRemovals(NodeContext context, TunnelTable tunnels, PeerSessions sessions) {
        this.context = context;
        this.tunnels = tunnels;
        this.sessions = sessions;
    }

    boolean isRemoving(Prefix peer) {
        return removals.containsKey(peer);
    }

    Optional<TunnelRemoval> removal(Prefix peer) {
        return Optional.ofNullable(removals.get(peer));
    }

    /** Clients that want to drop their tunnels. */
    SortedSet<Prefix> requesting() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(requests.keySet()));
    }

    /** The peers with which a removal is under way, whoever began it. */
    SortedSet<Prefix> peers() {
        SortedSet<Prefix> peers = new TreeSet<>(removals.keySet());
        peers.addAll(requests.keySet());
        return peers;
    }

    /** How many removals are under way. */
    int count() {
        int both = (int) requests.keySet().stream()
                .filter(peer -> removals.containsKey(peer))
                .count();
        return removals.size() + requests.size() - both;
    }

    /** Whether the tunnel to {@code peer} works, routes may use it, and neither side is removing one already. */
    boolean isPossible(Prefix peer) {
        return removable(peer).isPresent();
    }

    private Optional<OutgoingTunnel> removable(Prefix peer) {
        return tunnels.dialled(peer)
                .filter(tunnel ->
                        tunnel.isUp() && !peers().contains(peer) && context.routes.isLinked(peer, tunnel.iface()));
    }

    /** Begins to remove the tunnel to {@code peer}; false if that is not possible now. */
    boolean start(Prefix peer, Moment now) {
        OutgoingTunnel tunnel = removable(peer).orElse(null);
        if (tunnel == null) {
            return false;
        }
        LOG.info("removing {} to {}", tunnel.iface(), peer);
        removals.put(peer, new TunnelRemoval(peer, tunnel.iface(), limit(now)));
        context.ports.routing().lock(tunnel.iface());
        return true;
    }

    /** Begins to remove the tunnel to {@code peer}, whose link loses packets, or all if it is silent. */
    void abandon(Prefix peer, boolean silent, Moment now) {
        if (!start(peer, now)) {
            return;
        }
        TunnelRemoval removal = Objects.requireNonNull(removals.get(peer));
        removal.hurry(now.plus(silent ? Duration.ZERO : Timers.LEAVE_GENTLY));
        // The peer should know that it is us who go; it may be a while until nothing uses the link.
        sessions.send(peer, PeerMessage.of(Kind.REMOVAL_REQUESTED).encode(), now);
        cutOff(removal, now);
    }

    /** No more Babel through a link that must be left now. */
    private void cutOff(TunnelRemoval removal, Moment now) {
        Duration wait = removal.untilHurried(now).orElse(null);
        if (wait == null) {
            return;
        }
        if (wait.compareTo(Duration.ZERO) > 0) {
            context.timers.setAtMost(Timers.Timer.ROUND, now, wait);
        } else if (!isUsed(removal) || hasOtherWay(removal)) {
            removal.retracted("it must be left", now);
            context.ports.routing().retract(removal.iface());
            context.timers.setAtMost(Timers.Timer.ROUND, now, RETRY);
        }
    }

    private boolean hasOtherWay(TunnelRemoval removal) {
        return context.routes
                .link(removal.peer(), removal.iface())
                .filter(link -> link.otherWays() > 0)
                .isPresent();
    }

    private Moment limit(Moment now) {
        return now.plus(context.timeout().multipliedBy(2));
    }

    /** Message 2: a client wants to drop its tunnel. */
    void onRequested(Prefix peer, Moment now) {
        if (!tunnels.isServed(peer) || removals.containsKey(peer)) {
            return;
        }
        requests.computeIfAbsent(peer, key -> new Request(limit(now))).answered = false;
        // Not in this event: the answer to message 2 itself goes out first.
        context.timers.setAtMost(Timers.Timer.ROUND, now, Duration.ZERO);
    }

    /** Message 3: the peer has no route on the tunnel. */
    void onReady(Prefix peer, Moment now) {
        TunnelRemoval removal = removals.get(peer);
        if (removal != null && removal.state() == State.AGREEING && !isUsed(removal)) {
            removal.agreed();
            removal.retracted("the peer agrees", now);
            context.ports.routing().retract(removal.iface());
            retracting(removal, now);
        } else if (removal != null && removal.state() == State.RETRACTING) {
            removal.agreed();
        }
    }

    /** Looks how far each removal is. */
    void progress(Moment now) {
        for (TunnelRemoval removal : List.copyOf(removals.values())) {
            if (removal.isTooLate(now)) {
                keep(removal);
            } else if (removal.state() == State.RETRACTING) {
                retracting(removal, now);
            } else if (removal.state() != State.CLOSING) {
                progress(removal, now);
                cutOff(removal, now);
            }
        }
        for (Map.Entry<Prefix, Request> entry : new TreeMap<>(requests).entrySet()) {
            progress(entry.getKey(), entry.getValue(), now);
        }
    }

    private void progress(TunnelRemoval removal, Moment now) {
        if (isUsed(removal)) {
            if (removal.state() == State.AGREEING) {
                removal.become(State.LEAVING, "a route came back");
            }
            return;
        }
        if (removal.state() == State.LEAVING) {
            removal.become(State.AGREEING, "no route left");
        }
        sessions.send(removal.peer(), PeerMessage.of(Kind.REMOVAL_REQUESTED).encode(), now);
    }

    private void keep(TunnelRemoval removal) {
        LOG.info("{} to {} is kept: there is no other way", removal.iface(), removal.peer());
        drop(removal);
    }

    private void retracting(TunnelRemoval removal, Moment now) {
        Duration wait = removal.untilRetractedFor(telling(updates(removal)), now);
        boolean early = removal.isHurried()
                && removal.untilRetractedFor(Timers.LEAVE, now).compareTo(Duration.ZERO) > 0;
        if (isUsed(removal) && early) {
            context.timers.setAtMost(Timers.Timer.ROUND, now, RETRY);
        } else if (isUsed(removal)) {
            keep(removal);
        } else if (wait.compareTo(Duration.ZERO) > 0 && !removal.isAgreed()) {
            sessions.send(removal.peer(), PeerMessage.of(Kind.REMOVAL_REQUESTED).encode(), now);
            context.timers.setAtMost(Timers.Timer.ROUND, now, Timers.shorter(wait, RETRY));
        } else if (wait.compareTo(Duration.ZERO) > 0) {
            context.timers.setAtMost(Timers.Timer.ROUND, now, wait);
        } else {
            removal.become(State.CLOSING, "retracted");
            tunnels.close(removal.peer(), removal.isHurried() ? "its link is poor" : "replaced");
        }
    }

    /**
     * The longest time in which babeld sends so many updates after a link's cost became infinite: one per hello, give or take a
     * quarter, which it then holds back for up to two thirds of one.
     */
    private Duration telling(int updates) {
        Duration hello = context.hello();
        Duration delay = Timers.shorter(hello.multipliedBy(2).dividedBy(3), Timers.UPDATE_DELAY);
        return Timers.COST_CHANGE
                .plus(hello.multipliedBy(5L * updates).dividedBy(4))
                .plus(delay);
    }

    /** How many updates the peer should be sent before the tunnel ends. */
    private static int updates(TunnelRemoval removal) {
        return !removal.isHurried() ? 1 : removal.isAgreed() ? LOSSY_UPDATES : UNHEARD_UPDATES;
    }

    /** Whether the peer is reached only through the link, or anything at all through it. */
    private boolean isUsed(TunnelRemoval removal) {
        RoutingView routes = context.routes;
        return routes.interfaceTo(removal.peer())
                        .filter(removal.iface()::equals)
                        .isPresent()
                || !routes.isReachable(removal.peer())
                || routes.isUsed(removal.iface());
    }

    private void progress(Prefix peer, Request request, Moment now) {
        if (now.hasReached(request.limit.monotonicNanos())) {
            forgetRequest(peer);
            return;
        }
        boolean used = tunnels.serversOf(peer).stream().anyMatch(server -> context.routes.isUsed(peer, server));
        if (!used) {
            if (!request.answered) {
                answer(peer, request, now);
            }
        } else if (!request.deaf) {
            Optional<String> software = sessions.get(peer).flatMap(PeerSession::software);
            if (software.isEmpty()) {
                sessions.send(peer, PeerMessage.of(Kind.SOFTWARE).encode(), now);
            } else if (!Software.isOurs(software.get())) {
                request.deaf = true;
                tunnels.serversOf(peer)
                        .forEach(server -> context.ports.routing().deafen(server, peer));
            }
        }
    }

    private void answer(Prefix peer, Request request, Moment now) {
        Moment next = answeredAt == null ? now : answeredAt.plus(context.hello());
        if (now.hasReached(next.monotonicNanos())) {
            request.answered =
                    sessions.send(peer, PeerMessage.of(Kind.REMOVAL_READY).encode(), now);
            answeredAt = request.answered ? now : answeredAt;
        } else {
            Duration wait = Duration.ofNanos(next.monotonicNanos() - now.monotonicNanos());
            context.timers.setAtMost(Timers.Timer.ROUND, now, wait);
        }
    }

    /** The tunnel that we dialled is gone, whatever the reason. */
    void tunnelGone(Prefix peer) {
        TunnelRemoval removal = removals.get(peer);
        if (removal != null) {
            drop(removal);
        }
    }

    private void drop(TunnelRemoval removal) {
        removals.remove(removal.peer());
        context.ports.routing().unlock(removal.iface());
    }

    /** A client connected again or left: what it asked for concerned its tunnel of before. */
    void forgetRequest(Prefix peer) {
        Request request = requests.remove(peer);
        if (request != null && request.deaf) {
            context.ports.routing().undeafen(peer);
        }
    }

    /** babeld was started again: no link is locked any more, so every removal begins anew another time. */
    void abortAll() {
        List.copyOf(removals.values()).stream()
                .filter(removal -> removal.state() != State.CLOSING)
                .forEach(this::drop);
        List.copyOf(requests.keySet()).forEach(this::forgetRequest);
    }
}
