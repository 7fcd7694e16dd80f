package net.re6st.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.re6st.core.Plan.Cut;
import net.re6st.core.Plan.Step;
import net.re6st.core.port.Avoided;
import net.re6st.core.port.RoutingView;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import org.jspecify.annotations.Nullable;

/** Decides which tunnels should exist: whom to dial or ask, when to look for a way into the network, which tunnel to give up. */
final class TunnelPlanner {
    /*
     * Which tunnels exist is random on purpose: with few links per node that makes the graph resilient. The planner looks at
     * three things: the routing table, the peer cache and, only when lost, the registry.
     *
     * A node is connected when the registry's node is reachable or linked, or when the registry, asked for a peer, knew none.
     * Searching for a way in is limited to once per timeout x (1 + random(0..nodes)), so that the parts of a broken network do
     * not flood the registry. For a node that is all alone that would cost a minute at the default hello, hence for the first
     * minute after the start, or after the last tunnel was lost, it repeats its search after 1, 2, 4, 4... s, beside what is
     * being dialled: a peer may be full, behind NAT or dead, and finding that out can take a minute.
     */
    private static final int MAX_LOST = 16;

    /** How long a peer that is cut off and told no country is waited for. */
    private static final int UNASKED_TIMEOUTS = 3;

    private final NodeContext context;
    private final TunnelTable tunnels;
    private final PeerCache cache;
    private final TunnelRemovals removals;
    private final Map<Prefix, Boolean> asked = new LinkedHashMap<>();
    private final OutdatedTunnels outdated;
    private final MuteTunnels mute;
    private final FailedPeers failed = new FailedPeers(Timers.FAILED_PEER_LONGEST, Timers.SILENT_PEER);

    /** Those whose links were not worth keeping. */
    private final FailedPeers avoided = new FailedPeers(Timers.POOR_PEER_LONGEST, Timers.POOR_PEER_FORGOTTEN);

    /** Whose tunnels ended although nobody wanted that, and when; the oldest first. */
    private final Map<Prefix, Moment> lost = new LinkedHashMap<>();

    /** Tunnels to neighbours of a LAN that were chosen to be given up, and when each may be chosen again. */
    private final Map<Prefix, Retry> needless = new LinkedHashMap<>();

    private record Retry(Moment at, Duration pause) {}

    private Moment aloneSince;
    private Moment lastChangeAt;
    private @Nullable Moment searchedAt;
    private Duration searchInterval = Duration.ZERO;
    private Duration eagerInterval = Timers.BOOTSTRAP_RETRY;
    private boolean eager = true;
    private boolean assumedConnected;
    private boolean searching;

    TunnelPlanner(NodeContext context, TunnelTable tunnels, PeerCache cache, TunnelRemovals removals, Moment now) {
        this.context = context;
        this.tunnels = tunnels;
        this.cache = cache;
        this.removals = removals;
        this.outdated = new OutdatedTunnels(context, tunnels, removals);
        this.mute = new MuteTunnels(context, tunnels, removals, now);
        this.aloneSince = now;
        this.lastChangeAt = now;
    }

    // Facts

    /** Whether we belong to the network, as far as we can tell. */
    boolean isConnected() {
        Prefix registry = context.registryPrefix();
        return assumedConnected
                || context.isRegistryNode()
                || context.routes.isReachable(registry)
                || (tunnels.isLinked(registry) && (!eager || hasTunnelUp()));
    }

    OutdatedTunnels outdated() {
        return outdated;
    }

    /** A tunnel was begun. */
    void begun(Moment now) {
        lastChangeAt = now;
    }

    /** The addresses of {@code peer} were asked for; {@code sent}: it will answer if it can. */
    void asked(Prefix peer, boolean sent) {
        asked.put(peer, sent);
    }

    /** Whether a question to {@code peer} waits for a session. */
    boolean isAskPending(Prefix peer) {
        return Boolean.FALSE.equals(asked.get(peer));
    }

    /** {@code peer} answered: whether we had asked. */
    boolean answered(Prefix peer) {
        return asked.remove(peer) != null;
    }

