package net.re6st.core;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import net.re6st.net.Moment;

/** Every deadline of a node, on the monotonic clock, and the intervals of its protocol. */
final class Timers {
    /** What a node waits for. */
    enum Timer {
        /** Look at the tunnels again, though nothing happened. */
        ROUND,
        /** Fetch the network parameters. */
        FETCH_PARAMETERS,
        /** Make sure that we still hear of new network parameters. */
        CHECK_REGISTRY,
        /** Forget peers whose certificate ended, or that are silent for long. */
        FORGET_PEERS,
        /** Renew our certificate or the CA's. */
        RENEW,
        /** Ask for a peer to start from again. */
        BOOTSTRAP,
        /** Ask again in which country we are. */
        COUNTRY,
        /** Ask the router for ports. */
        MAP_PORTS,
        /** A contest for a prefix has lasted too long for a restart, or is long over. */
        CLONES,
        /** Probe links. */
        PROBE,
        /** Look how far peers are that try our ports. */
        SURVEY
    }

    /** Between two looks at the tunnels. */
    static final Duration ROUND = Duration.ofSeconds(5);

    /** Between two handshakes started with the same peer. */
    static final Duration HANDSHAKE = Duration.ofSeconds(60);

    /** So long after a hello0 that crossed ours, the peer has ours and has looked at it. */
    static final Duration CROSSED = Duration.ofSeconds(1);

    /** Clocks of different hosts may differ so much without anything being wrong. */
    static final Duration CLOCK_DIFFERENCE = Duration.ofMinutes(5);

    /** A session is dead when its first unanswered message is so old. */
    static final Duration UNANSWERED = Duration.ofSeconds(60);

    /** From the news of a new version to the call of the registry. */
    static final Duration FETCH_DELAY = Duration.ofSeconds(1);

    /** After a first failure, such as that of a registry that is just starting; twice as long each time. */
    static final Duration FIRST_FETCH_RETRY = Duration.ofSeconds(10);

    static final Duration FETCH_RETRY = Duration.ofMinutes(5);

    static final Duration CHECK_REGISTRY = Duration.ofHours(1);

    /** A node that is alone looks for new parameters after this, and then after twice as long each time. */
    static final Duration LONE_CHECK = Duration.ofMinutes(5);

    /** Between two fetches that somebody on this host asks for. */
    static final Duration LOCAL_FETCH = Duration.ofSeconds(10);

    /** Deadlines of the wall clock are looked at so often, because it may step. */
    static final Duration WALL_CLOCK_CHECK = Duration.ofHours(1);

    /** A peer that says nothing for so long is forgotten. */
    static final Duration SILENT_PEER = Duration.ofDays(1);

    /** Certificates may be renewed so long before their end... */
    static final Duration RENEWAL_PERIOD = Duration.ofDays(30);

    /** ...and are at the latest so long before it: nodes spread their renewals between the two. */
    static final Duration RENEWAL_LATEST = Duration.ofDays(20);

    /** After a renewal that failed, by the wall clock. */
    static final Duration RENEWAL_RETRY = Duration.ofDays(1);

    /** The same when a certificate has ended or is revoked: twice as long each time... */
    static final Duration URGENT_RENEWAL_RETRY = Duration.ofMinutes(1);

    /** ...but not longer than this. */
    static final Duration LONGEST_URGENT_RENEWAL_RETRY = Duration.ofHours(1);

    /** For so long after the start, or after the last tunnel was lost, a search for a first peer that led nowhere is repeated with growing intervals. */
    static final Duration EAGER_BOOTSTRAP = Duration.ofMinutes(1);

    /** The first of those intervals. */
    static final Duration BOOTSTRAP_RETRY = Duration.ofSeconds(1);

    static final Duration LONGEST_BOOTSTRAP_RETRY = Duration.ofSeconds(4);

    /** A peer whose tunnel ended, and which is cut off since, is dialled again and again for so long. */
    static final Duration LOST_PEER = Duration.ofDays(1);

    /** A peer that could not be connected to is left alone so long, and twice as long after each further failure... */
    static final Duration FAILED_PEER = Duration.ofSeconds(10);

    /** ...but not longer than this. */
    static final Duration FAILED_PEER_LONGEST = Duration.ofMinutes(5);

    /** From a command that changes the cost of a link until babeld goes by that. */
    static final Duration COST_CHANGE = Duration.ofMillis(1500);

    /** What babeld sends once in a while it may send later by so long, on top of a quarter of the interval. */
    static final Duration UPDATE_DELAY = Duration.ofSeconds(4);

    /** An unused network interface of ours is kept so long, and at least for so many hellos. */
    static final Duration UNUSED_INTERFACE = Duration.ofMinutes(10);

    /** babeld remembers a neighbour for 16 hellos that did not come. */
    static final int UNUSED_HELLOS = 20;

    /** A question relayed for the registry is remembered so long. */
    static final Duration RELAYED = Duration.ofSeconds(60);

    static final Duration COUNTRY_RETRY = Duration.ofMinutes(10);

    /** A router that gave no mapping is asked again after this. */
    static final Duration MAPPING_RETRY = Duration.ofSeconds(60);

