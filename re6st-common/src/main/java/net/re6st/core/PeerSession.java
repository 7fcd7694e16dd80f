package net.re6st.core;

import java.time.Duration;
import java.util.Optional;
import net.re6st.core.port.PeerCertificate;
import net.re6st.core.port.PeerChannel.Source;
import net.re6st.crypto.Secret;
import net.re6st.net.Bytes;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.wire.PeerPacket;
import net.re6st.wire.Protocol;
import org.jspecify.annotations.Nullable;

/** What we share with one other node. Decides whether a message of it is authentic and fresh, and whether it still listens. */
final class PeerSession {
    /** How far the handshake is. */
    enum State {
        /** No secret is shared. */
        NONE,
        /** We gave the peer a secret; whether it has it is shown by its first valid message. */
        OFFERED,
        /** Both sides have the secret. */
        ESTABLISHED
    }

    private final Prefix prefix;
    private State state = State.NONE;
    private @Nullable PeerCertificate certificate;
    private @Nullable Secret secret;
    /** The greatest that the peer gave us. */
    private @Nullable Secret given;

    private long protocol = PeerPacket.NO_PROTOCOL;
    private long lastReceived;
    private long lastSent;
    private @Nullable Bytes version;
    private @Nullable Bytes told;
    private @Nullable String software;
    private @Nullable Moment handshakeAt;
    private @Nullable Crossed crossed;
    private @Nullable Moment unansweredSince;
    private @Nullable Moment heardAt;
    private boolean sealing;
    private boolean opening;

    /** A hello0 that came while ours was under way. */
    private record Crossed(Source source, Moment at) {}

    PeerSession(Prefix prefix) {
        this.prefix = prefix;
    }

    Prefix prefix() {
        return prefix;
    }

    State state() {
        return state;
    }

    Optional<PeerCertificate> certificate() {
        return Optional.ofNullable(certificate);
    }

    Optional<Secret> secret() {
        return Optional.ofNullable(secret);
    }

    /** What the peer speaks, {@link PeerPacket#NO_PROTOCOL} if it did not say. */
    long protocol() {
        return protocol;
    }

    /** The peer did not tell, and is taken for one that speaks this: all but the oldest do. */
    void assumeProtocol(long usual) {
        if (protocol == PeerPacket.NO_PROTOCOL) {
            protocol = usual;
        }
    }

    long lastReceived() {
        return lastReceived;
    }

    long lastSent() {
        return lastSent;
    }

    /** The network version that the peer is known to have; empty if it was not told and did not tell. */
    Optional<Bytes> version() {
        return Optional.ofNullable(version);
    }

    /** The peer told a version; whether it was the same the last time. */
    boolean tells(Bytes announced) {
        boolean again = told != null && told.equals(announced);
        told = announced;
        return again;
    }

    void hasVersion(Bytes known) {
        version = known;
    }

    /** What the peer says it runs; empty if it was not asked. */
    Optional<String> software() {
        return Optional.ofNullable(software);
    }

    void runs(String text) {
        software = text;
    }

    void identify(PeerCertificate checked, Moment now) {
        certificate = checked;
        heardAt = now;
    }

    void announced(long announcedProtocol) {
        protocol = announcedProtocol;
    }

    /** Whether the peer takes part: it is not connected when its first message without reply is too old. */
    boolean isConnected(Moment now) {
        return state == State.ESTABLISHED
                && lastSent < Protocol.MAX_SEQUENCE_NUMBER
                && (unansweredSince == null
                        || !now.hasReached(
                                unansweredSince.plus(Timers.UNANSWERED).monotonicNanos()));
    }

    /** Whether a handshake may be started; if so it counts as started. */
    boolean startHandshake(Moment now) {
        if (handshakeAt != null
                && !now.hasReached(handshakeAt.plus(Timers.HANDSHAKE).monotonicNanos())) {
            return false;
        }
        handshakeAt = now;
        return true;
    }