    /** None of the peer's addresses led to a tunnel. */
    void failed(Prefix peer, Moment now) {
        failed.add(peer, Timers.FAILED_PEER, now);
    }

    /** The link with {@code peer} was not worth keeping: dials it only after a pause, or if we are lost. */
    void avoid(Prefix peer, Duration pause, Moment now) {
        avoided.add(peer, pause, now);
        context.ports.lifecycle().leave(avoided.list());
    }

    /** Those whom an earlier daemon avoided. */
    void inherit(List<Avoided> earlier, Moment now) {
        avoided.restore(earlier, now);
    }

    /** Whether that pause is over. */
    boolean isAvoided(Prefix peer, Moment now) {
        return !avoided.mayTry(peer, now);
    }

    /** A tunnel to {@code peer} works. */
    void reached(Prefix peer) {
        failed.remove(peer);
        lost.remove(peer);
    }

    /** A tunnel to {@code peer} that worked ended, and nobody wanted that. */
    void lost(Prefix peer, Moment now) {
        lost.remove(peer);
        if (lost.size() >= MAX_LOST) {
            lost.remove(lost.keySet().iterator().next());
        }
        lost.put(peer, now);
    }

    /** How many more tunnels may be begun. */
    int missing() {
        int asking = (int) asked.values().stream().filter(sent -> sent).count();
        return wanted() - tunnels.dialledCount() - asking;
    }

    /** A node that nobody connects to takes fewer: it can't give back what it takes. */
    private int wanted() {
        int count = context.clientCount();
        return (tunnels.servesAnybody() ? count : Math.min(2, count)) + outdated.extra();
    }

    // Plans

    /** Looks at everything; {@code round}: the regular look, at which unanswered questions are forgotten. */
    Plan plan(boolean round, Moment now) {
        if (round) {
            asked.clear();
        }
        mute.look(now);
        if (context.routes.nodeCount() > 0 || hasTunnelUp()) {
            aloneSince = now;
            eagerInterval = Timers.BOOTSTRAP_RETRY;
        }
        eager = !now.hasReached(aloneSince.plus(Timers.EAGER_BOOTSTRAP).monotonicNanos());
        Prefix remove = chooseNeedless(now);
        OutdatedTunnels.Choice replaced = remove == null ? outdated.next(now) : null;
        Cut cut = replaced != null && replaced.cut()
                ? new Cut(replaced.peer(), "outdated, and there is no other way")
                : null;
        if (replaced != null && !replaced.cut()) {
            remove = replaced.peer();
        }
        if (remove == null && outdated.count() == 0 && isRefreshDue(now)) {
            cut = chooseMute(now);
            remove = cut == null ? chooseRemoval(now) : null;
        }
        List<Step> steps = new ArrayList<>();
        boolean askRegistry = false;
        if (missing() > 0) {
            if (isConnected()) {
                steps = normalSteps(now);
            }
            if (!isConnected() || assumedConnected) {
                askRegistry = search(steps, now);
            }
        }
        return new Plan(remove, cut, missing(), steps, askRegistry);
    }

    private List<Step> normalSteps(Moment now) {
        RoutingView routes = context.routes;
        Set<Prefix> distant = new LinkedHashSet<>();
        for (Prefix preferred : context.settings.preferred()) {
            if (routes.isReachable(preferred) && routes.neighbour(preferred).isEmpty()) {
                distant.add(preferred);
            }
        }
        int count = 2 * missing() + tunnels.linkedCount() + asked.size();
        distant.addAll(routes.sampleDistant(count, context.choices));
        List<Step> steps = new ArrayList<>();
        // A question to a stranger begins with a handshake, which costs both of us RSA: no more of them than may be
        // needed.
        long asks = 2L * missing()
                + 1
                - asked.values().stream().filter(sent -> !sent).count();
        for (Prefix peer : distant) {
            if (isCandidate(peer) && failed.mayTry(peer, now) && !isAvoided(peer, now)) {
                if (cache.contains(peer) && !cache.isTried(peer)) {
                    steps.add(new Step.Dial(peer));
                } else if (asks-- > 0) {
                    steps.add(new Step.Ask(peer));
                }
            }
        }
        if (context.isRegistryNode() && routes.distantCount() == 0) {
            steps.addAll(cachedWithoutRoute());
        }
        if (steps.isEmpty()) {
            steps.addAll(lostWithoutRoute(now));
        }
        return steps;
    }

