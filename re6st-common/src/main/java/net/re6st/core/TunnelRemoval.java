package net.re6st.core;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import net.re6st.net.Iface;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The removal of one tunnel that we dialled: how far it is, and until when it must be done. */
final class TunnelRemoval {
    private static final Logger LOG = LoggerFactory.getLogger(TunnelRemoval.class);

    /** How far a removal is. */
    enum State {
        /** The link is locked: whatever can be reached another way leaves it. */
        LEAVING,
        /** None of our routes is on it. The peer was asked to do the same. */
        AGREEING,
        /** Nobody has a route on it, or it must be left now. Its cost is infinite, and the peer is hearing of that. */
        RETRACTING,
        /** Nobody can come to use it: the process was told to end. */
        CLOSING;

        boolean leadsTo(State next) {
            return switch (this) {
                case LEAVING -> next == AGREEING || next == RETRACTING;
                case AGREEING -> next == LEAVING || next == RETRACTING;
                case RETRACTING -> next == CLOSING;
                case CLOSING -> false;
            };
        }
    }

    private final Prefix peer;
    private final Iface iface;
    private final Moment limit;
    private State state = State.LEAVING;
    private @Nullable Moment hurriedAt;
    private @Nullable Moment retractedAt;
    private boolean agreed;

    TunnelRemoval(Prefix peer, Iface iface, Moment limit) {
        this.peer = peer;
        this.iface = iface;
        this.limit = limit;
    }

    Prefix peer() {
        return peer;
    }

    Iface iface() {
        return iface;
    }

    State state() {
        return state;
    }

    boolean isTooLate(Moment now) {
        return (state == State.LEAVING || state == State.AGREEING) && now.hasReached(limit.monotonicNanos());
    }

    /** The link must be left at that time, whoever uses it. */
    void hurry(Moment at) {
        hurriedAt = at;
    }

    boolean isHurried() {
        return hurriedAt != null;
    }

    /** How long until then, not positive when it is time; empty if it may take as long as it takes. */
    Optional<Duration> untilHurried(Moment now) {
        return Optional.ofNullable(hurriedAt).map(at -> Duration.ofNanos(at.monotonicNanos() - now.monotonicNanos()));
    }

    /** The peer has no route on the link. */
    void agreed() {
        agreed = true;
    }

    boolean isAgreed() {
        return agreed;
    }

    void retracted(String reason, Moment now) {
        become(State.RETRACTING, reason);
        retractedAt = now;
    }

    /** How long until that is {@code time} ago; not positive when it is. */
    Duration untilRetractedFor(Duration time, Moment now) {
        Moment start = Objects.requireNonNull(retractedAt);
        return Duration.ofNanos(start.plus(time).monotonicNanos() - now.monotonicNanos());
    }

    void become(State next, String reason) {
        if (!state.leadsTo(next)) {
            throw new IllegalStateException("removal of " + peer + ": " + state + " to " + next + ": " + reason);
        }
        LOG.debug("removal of {}: {}, {}", peer, next, reason);
        state = next;
    }
}