    /** Where no router ever answered and none is expected, the time between two attempts doubles up to this. */
    static final Duration MAPPING_SEARCH = Duration.ofHours(1);

    /** Before another external port is tried. */
    static final Duration MAPPING_CONFLICT = Duration.ofSeconds(1);

    /** Between two probes of a link. */
    static final Duration PROBING = Duration.ofSeconds(1);

    /** The same, of one that carries more than probes. */
    static final Duration USED_PROBING = Duration.ofMillis(400);

    /** The same, of one that was never answered. */
    static final Duration UNANSWERED_PROBING = Duration.ofSeconds(30);

    /** Links that are new or suspected of losses are probed quickly so long at least. */
    static final Duration QUICK_PROBING = Duration.ofSeconds(4);

    static final Duration QUICK_PROBING_PAUSE = Duration.ofMillis(100);

    /** Where what is lost comes later: not sooner than TCP sends again by itself. */
    static final Duration QUICK_ORDERED_PROBING = Duration.ofMillis(200);

    /** So many probes may follow each other quickly... */
    static final int QUICK_PROBES = 200;

    /** ...and one more after each such time: a link that is always a bit lossy is no reason for traffic without end. */
    static final Duration QUICK_PROBE = Duration.ofSeconds(1);

    /** An answer that takes longer than this and two median round trips is missed... */
    static final Duration PROBE_PATIENCE = Duration.ofMillis(500);

    /** ...or this, on a link under bulk transfer. */
    static final Duration BULK_PROBE_PATIENCE = Duration.ofSeconds(3);

    /** Nothing is expected of a probe any more after this. */
    static final Duration PROBE_FORGOTTEN = Duration.ofSeconds(5);

    /** A timer that comes so late tells that this host was held up. */
    static final Duration HELD_UP = Duration.ofMillis(100);

    /** Losses must go on for so long before a tunnel is given up for them. */
    static final Duration LASTING_SUSPICION = Duration.ofSeconds(5);

    /** A link stays suspect so long when links are compared. */
    static final Duration SUSPECT = Duration.ofSeconds(10);

    /** Echoes that don't agree with neighbour discovery are not believed for so long. */
    static final Duration DISTRUST = Duration.ofMinutes(10);

    /** Losses are told of so long. */
    static final Duration LOSS_WINDOW = Duration.ofMinutes(1);

    /** Between two tunnels that are given up for their losses. */
    static final Duration POOR_TUNNEL = Duration.ofMinutes(1);

    /** Whose link was given up for its losses is left alone so long, and twice as long each further time... */
    static final Duration POOR_PEER = Duration.ofMinutes(10);

    /** ...or this if the link was silent: it can't be dialled before it works again... */
    static final Duration SILENT_LINK = Duration.ofMinutes(1);

    /** ...but not longer than this, ... */
    static final Duration POOR_PEER_LONGEST = Duration.ofHours(4);

    /** ...and this after the last time it is as if nothing had been. */
    static final Duration POOR_PEER_FORGOTTEN = Duration.ofDays(1);

    /** A lossy link is left by asking neighbours for other ways, without losing packets, for so long; then it is cut off. */
    static final Duration LEAVE_GENTLY = Duration.ofSeconds(5);

    /** There should be other ways this long after that. */
    static final Duration LEAVE = Duration.ofSeconds(10);

    /** A peer that says nothing of our ports is asked once more... */
    static final Duration TRY_REPEATED = Duration.ofSeconds(1);

    /** ...and then does not know the question. */
    static final Duration TRY_KNOWN = Duration.ofMillis(2500);

    /** So long others are asked in the place of such ones. */
    static final Duration TRY_ASKED = Duration.ofSeconds(6);

    /** Then nobody is waited for any more. */
    static final Duration TRY_LONGEST = Duration.ofSeconds(10);

    /** Between two looks at that. */
    static final Duration TRY_LOOK = Duration.ofMillis(500);

    private static final long NEVER = Long.MAX_VALUE;

    private final Map<Timer, Long> deadlines = new EnumMap<>(Timer.class);

    static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** Replaces the deadline of {@code timer}. */
    void set(Timer timer, Moment now, Duration delay) {
        deadlines.put(timer, now.plus(delay).monotonicNanos());
    }

    /** As {@link #set}, but keeps an earlier deadline. */
    void setAtMost(Timer timer, Moment now, Duration delay) {
        deadlines.merge(timer, now.plus(delay).monotonicNanos(), Math::min);
    }

    /** Whether {@code timer} is due; it is cancelled then. */
    boolean expire(Timer timer, Moment now) {
        Long deadline = deadlines.get(timer);
        if (deadline == null || !now.hasReached(deadline)) {
            return false;
        }
        deadlines.remove(timer);
        return true;
    }

    /** How long until {@code timer} is due; empty if it is not set. */
    Optional<Duration> until(Timer timer, Moment now) {
        return Optional.ofNullable(deadlines.get(timer)).map(at -> Duration.ofNanos(at - now.monotonicNanos()));
    }

    /** The earliest deadline, {@code Long.MAX_VALUE} if there is none. */
    long nextNanos() {
        long next = NEVER;
        for (long deadline : deadlines.values()) {
            next = Math.min(next, deadline);
        }
        return next;
    }
}
