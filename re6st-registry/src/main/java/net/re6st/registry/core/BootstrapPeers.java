package net.re6st.registry.core;

import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.re6st.crypto.Rsa;
import net.re6st.net.Bytes;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.net.TunnelAddress;
import net.re6st.registry.port.Overlay;
import net.re6st.registry.port.Sealing;
import net.re6st.wire.AddressList;
import net.re6st.wire.Protocol;

/**
 * Decides which node a client that knows nobody hears of. Any thread.
 *
 * <p>The list of candidates is what the routing daemon of this machine says, in random order, used up within a minute: it
 * spreads the choice and decides nothing that another process would have to know.
 */
final class BootstrapPeers {
    private static final long KEPT_NANOS = Duration.ofSeconds(60).toNanos();

    private final Overlay overlay;
    private final SecureRandom random;
    private final Deque<Prefix> candidates = new ArrayDeque<>();
    private long listedNanos;

    BootstrapPeers(Overlay overlay, SecureRandom random) {
        this.overlay = overlay;
        this.random = random;
    }

    /** A node for {@code asker}, never itself: the registry's node takes its place. */
    Prefix next(Prefix asker, Prefix registryNode, Moment now) {
        Optional<Prefix> listed = poll(now);
        if (listed.isEmpty()) {
            // Outside the lock: the routing daemon may take its time.
            offer(overlay.reachable(), registryNode, now);
            listed = poll(now);
        }
        return listed.filter(peer -> !peer.equals(asker)).orElse(registryNode);
    }

    private synchronized Optional<Prefix> poll(Moment now) {
        if (now.monotonicNanos() - listedNanos > KEPT_NANOS) {
            candidates.clear();
        }
        return Optional.ofNullable(candidates.poll());
    }

    private void offer(List<Prefix> reachable, Prefix registryNode, Moment now) {
        Set<Prefix> nodes = new LinkedHashSet<>(reachable);
        nodes.add(registryNode);
        List<Prefix> shuffled = new ArrayList<>(nodes);
        Collections.shuffle(shuffled, new Random(random.nextLong()));
        list(shuffled, now);
    }

    synchronized boolean hasCandidates() {
        return !candidates.isEmpty();
    }

    synchronized void list(List<Prefix> nodes, Moment now) {
        candidates.clear();
        candidates.addAll(nodes);
        listedNanos = now.monotonicNanos();
    }

    /** The node's addresses as the client gets them; empty if the node does not answer. Waits. */
    Optional<Bytes> describe(Prefix peer, int clientProtocol, RSAPublicKey clientKey, Sealing sealing) {
        AddressInquiry inquiry = new AddressInquiry(peer);
        overlay.ask(inquiry);
        return inquiry.addresses()
                .map(list -> clientProtocol < Protocol.FIRST_WITH_COUNTRIES ? list.withoutCountries() : list)
                .map(list -> sealing.seal(clientKey, fit(peer, list, clientKey)));
    }

    /** As many addresses as fit into one block. */
    private static Bytes fit(Prefix peer, AddressList list, RSAPublicKey key) {
        int room = Rsa.blockBytes(key) - Rsa.PADDING_BYTES;
        List<TunnelAddress> addresses = list.addresses();
        for (int count = addresses.size(); ; count--) {
            AddressList some = AddressList.of(addresses.subList(0, count));
            Bytes text = Bytes.ofLatin1(peer.bits() + " ").plus(some.encode());
            if (text.size() <= room || count == 0) {
                return text;
            }
        }
    }
}