    /** The peer's hello0 came from {@code source}, and one of ours was sent too recently for an answer. */
    void crossed(Source source, Moment now) {
        crossed = new Crossed(source, now);
    }

    /** Where the peer waits for an answer that its hello0 did not get, once; empty while the peer may still look at ours. */
    Optional<Source> takeCrossed(Moment now) {
        Crossed taken = crossed;
        if (taken == null || !now.hasReached(taken.at().plus(Timers.CROSSED).monotonicNanos())) {
            return Optional.empty();
        }
        crossed = null;
        return Optional.of(taken.source());
    }

    /** What was sent to start a handshake never left: it may be tried again. */
    void withdrawHandshake() {
        handshakeAt = null;
    }

    boolean isSilentSince(Moment now, Duration duration) {
        Moment last = heardAt != null ? heardAt : handshakeAt;
        return last == null || now.hasReached(last.plus(duration).monotonicNanos());
    }

    /**
     * Whether the peer may give us {@code fresh}: it must be greater than the one in use, or a hello that was recorded could
     * be played again. When a clock was fast and stepped back, ours or the peer's, the one in use is of the future, and a peer
     * that starts again would be refused until the clocks have caught up. Then what the peer itself gave decides alone.
     */
    boolean accepts(Secret fresh, Moment now) {
        if (given != null && fresh.compareTo(given) <= 0) {
            return false;
        }
        if (secret == null || fresh.compareTo(secret) > 0) {
            return true;
        }
        long soon = now.plus(Timers.CLOCK_DIFFERENCE).wallMicros();
        return state == State.ESTABLISHED && secret.compareTo(Secret.smallestAt(soon)) > 0;
    }

    /** We give the peer {@code offered}; not connected before it uses it. */
    void offer(Secret offered) {
        install(offered, State.OFFERED);
    }

    /** The peer gave us {@code accepted}. */
    void accept(Secret accepted, Moment now) {
        install(accepted, State.ESTABLISHED);
        given = accepted;
        heardAt = now;
    }

    private void install(Secret replacement, State reached) {
        secret = replacement;
        state = reached;
        crossed = null;
        lastReceived = Protocol.FIRST_SEQUENCE_NUMBER - 1;
        lastSent = Protocol.FIRST_SEQUENCE_NUMBER - 1;
        unansweredSince = null;
    }

    /** Takes a message; false if it is not authentic or not fresh. */
    boolean receive(PeerPacket.Session packet, Moment now) {
        if (secret == null
                || packet.sequenceNumber() <= lastReceived
                || !secret.verifies(packet.authenticated(), packet.hmac())) {
            return false;
        }
        lastReceived = packet.sequenceNumber();
        unansweredSince = null;
        heardAt = now;
        state = State.ESTABLISHED;
        return true;
    }

    /**
     * The next datagram for the peer; empty if there is no secret or the sequence numbers are used up. Only a message of our
     * own, not an answer, makes us wait for a reply.
     */
    Optional<Bytes> wrap(Bytes message) {
        if (secret == null || lastSent >= Protocol.MAX_SEQUENCE_NUMBER) {
            return Optional.empty();
        }
        lastSent++;
        Bytes mac = secret.mac(PeerPacket.Session.authenticated(lastSent, message));
        return Optional.of(new PeerPacket.Session(lastSent, message, mac).encode());
    }

    /** A message that the peer must reply to was sent. */
    void expectReply(Moment now) {
        if (unansweredSince == null) {
            unansweredSince = now;
        }
    }

    /** Marks that a secret is being sealed for the peer; false if one already is. */
    boolean startSealing() {
        boolean started = !sealing;
        sealing = true;
        return started;
    }

    void endSealing() {
        sealing = false;
    }

    /** Marks that a secret of the peer is being opened; false if one already is. */
    boolean startOpening() {
        boolean started = !opening;
        opening = true;
        return started;
    }

    void endOpening() {
        opening = false;
    }
}
