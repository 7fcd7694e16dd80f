package net.re6st.core;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import net.re6st.core.PeerSession.State;
import net.re6st.core.port.PeerCertificate;
import net.re6st.core.port.PeerChannel.Source;
import net.re6st.core.port.RoutingView.Neighbour;
import net.re6st.core.port.Ticket;
import net.re6st.crypto.Secret;
import net.re6st.net.Bytes;
import net.re6st.net.Ip6;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.wire.PeerPacket;
import net.re6st.wire.PeerPacket.Hello;
import net.re6st.wire.PeerPacket.Hello0;
import net.re6st.wire.PeerPacket.Recognition;
import net.re6st.wire.PeerPacket.Session;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Authenticated UDP with other nodes. Owns whom we share a secret with, the handshakes, and the limits on what they cost.
 */
final class PeerSessions {
    /*
     * A handshake has four datagrams: hello0 with the certificate of A, hello0 with that of B and what B knows of A's, hello
     * with a secret that A made, and B's first message. Each RSA operation is a question to the Cryptography port, so between
     * a datagram and its effect other datagrams come. What keeps that sane:
     *  - at most one secret is being sealed and one opened per peer; what comes meanwhile is dropped, callers retry;
     *  - the secret in use stays in use until the new one is there, so messages of a session are never stopped by a handshake;
     *  - an answer is used only if the peer it was asked for still is the one that is known by that prefix;
     *  - a certificate that is known, byte for byte, is not checked again.
     *
     * Two nodes that hear of each other at the same moment both send hello0, and neither may answer: one a minute. Each has the
     * certificate of the other then, and may give it a secret, which is not limited. Whoever has something to say a little
     * later does; should both do it, the greater secret wins, as always.
     *
     * Whoever starts again has no secrets. A neighbour that does not know and goes on is greeted.
     *
     * A secret is accepted only if greater than the current one (with one exception, see PeerSession.accepts) and made since
     * we started; ours are made greater than both the last we used and the peer's current one, whatever the clock says.
     */
    private static final Logger LOG = LoggerFactory.getLogger(PeerSessions.class);
    static final int MAX_PEERS = 16_384;
    static final int MAX_PENDING = 64;

    private final NodeContext context;
    private final HandshakeLimiter limiter = new HandshakeLimiter();
    private final NavigableMap<Prefix, PeerSession> peers = new TreeMap<>();
    private final Map<Ticket, Pending> pending = new LinkedHashMap<>();
    private final Set<Prefix> unreached = new LinkedHashSet<>();
    private final Moment start;
    private Secret lastUsed;
    private long offered;
    private long accepted;
    private long refused;

    PeerSessions(NodeContext context, Moment now) {
        this.context = context;
        this.start = now;
        this.lastUsed = Secret.smallestAt(now.wallMicros());
    }

    /** Whether the secret was made before this process started: a clock that was fast then has stepped back since. */
    private boolean isFromBefore(Secret secret, Moment now) {
        long startByToday = now.wallMicros() - (now.monotonicNanos() - start.monotonicNanos()) / 1000;
        return secret.compareTo(Secret.smallestAt(Math.min(start.wallMicros(), startByToday))) < 0;
    }

    /** A valid message; {@code message} may be empty. */
    record Received(PeerSession session, Bytes message) {}

    /** A session that a peer's secret opened. The peer waits for a first message at {@code source}. */
    record Opened(PeerSession session, Source source) {}

    /** A question to the cryptography port. */
    private sealed interface Pending {
        record Checking(Source source, Deque<Claim> rest, Claim claim) implements Pending {}

        record Sealing(PeerSession session, Source source, Secret secret) implements Pending {}

        record Opening(PeerSession session, Source source, long protocol) implements Pending {}
    }

    /** What a peer says who it is; {@code fingerprint}: what it knows of our certificate. */
    private record Claim(long protocol, @Nullable Bytes fingerprint, Bytes certificate) {}

    // Datagrams

    /** Takes a datagram from inside the network; the result is a valid message of a session. */
    Optional<Received> onDatagram(Source source, PeerPacket packet, Moment now) {
        if (packet instanceof Session session) {
            greetIfForgotten(source, now);
            return find(source)
                    .filter(peer -> peer.receive(session, now))
                    .map(peer -> new Received(peer, session.message()));
        } else if (packet instanceof Hello hello) {
            onHello(source, hello, now);
        } else if (packet instanceof Hello0 hello0) {
            check(
                    source,
                    new ArrayDeque<>(List.of(new Claim(PeerPacket.NO_PROTOCOL, null, hello0.certificate()))),
                    now);
        } else if (packet instanceof Recognition recognition) {
            Deque<Claim> claims = new ArrayDeque<>();
            recognition.withProtocol().ifPresent(r -> claims.add(claim(r)));
            recognition.withoutProtocol().ifPresent(r -> claims.add(claim(r)));
            check(source, claims, now);
        }
        return Optional.empty();
    }

