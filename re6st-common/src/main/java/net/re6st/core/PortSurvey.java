package net.re6st.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.re6st.core.PortReport.Row;
import net.re6st.core.PortReport.Said;
import net.re6st.core.Timers.Timer;
import net.re6st.core.port.RoutingView.Neighbour;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.net.Reachability;
import net.re6st.net.TunnelAddress;
import net.re6st.wire.PeerMessage;
import net.re6st.wire.PeerMessage.Kind;
import net.re6st.wire.PortTry;
import net.re6st.wire.TryOutcome;
import org.jspecify.annotations.Nullable;

/**
 * Asks a few peers to try the addresses that we advertise, when an operator wants to know. Decides whom: rather those that
 * have no tunnel with us, who come as strangers would, and none that is behind the same router.
 *
 * <p>Where too few sessions work it begins some, with an address or not: whether peers answer is worth knowing, too.
 *
 * <p>Peers that don't know the question, as original nodes, say nothing of it; others are asked in their place, and in that
 * of those that were asked too often.
 */
final class PortSurvey {
    static final int WANTED = 3;
    static final int MAX_ASKED = 9;
    static final int MAX_ADDRESSES = 4;

    private final NodeContext context;
    private final PeerSessions sessions;
    private final PeerCache cache;
    private final TunnelTable tunnels;
    private final OwnAddresses own;
    private List<TunnelAddress> addresses = List.of();
    private final List<Asked> asked = new ArrayList<>();

    /** With whom a session was begun: they are asked as soon as it works. */
    private final Set<Prefix> expected = new TreeSet<>();

    private @Nullable Moment begun;

    /** A peer, with what it said so far of each address. */
    private static final class Asked {
        private final Prefix peer;
        private final Moment at;
        private final Map<TunnelAddress, PortTry> answers = new LinkedHashMap<>();
        private boolean repeated;
        private boolean silent;

        Asked(Prefix peer, Moment at) {
            this.peer = peer;
            this.at = at;
        }
    }

    PortSurvey(NodeContext context, PeerSessions sessions, PeerCache cache, TunnelTable tunnels, OwnAddresses own) {
        this.context = context;
        this.sessions = sessions;
        this.cache = cache;
        this.tunnels = tunnels;
        this.own = own;
    }

    /** Begins, unless it is under way already. */
    void begin(Moment now) {
        if (begun != null) {
            return;
        }
        asked.clear();
        expected.clear();
        addresses = own.list().addresses().stream()
                .filter(address -> address.transport().isPresent()
                        && address.port().isPresent()
                        && Reachability.isReachable(address.host(), context.settings.network()))
                .map(TunnelAddress::withoutCountry)
                .distinct()
                .limit(MAX_ADDRESSES)
                .toList();
        if (candidates(now).size() < WANTED) {
            expected.addAll(context.routes.sampleDistant(WANTED, context.choices));
            context.routes.neighbours().stream()
                    .filter(neighbour -> TunnelTable.isTunnel(neighbour.iface()))
                    .map(Neighbour::node)
                    .limit(WANTED)
                    .forEach(expected::add);
            expected.removeIf(peer -> sessions.ensure(peer, now));
        }
        if (addresses.isEmpty() && expected.isEmpty()) {
            return;
        }
        begun = now;
        proceed(now);
    }

    /** Time has passed. */
    void onTimer(Moment now) {
        if (begun != null) {
            proceed(now);
        }
    }

    private void proceed(Moment now) {
        Moment since = begun;
        if (since == null) {
            return;
        }
        for (Asked one : asked) {
            if (one.answers.isEmpty() && !one.silent) {
                one.silent = isPast(one.at, Timers.TRY_KNOWN, now);
                if (!one.silent && !one.repeated && isPast(one.at, Timers.TRY_REPEATED, now)) {
                    one.repeated = true;
                    ask(one.peer, now);
                }
            }
        }
        boolean more = !isPast(since, Timers.TRY_ASKED, now);
        if (more) {
            askMore(now);
        }
        boolean all = asked.stream().allMatch(one -> one.silent || isAnswered(one));
        boolean enough = wanted() == 0 || expected.isEmpty() || isPast(since, Timers.TRY_KNOWN, now);
        if ((all && enough) || isPast(since, Timers.TRY_LONGEST, now)) {
            begun = null;
        } else {
            context.timers.set(Timer.SURVEY, now, Timers.TRY_LOOK);
        }
    }