    /**
     * Who is cut off since its tunnel with us ended. It looks for a way in by itself, but may be unable to dial anybody, and
     * nobody else can do it: who has no route is no candidate for those who are connected.
     */
    private List<Step> lostWithoutRoute(Moment now) {
        lost.values()
                .removeIf(since -> now.hasReached(since.plus(Timers.LOST_PEER).monotonicNanos()));
        List<Step> steps = new ArrayList<>();
        lost.forEach((peer, since) -> {
            boolean cutOff =
                    !context.routes.isReachable(peer) && cache.contains(peer) && mayDialUnasked(peer, since, now);
            if (cutOff && isCandidate(peer) && failed.mayTry(peer, now) && !isAvoided(peer, now)) {
                steps.add(new Step.Dial(peer));
            }
        });
        return steps;
    }

    /**
     * Where countries matter, whoever may not have told one is asked first, and most of those whose tunnel just ended soon have
     * a route again, by which they can be asked; later if babeld had to be started again. Who has none by then can't be asked.
     */
    private boolean mayDialUnasked(Prefix peer, Moment since, Moment now) {
        return context.sameCountry().isEmpty()
                || !cache.isTried(peer)
                || now.hasReached(since.plus(context.timeout().multipliedBy(UNASKED_TIMEOUTS))
                        .monotonicNanos());
    }

    private boolean isCandidate(Prefix peer) {
        return !peer.equals(context.self()) && !tunnels.isLinked(peer) && !asked.containsKey(peer);
    }

    private List<Step> cachedWithoutRoute() {
        List<Step> steps = new ArrayList<>();
        for (Prefix peer : cache.untried(context.choices)) {
            if (isCandidate(peer) && !context.routes.isReachable(peer)) {
                steps.add(new Step.Dial(peer));
            }
        }
        return steps;
    }

    // Looking for a way in

    /** Adds what to try, if it is time for it. Returns whether the registry must be asked. */
    private boolean search(List<Step> steps, Moment now) {
        if (searching || !maySearch(now)) {
            return false;
        }
        assumedConnected = false;
        if (searchedAt != null && eagerInterval.compareTo(Timers.LONGEST_BOOTSTRAP_RETRY) < 0) {
            eagerInterval = eagerInterval.multipliedBy(2);
        }
        searchedAt = now;
        int factor = 1 + context.choices.nextInt(context.routes.nodeCount() + 1);
        searchInterval = context.timeout().multipliedBy(factor);
        if (context.routes.nodeCount() == 0) {
            steps.addAll(cachedWithoutRoute());
            searching = steps.isEmpty() && (eager ? !hasTunnelUp() : !hasHope());
        } else {
            searching = true;
        }
        return searching;
    }

    private boolean maySearch(Moment now) {
        if (searchedAt == null) {
            return true;
        }
        return now.hasReached(searchedAt.plus(currentInterval()).monotonicNanos());
    }

    private Duration currentInterval() {
        boolean soon = eager && context.routes.nodeCount() == 0 && !hasTunnelUp();
        return soon && eagerInterval.compareTo(searchInterval) < 0 ? eagerInterval : searchInterval;
    }

    private boolean hasTunnelUp() {
        return tunnels.servesAnybody()
                || tunnels.dialled().stream().anyMatch(tunnel -> tunnel.isUp() && !mute.isMute(tunnel));
    }

    /** Whether there is a tunnel that may lead somewhere. */
    private boolean hasHope() {
        return tunnels.servesAnybody() || tunnels.dialled().stream().anyMatch(tunnel -> !mute.isMute(tunnel));
    }

