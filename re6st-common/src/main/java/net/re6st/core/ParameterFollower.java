package net.re6st.core;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import net.re6st.config.NetworkParameters;
import net.re6st.core.Timers.Timer;
import net.re6st.core.port.RoutingView.Neighbour;
import net.re6st.core.port.Ticket;
import net.re6st.net.Bytes;
import net.re6st.net.Moment;
import net.re6st.wire.PackedInteger;
import net.re6st.wire.PackedInteger.Decoded;
import net.re6st.wire.PeerMessage;
import net.re6st.wire.PeerMessage.Kind;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The network version we know, and what follows from a newer one: fetch the parameters, tell those who have an older one.
 */
final class ParameterFollower {
    /*
     * In a large network not everybody fetches new parameters at once, but at a random moment of the next seconds (hello). A
     * revocation must not wait for that, and only the parameters tell that they contain one. So whoever has fetched them and
     * sees it tells the version again, and whoever is told the same version twice by the same peer fetches at once. The
     * registry's node, where all begins, never waits. Programs of the original tell nothing twice, and don't mind.
     *
     * A node that was off or parted while the keys of the routing protocol were replaced is not heard by anybody, so that
     * nobody can tell it. Whoever has no route to any node therefore asks soon, and again and again.
     */
    private static final Logger LOG = LoggerFactory.getLogger(ParameterFollower.class);
    private static final int MAX_CHECKS = 8;
    private static final int LARGE_NETWORK = 100;

    private final NodeContext context;
    private final PeerSessions sessions;
    private final Map<Ticket, Check> checks = new LinkedHashMap<>();
    private Bytes version;
    private boolean telling;
    private boolean fetching;
    private Duration fetchRetry = Timers.FIRST_FETCH_RETRY;
    private int missedChecks;
    private Duration lonePause;
    private @Nullable Moment localFetch;

    /** A version whose signature is being checked, and who told it. */
    private record Check(PeerSession peer, Bytes version) {}

    ParameterFollower(NodeContext context, PeerSessions sessions) {
        this.context = context;
        this.sessions = sessions;
        this.version = context.parameters().version();
        this.lonePause = firstLonePause();
    }

    void start(Moment now) {
        if (!context.isRegistryNode()) {
            // Also when another node was the registry's before: it has no such timer.
            context.timers.setAtMost(Timer.CHECK_REGISTRY, now, Timers.CHECK_REGISTRY);
            onRoutes(now);
        }
    }

    /** Routes changed. */
    void onRoutes(Moment now) {
        if (isAlone()) {
            context.timers.setAtMost(Timer.CHECK_REGISTRY, now, lonePause);
        } else {
            lonePause = firstLonePause();
        }
    }

    private boolean isAlone() {
        return context.routes.nodeCount() == 0 && !context.isRegistryNode();
    }

    private Duration firstLonePause() {
        return context.timeout().multipliedBy(2);
    }

    /** The newest signed version that we know; maybe newer than the parameters. */
    Bytes version() {
        return version;
    }

    /** A peer told its version. Returns ours if it must be told. */
    Optional<Bytes> onVersion(PeerSession peer, Bytes told, Moment now) {
        peer.hasVersion(version);
        boolean again = peer.tells(told);
        long number = number(told);
        if (number < 0) {
            return Optional.empty();
        }
        if (number < number(version)) {
            return Optional.of(version);
        }
        if (again
                && told.equals(version)
                && number > number(context.parameters().version())) {
            context.timers.setAtMost(Timer.FETCH_PARAMETERS, now, Duration.ZERO);
        }
        if (number > number(version) && checks.size() < MAX_CHECKS && !isBeingChecked(peer)) {
            Ticket ticket = context.nextTicket();
            checks.put(ticket, new Check(peer, told));
            context.ports.cryptography().checkVersion(ticket, told);
        }
        return Optional.empty();
    }

    private boolean isBeingChecked(PeerSession peer) {
        return checks.values().stream().anyMatch(check -> check.peer() == peer);
    }

    /** The number that a signed version begins with; -1 if it does not. */
    static long number(Bytes signed) {
        return PackedInteger.decode(signed, 0).map(Decoded::value).orElse(-1L);
    }

    void onVersionChecked(Ticket ticket, boolean valid, Moment now) {
        Check check = checks.remove(ticket);
        if (check == null) {
            return;
        }
        if (!valid) {
            LOG.debug("badly signed version from {}", check.peer().prefix());
            return;
        }
        if (number(check.version()) > number(version)) {
            LOG.info(
                    "network version {} announced by {}",
                    number(check.version()),
                    check.peer().prefix());
            version = check.version();
            fetchSoon(now);
            telling = true;
        }
        check.peer().hasVersion(version);
        tell(now);
    }