    private static boolean isPast(Moment since, Duration duration, Moment now) {
        return now.hasReached(since.plus(duration).monotonicNanos());
    }

    private int wanted() {
        return WANTED
                - (int) asked.stream()
                        .filter(one -> !one.silent && !isBusy(one))
                        .count();
    }

    private static boolean isBusy(Asked one) {
        return !one.answers.isEmpty()
                && one.answers.values().stream().allMatch(answer -> answer.outcome() == TryOutcome.BUSY);
    }

    private boolean isAnswered(Asked one) {
        return addresses.stream().allMatch(address -> {
            PortTry answer = one.answers.get(address);
            return answer != null && answer.outcome() != TryOutcome.TRYING;
        });
    }

    private void askMore(Moment now) {
        if (addresses.isEmpty()) {
            expected.removeIf(peer -> sessions.isConnected(peer, now));
            return;
        }
        int missing = Math.min(wanted(), MAX_ASKED - asked.size());
        for (Prefix peer : candidates(now)) {
            if (missing > 0 && ask(peer, now)) {
                asked.add(new Asked(peer, now));
                expected.remove(peer);
                missing--;
            }
        }
    }

    /** It must know our addresses to try them. */
    private boolean ask(Prefix peer, Moment now) {
        boolean sent = sessions.send(
                peer,
                PeerMessage.of(Kind.ADDRESSES, own.list().withoutCountries().encode())
                        .encode(),
                now);
        for (TunnelAddress address : addresses) {
            sent &= sessions.send(
                    peer,
                    PeerMessage.of(Kind.TRY, PortTry.question(address).encode()).encode(),
                    now);
        }
        return sent;
    }

    /** Who can be asked: by chance, those without a tunnel first. */
    private List<Prefix> candidates(Moment now) {
        Set<Prefix> known = asked.stream().map(one -> one.peer).collect(Collectors.toSet());
        Set<Prefix> besides = context.routes.neighbours().stream()
                .filter(neighbour -> !TunnelTable.isTunnel(neighbour.iface()))
                .map(Neighbour::node)
                .collect(Collectors.toSet());
        List<Prefix> strangers = new ArrayList<>();
        List<Prefix> linked = new ArrayList<>();
        for (PeerSession peer : sessions.all()) {
            Prefix prefix = peer.prefix();
            if (peer.isConnected(now)
                    && !known.contains(prefix)
                    && !besides.contains(prefix)
                    && !isBehindOurRouter(prefix)) {
                List<Prefix> group = tunnels.isLinked(prefix) ? linked : strangers;
                group.add(context.choices.nextInt(group.size() + 1), prefix);
            }
        }
        strangers.addAll(linked);
        return strangers;
    }

    private boolean isBehindOurRouter(Prefix peer) {
        return cache.addresses(peer).stream()
                .flatMap(list -> list.addresses().stream())
                .anyMatch(theirs ->
                        addresses.stream().anyMatch(ours -> ours.host().equals(theirs.host())));
    }

    /** A peer tells how it went, or that it tries. */
    void onAnswer(PeerSession peer, PortTry answer, Moment now) {
        for (Asked one : asked) {
            if (one.peer.equals(peer.prefix()) && addresses.contains(answer.address())) {
                one.answers.merge(answer.address(), answer, (before, last) -> isFinal(before) ? before : last);
                one.silent = false;
            }
        }
        if (begun != null) {
            proceed(now);
        }
    }

    private static boolean isFinal(PortTry answer) {
        return answer.outcome() != TryOutcome.TRYING && answer.outcome() != TryOutcome.BUSY;
    }

    /** Of the survey under way, or of the last one. */
    PortReport report() {
        List<Row> rows = addresses.stream()
                .map(address -> new Row(
                        address,
                        asked.stream()
                                .sorted(Comparator.comparing(one -> one.peer))
                                .map(one -> said(one, one.answers.get(address)))
                                .toList()))
                .toList();
        return new PortReport(begun == null, rows);
    }

    private static Said said(Asked one, @Nullable PortTry answer) {
        return answer == null || answer.outcome() == TryOutcome.TRYING
                ? new Said(one.peer, null, 0)
                : new Said(one.peer, answer.outcome(), answer.millis());
    }
}