    /**
     * We started again, and a neighbour goes on with a secret of before: what it says is lost, and it would notice a minute later
     * only. A neighbour, as anybody can write anybody's address into a datagram.
     */
    private void greetIfForgotten(Source source, Moment now) {
        Prefix bits = context.settings.network().suffixOf(source.address()).orElse(null);
        if (bits == null || find(source).flatMap(PeerSession::secret).isPresent()) {
            return;
        }
        context.routes.neighbours().stream()
                .map(Neighbour::node)
                .filter(bits::startsWith)
                .findFirst()
                .map(prefix -> startable(prefix, now))
                .filter(peer -> peer.startHandshake(now))
                .ifPresent(peer ->
                        context.ports.channel().reply(source, hello0(peer).encode()));
    }

    private static Claim claim(Recognition.Reading reading) {
        return new Claim(reading.protocol(), reading.fingerprint(), reading.certificate());
    }

    /** Follows the first claim whose certificate can be one. */
    private void check(Source source, Deque<Claim> claims, Moment now) {
        while (!claims.isEmpty()) {
            Claim claim = claims.remove();
            Optional<PeerCertificate> known = known(source, claim.certificate());
            if (known.isPresent() && isAcceptable(known.get(), source, now)) {
                identified(source, claim, known.get(), now);
                return;
            }
            if (DerShape.isOneObject(claim.certificate())) {
                if (pending.size() >= MAX_PENDING || !limiter.allows(source.address(), now)) {
                    LOG.debug("too many handshakes from {}", source.address());
                    refused++;
                    return;
                }
                Ticket ticket = context.nextTicket();
                pending.put(ticket, new Pending.Checking(source, claims, claim));
                context.ports.cryptography().checkCertificate(ticket, claim.certificate());
                return;
            }
        }
    }

    private Optional<PeerCertificate> known(Source source, Bytes der) {
        return find(source).flatMap(PeerSession::certificate).filter(c -> c.der()
                .equals(der));
    }

    void onCertificateChecked(Ticket ticket, @Nullable PeerCertificate certificate, Moment now) {
        if (pending.remove(ticket) instanceof Pending.Checking checking) {
            if (certificate != null && isAcceptable(certificate, checking.source(), now)) {
                identified(checking.source(), checking.claim(), certificate, now);
            } else {
                LOG.debug(
                        "certificate from {} not acceptable", checking.source().address());
                check(checking.source(), checking.rest(), now);
            }
        }
    }

    private boolean isAcceptable(PeerCertificate certificate, Source source, Moment now) {
        return now.wallMicros() < certificate.endWallMicros()
                && !context.isRevoked(certificate.serial())
                && !certificate.prefix().equals(context.self())
                && context.settings
                        .network()
                        .suffixOf(source.address())
                        .filter(bits -> bits.startsWith(certificate.prefix()))
                        .isPresent();
    }

    private void identified(Source source, Claim claim, PeerCertificate certificate, Moment now) {
        PeerSession peer = peer(certificate.prefix(), now);
        if (peer == null) {
            return;
        }
        peer.identify(certificate, now);
        scheduleForgetting(certificate.endWallMicros(), now);
        if (claim.fingerprint() == null) {
            answerHello0(peer, source, now);
            return;
        }
        peer.announced(claim.protocol());
        if (claim.fingerprint().equals(context.identity.fingerprint())) {
            seal(peer, source, now);
        } else {
            answerHello0(peer, source, now);
        }
    }

    private void answerHello0(PeerSession peer, Source source, Moment now) {
        if (peer.startHandshake(now)) {
            context.ports.channel().reply(source, hello0(peer).encode());
        } else if (!peer.isConnected(now)) {
            peer.crossed(source, now);
        }
    }

    private PeerPacket hello0(PeerSession peer) {
        Bytes own = context.identity.certificate();
        return peer.certificate()
                .<PeerPacket>map(c -> Recognition.of(context.settings.protocol(), c.fingerprint(), own))
                .orElseGet(() -> new Hello0(own));
    }