    /** Fetches the parameters after a short delay; in a large network not everybody at once. */
    void fetchSoon(Moment now) {
        boolean spread = context.routes.nodeCount() > LARGE_NETWORK && !context.isRegistryNode();
        Duration jitter = spread
                ? Duration.ofMillis(
                        (long) (context.choices.nextDouble() * context.hello().toMillis()))
                : Duration.ZERO;
        context.timers.set(Timer.FETCH_PARAMETERS, now, Timers.FETCH_DELAY.plus(jitter));
    }

    /** Somebody on this host, or who passes for it, says that there is something new. */
    void fetchForLocal(Moment now) {
        long early =
                localFetch == null ? 0 : localFetch.plus(Timers.LOCAL_FETCH).monotonicNanos() - now.monotonicNanos();
        if (early <= 0) {
            localFetch = now;
        }
        context.timers.setAtMost(Timer.FETCH_PARAMETERS, now, Timers.FETCH_DELAY.plusNanos(Math.max(0, early)));
    }

    void onFetchTimer() {
        if (!fetching) {
            fetching = true;
            context.ports.registry().fetchParameters();
        }
    }

    void onFetchFailed(String reason, Moment now) {
        fetching = false;
        LOG.warn("network parameters not fetched, trying again in {} s: {}", fetchRetry.toSeconds(), reason);
        context.timers.setAtMost(Timer.FETCH_PARAMETERS, now, fetchRetry);
        fetchRetry = Timers.shorter(fetchRetry.multipliedBy(2), Timers.FETCH_RETRY);
    }

    /** The registry answered. Returns the parameters that these replace; empty if they are not newer. */
    Optional<NetworkParameters> onFetched(NetworkParameters fetched, Moment now) {
        fetching = false;
        fetchRetry = Timers.FIRST_FETCH_RETRY;
        long number = number(fetched.version());
        if (number < number(version)) {
            // Someone else was told before: its own database is older, or a cache is between us.
            context.timers.setAtMost(Timer.FETCH_PARAMETERS, now, Timers.FETCH_RETRY);
        } else {
            version = fetched.version();
        }
        NetworkParameters before = context.parameters();
        if (number < number(before.version()) || fetched.equals(before)) {
            tell(now);
            return Optional.empty();
        }
        LOG.info("network parameters of version {}", number);
        context.adopt(fetched);
        start(now);
        context.ports.store().putParameters(fetched);
        telling = true;
        tell(now);
        if (!before.crl().containsAll(fetched.crl())) {
            tellAgain(now);
        }
        return Optional.of(before);
    }

    /** Tells the version to connected peers that have an older one; opens a session with neighbours that have none. */
    void tell(Moment now) {
        if (!telling) {
            return;
        }
        boolean complete = true;
        for (PeerSession peer : sessions.all()) {
            if (peer.isConnected(now) && isOlder(peer)) {
                Bytes message = PeerMessage.of(Kind.VERSION, version).encode();
                if (sessions.send(peer.prefix(), message, now)) {
                    peer.hasVersion(version);
                }
            }
        }
        for (Neighbour neighbour : context.routes.neighbours()) {
            // A neighbour shows up before the route to it; too early a hello0 would be the only one for a minute.
            boolean told = context.routes.isReachable(neighbour.node())
                    && sessions.ensure(neighbour.node(), now)
                    && sessions.get(neighbour.node()).filter(this::isOlder).isEmpty();
            complete &= told;
        }
        telling = !complete;
    }

    /** Makes connected peers fetch at once. */
    private void tellAgain(Moment now) {
        Bytes message = PeerMessage.of(Kind.VERSION, version).encode();
        for (PeerSession peer : sessions.all()) {
            if (peer.isConnected(now)) {
                sessions.send(peer.prefix(), message, now);
            }
        }
    }

    private boolean isOlder(PeerSession peer) {
        return peer.version().map(known -> number(known) < number(version)).orElse(true);
    }

    /** Fetches anyway when nobody could have told us of a new version, twice in a row, or when we are alone. */
    void onCheckTimer(Moment now) {
        boolean alone = isAlone();
        boolean unheard = !context.routes.isReachable(context.registryPrefix());
        long validUntil = context.parameters().validUntilUnixSeconds();
        boolean expired = validUntil > 0 && validUntil * 1_000_000 < now.wallMicros();
        missedChecks = unheard || expired ? missedChecks + 1 : 0;
        if (missedChecks >= 2 || alone) {
            missedChecks = 0;
            fetchSoon(now);
        }
        if (alone) {
            Duration longer = lonePause.equals(firstLonePause()) ? Timers.LONE_CHECK : lonePause.multipliedBy(2);
            lonePause = Timers.shorter(longer, Timers.CHECK_REGISTRY);
        }
        context.timers.set(Timer.CHECK_REGISTRY, now, alone ? lonePause : Timers.CHECK_REGISTRY);
    }
}
