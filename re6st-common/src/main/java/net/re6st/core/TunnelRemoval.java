package net.re6st.core;

import net.re6st.net.Iface;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
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
        /** Nobody has a route on it: the process was told to end. */
        CLOSING;

        boolean leadsTo(State next) {
            return switch (this) {
                case LEAVING -> next == AGREEING;
                case AGREEING -> next == LEAVING || next == CLOSING;
                case CLOSING -> false;
            };
        }
    }

    private final Prefix peer;
    private final Iface iface;
    private final Moment limit;
    private State state = State.LEAVING;

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
        return state != State.CLOSING && now.hasReached(limit.monotonicNanos());
    }

    void become(State next, String reason) {
        if (!state.leadsTo(next)) {
            throw new IllegalStateException("removal of " + peer + ": " + state + " to " + next + ": " + reason);
        }
        LOG.debug("removal of {}: {}, {}", peer, next, reason);
        state = next;
    }
}