    private void seal(PeerSession peer, Source source, Moment now) {
        PeerCertificate certificate = peer.certificate().orElse(null);
        if (certificate == null
                || pending.size() >= MAX_PENDING
                || !limiter.allows(source.address(), now)
                || !peer.startSealing()) {
            return;
        }
        Secret secret = nextSecret(peer, now);
        Ticket ticket = context.nextTicket();
        pending.put(ticket, new Pending.Sealing(peer, source, secret));
        context.ports.cryptography().seal(ticket, secret.bytes(), certificate);
    }

    private Secret nextSecret(PeerSession peer, Moment now) {
        lastUsed = Secret.newer(now, Optional.of(lastUsed), context.secrets);
        Optional<Secret> current = peer.secret().filter(s -> s.compareTo(lastUsed) >= 0);
        // The greater number stays between the two of us: what one peer makes up must not move those of the others.
        return current.isEmpty() ? lastUsed : Secret.newer(now, current, context.secrets);
    }

    void onSealed(Ticket ticket, Bytes sealed, Bytes signature, Moment now) {
        if (!(pending.remove(ticket) instanceof Pending.Sealing sealing)) {
            return;
        }
        PeerSession peer = sealing.session();
        peer.endSealing();
        if (sealed.isEmpty() || !isCurrent(peer) || !isNewer(sealing.secret(), peer)) {
            return;
        }
        peer.offer(sealing.secret());
        offered++;
        // Compat: a peer that never gave a protocol expects none, and one that did expects it.
        boolean given = peer.protocol() != PeerPacket.NO_PROTOCOL;
        long protocol = given ? context.settings.protocol() : PeerPacket.NO_PROTOCOL;
        context.ports.channel().reply(sealing.source(), new Hello(protocol, sealed, signature).encode());
    }

    private void onHello(Source source, Hello hello, Moment now) {
        PeerSession peer = find(source).orElse(null);
        PeerCertificate certificate = peer == null ? null : peer.certificate().orElse(null);
        if (peer == null || certificate == null || pending.size() >= MAX_PENDING) {
            return;
        }
        if (!limiter.allows(source.address(), now) || !peer.startOpening()) {
            return;
        }
        Ticket ticket = context.nextTicket();
        pending.put(ticket, new Pending.Opening(peer, source, hello.protocol()));
        context.ports.cryptography().open(ticket, hello.sealed(), hello.signature(), certificate);
    }

    Optional<Opened> onOpened(Ticket ticket, @Nullable Bytes content, Moment now) {
        if (!(pending.remove(ticket) instanceof Pending.Opening opening)) {
            return Optional.empty();
        }
        PeerSession peer = opening.session();
        peer.endOpening();
        Secret secret = content == null ? null : Secret.of(content).orElse(null);
        if (secret == null || !isCurrent(peer) || isFromBefore(secret, now) || !peer.accepts(secret, now)) {
            LOG.debug("hello from {} not acceptable", peer.prefix());
            refused++;
            return Optional.empty();
        }
        peer.accept(secret, now);
        accepted++;
        peer.announced(opening.protocol());
        return Optional.of(new Opened(peer, opening.source()));
    }

    private static boolean isNewer(Secret secret, PeerSession peer) {
        return peer.secret().map(current -> secret.compareTo(current) > 0).orElse(true);
    }

    // Sending

    /** Sends to the peer's subnet; without a live session starts a handshake, and the message is lost: returns false. */
    boolean send(Prefix prefix, Bytes message, Moment now) {
        PeerSession peer = startable(prefix, now);
        if (peer == null) {
            return false;
        }
        if (!peer.isConnected(now)) {
            if (peer.startHandshake(now)) {
                context.ports.channel().send(subnetAddress(prefix), hello0(peer).encode());
            } else {
                // Its hello0 crossed ours, and had no protocol yet. Only the oldest has none in a hello, and no
                // countries.
                peer.takeCrossed(now).ifPresent(source -> {
                    peer.assumeProtocol(context.settings.protocol());
                    seal(peer, source, now);
                });
            }
            return false;
        }
        Optional<Bytes> datagram = peer.wrap(message);
        if (!message.isEmpty()) {
            peer.expectReply(now);
        }
        datagram.ifPresent(bytes -> context.ports.channel().send(subnetAddress(prefix), bytes));
        return datagram.isPresent();
    }

    /** Makes sure that there is a session, or that one will be. */
    boolean ensure(Prefix prefix, Moment now) {
        if (isConnected(prefix, now)) {
            return true;
        }
        send(prefix, Bytes.EMPTY, now);
        return false;
    }

    /** Answers where a message came from. */
    void reply(PeerSession peer, Source source, Bytes message) {
        peer.wrap(message).ifPresent(bytes -> context.ports.channel().reply(source, bytes));
    }

