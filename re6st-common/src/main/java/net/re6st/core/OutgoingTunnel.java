package net.re6st.core;

import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import net.re6st.core.port.Ticket;
import net.re6st.net.Iface;
import net.re6st.net.Prefix;
import net.re6st.net.Remote;
import net.re6st.net.TunnelAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One tunnel that we dial: its interface, the addresses still to be tried, and how far it is. */
final class OutgoingTunnel {
    private static final Logger LOG = LoggerFactory.getLogger(OutgoingTunnel.class);

    /** How far a tunnel is. */
    enum State {
        /** No process runs: the next address is about to be tried, or its name is being resolved. */
        CHOOSING,
        /** A process tries one address. */
        DIALLING,
        /** Connected to the peer. */
        UP,
        /** We asked the process to end. */
        CLOSING;

        boolean leadsTo(State next) {
            return switch (this) {
                case CHOOSING -> next == DIALLING;
                case DIALLING -> next != DIALLING;
                case UP -> next == CLOSING;
                case CLOSING -> false;
            };
        }
    }

    /** An address as announced, and where it leads. */
    record Attempt(TunnelAddress address, Remote remote) {}

    private final Prefix peer;
    private final Iface iface;
    private final Deque<TunnelAddress> addresses;
    private final Deque<Attempt> attempts = new ArrayDeque<>();
    private State state = State.CHOOSING;
    private @Nullable Ticket resolving;
    private @Nullable TunnelAddress resolvingAddress;
    private @Nullable Attempt current;
    private @Nullable BigInteger serial;

    OutgoingTunnel(Prefix peer, Iface iface, List<TunnelAddress> addresses) {
        this.peer = peer;
        this.iface = iface;
        this.addresses = new ArrayDeque<>(addresses);
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

    boolean isUp() {
        return state == State.UP;
    }

    /** The address that is being tried, or was. */
    Optional<Attempt> current() {
        return Optional.ofNullable(current);
    }

    Optional<BigInteger> serial() {
        return Optional.ofNullable(serial);
    }

    void become(State next, String reason) {
        if (!state.leadsTo(next)) {
            throw new IllegalStateException("tunnel to " + peer + ": " + state + " to " + next + ": " + reason);
        }
        LOG.debug("{} to {}: {}, {}", iface, peer, next, reason);
        state = next;
    }

    Optional<Attempt> nextAttempt() {
        return Optional.ofNullable(attempts.poll());
    }

    Optional<TunnelAddress> nextAddress() {
        return Optional.ofNullable(addresses.poll());
    }

    void addAttempt(Attempt attempt) {
        attempts.add(attempt);
    }

    void dialling(Attempt attempt) {
        current = attempt;
        become(State.DIALLING, attempt.remote().toString());
    }

    void up(BigInteger peerSerial) {
        serial = peerSerial;
        become(State.UP, "connected");
    }

    /** The name in {@code address} is being looked up. */
    void resolving(Ticket ticket, TunnelAddress address) {
        resolving = ticket;
        resolvingAddress = address;
    }

    /** The address whose name {@code ticket} looked up, once. */
    Optional<TunnelAddress> resolved(Ticket ticket) {
        if (!ticket.equals(resolving)) {
            return Optional.empty();
        }
        resolving = null;
        return Optional.ofNullable(resolvingAddress);
    }
}