    /** When searching again may make sense; empty: only when something happens. */
    @Nullable
    Duration untilNextSearch(Moment now) {
        if (searching || searchedAt == null || isConnected() || missing() <= 0) {
            return null;
        }
        long nanos = searchedAt.plus(currentInterval()).monotonicNanos() - now.monotonicNanos();
        return Duration.ofNanos(Math.max(0, nanos));
    }

    /** The registry named {@code peer}, or nobody, or failed. Returns what to try. */
    Plan onBootstrapPeer(@Nullable Prefix peer, boolean failed, Moment now) {
        searching = false;
        searchedAt = now;
        List<Step> steps = new ArrayList<>();
        boolean lost = context.routes.nodeCount() == 0;
        if (peer != null && isCandidate(peer) && !context.routes.isReachable(peer)) {
            steps.add(new Step.Dial(peer));
        }
        if (lost) {
            if (steps.isEmpty()) {
                cache.tried(context.choices).stream()
                        .filter(this::isCandidate)
                        .limit(1)
                        .forEach(tried -> steps.add(new Step.Dial(tried)));
            }
        } else if (peer == null && !failed) {
            assumedConnected = true;
        } else {
            steps.addAll(cachedWithoutRoute());
        }
        return new Plan(null, null, missing(), steps, false);
    }

    // Giving up

    /**
     * A tunnel to a node that is a neighbour on a LAN, too. One that had to be kept is chosen again after a pause that doubles,
     * up to the refresh interval: routes may just not have left it yet, or the peer was giving up a tunnel to us.
     */
    private @Nullable Prefix chooseNeedless(Moment now) {
        needless.keySet().removeIf(peer -> tunnels.dialled(peer).isEmpty());
        for (Prefix peer : context.routes.neighboursOn(iface -> !TunnelTable.isTunnel(iface))) {
            if (removals.isPossible(peer)) {
                Retry retry = needless.get(peer);
                if (retry == null || now.hasReached(retry.at().monotonicNanos())) {
                    Duration pause = retry == null
                            ? context.timeout().multipliedBy(4)
                            : Timers.shorter(retry.pause().multipliedBy(2), refresh());
                    needless.put(peer, new Retry(now.plus(pause), pause));
                    return peer;
                }
            }
        }
        return null;
    }

    private Duration refresh() {
        return Duration.ofSeconds(context.parameters().tunnelRefreshSeconds());
    }

    private boolean isRefreshDue(Moment now) {
        return now.hasReached(lastChangeAt.plus(refresh()).monotonicNanos());
    }

    /** A tunnel that is of no use, and won't be missed. */
    private @Nullable Cut chooseMute(Moment now) {
        Prefix peer = mute.first().orElse(null);
        if (peer == null) {
            return null;
        }
        lastChangeAt = now;
        avoid(peer, Timers.POOR_PEER, now);
        return new Cut(peer, "nothing of the routing protocol comes through");
    }

    /** The tunnel through which fewest nodes are reached, once per refresh interval. */
    private @Nullable Prefix chooseRemoval(Moment now) {
        List<OutgoingTunnel> kept = tunnels.dialled().stream()
                .filter(tunnel -> !removals.isRemoving(tunnel.peer()))
                .toList();
        boolean unserved = !tunnels.servesAnybody() && isConnected();
        int least = unserved ? Math.min(2, context.clientCount()) : context.clientCount();
        Set<Prefix> peers = new HashSet<>();
        kept.forEach(tunnel -> peers.add(tunnel.peer()));
        if (kept.isEmpty() || kept.size() < least || peers.equals(Set.copyOf(context.settings.preferred()))) {
            return null;
        }
        lastChangeAt = now;
        return kept.stream()
                .filter(OutgoingTunnel::isUp)
                .min(Comparator.comparing(this::isWorthKeeping).thenComparing(this::routes))
                .map(OutgoingTunnel::peer)
                .orElse(null);
    }

    private boolean isWorthKeeping(OutgoingTunnel tunnel) {
        return context.settings.preferred().contains(tunnel.peer()) && routes(tunnel) > 0;
    }

    private int routes(OutgoingTunnel tunnel) {
        return context.routes.routesThrough(tunnel.iface());
    }
}