    boolean isConnected(Prefix prefix, Moment now) {
        PeerSession peer = peers.get(prefix);
        return peer != null && peer.isConnected(now);
    }

    private Ip6 subnetAddress(Prefix prefix) {
        return context.settings.network().subnet(prefix).firstAddress();
    }

    private @Nullable PeerSession startable(Prefix prefix, Moment now) {
        return context.isPossible(prefix) && !prefix.equals(context.self()) ? peer(prefix, now) : null;
    }

    /**
     * Something sent to this address did not leave, for want of a route. A neighbour often reaches us a moment before we
     * reach it; without this, one hello0 too early would be the only one for a minute.
     */
    void onUnsent(Ip6 destination) {
        find(new Source(destination, 0))
                .filter(peer -> peer.state() == State.NONE)
                .ifPresent(peer -> {
                    peer.withdrawHandshake();
                    if (unreached.size() < MAX_PENDING) {
                        unreached.add(peer.prefix());
                    }
                });
    }

    /** The routes changed: tries again to reach those who could not be reached. */
    void onRoutes(Moment now) {
        unreached.removeIf(prefix -> {
            boolean reachable = context.routes.isReachable(prefix);
            if (reachable) {
                ensure(prefix, now);
            }
            return reachable || !peers.containsKey(prefix);
        });
    }

    // The table

    /** The peer with the longest prefix that the address begins with. */
    Optional<PeerSession> find(Source source) {
        Prefix bits = context.settings.network().suffixOf(source.address()).orElse(null);
        if (bits == null) {
            return Optional.empty();
        }
        // Prefixes sort as texts, so every beginning of an address sorts before it, the longest last.
        Map.Entry<Prefix, PeerSession> entry = peers.floorEntry(bits);
        while (entry != null && !bits.startsWith(entry.getKey())) {
            entry = peers.floorEntry(bits.commonBeginning(entry.getKey()));
        }
        return Optional.ofNullable(entry).map(Map.Entry::getValue);
    }

    Optional<PeerSession> get(Prefix prefix) {
        return Optional.ofNullable(peers.get(prefix));
    }

    /** All known peers, in the order of their prefixes. */
    List<PeerSession> all() {
        return List.copyOf(peers.values());
    }

    int peerCount() {
        return peers.size();
    }

    NodeReport.Handshakes handshakes() {
        return new NodeReport.Handshakes(offered, accepted, refused);
    }

    int pendingCount() {
        return pending.size();
    }

    private boolean isCurrent(PeerSession peer) {
        return peers.get(peer.prefix()) == peer;
    }

    private @Nullable PeerSession peer(Prefix prefix, Moment now) {
        PeerSession known = peers.get(prefix);
        if (known != null) {
            return known;
        }
        if (peers.size() >= MAX_PEERS && !dropOne(now)) {
            return null;
        }
        PeerSession created = new PeerSession(prefix);
        peers.put(prefix, created);
        return created;
    }

    private boolean dropOne(Moment now) {
        for (PeerSession peer : peers.values()) {
            if (!peer.isConnected(now)) {
                return peers.remove(peer.prefix(), peer);
            }
        }
        return false;
    }

    /** Forgets who is revoked, ended, or silent for long. Returns those that were revoked. */
    List<Prefix> forget(Moment now) {
        List<Prefix> revoked = new ArrayList<>();
        peers.values().removeIf(peer -> {
            BigInteger serial = peer.certificate().map(PeerCertificate::serial).orElse(null);
            if (serial != null && context.isRevoked(serial)) {
                revoked.add(peer.prefix());
                return true;
            }
            return peer.certificate()
                            .filter(c -> c.endWallMicros() <= now.wallMicros())
                            .isPresent()
                    || peer.isSilentSince(now, Timers.SILENT_PEER);
        });
        scheduleForgetting(nextEndWallMicros().orElse(Long.MAX_VALUE), now);
        return revoked;
    }

    /** When the first certificate of a peer ends, by the wall clock; empty if no peer has one. */
    Optional<Long> nextEndWallMicros() {
        return peers.values().stream()
                .flatMap(peer -> peer.certificate().stream())
                .map(PeerCertificate::endWallMicros)
                .min(Long::compare);
    }

    private void scheduleForgetting(long endWallMicros, Moment now) {
        long millis = Math.max(0, endWallMicros / 1000 - now.wallMicros() / 1000 + 1);
        context.timers.setAtMost(
                Timers.Timer.FORGET_PEERS,
                now,
                Duration.ofMillis(Math.min(millis, Timers.WALL_CLOCK_CHECK.toMillis())));
    }
}
