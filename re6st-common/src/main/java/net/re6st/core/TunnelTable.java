package net.re6st.core;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import net.re6st.core.NodeSettings.Role;
import net.re6st.core.OutgoingTunnel.Attempt;
import net.re6st.core.OutgoingTunnel.State;
import net.re6st.core.port.ClientId;
import net.re6st.core.port.Ticket;
import net.re6st.net.Iface;
import net.re6st.net.Ip4;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.net.Remote;
import net.re6st.net.TunnelAddress;
import net.re6st.wire.AddressList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which tunnels exist: those we dial, with their interfaces and the addresses still to try, and the clients of our servers.
 */
final class TunnelTable {
    private static final Logger LOG = LoggerFactory.getLogger(TunnelTable.class);
    private static final int MAX_RESOLVED = 4;
    static final int MAX_SERVED = 4096;

    /** Names of tunnels begin so. */
    private static final String NAME = "re6stnet";

    private final NodeContext context;
    private final PeerCache cache;
    private final AddressRules rules;
    private final Map<Prefix, OutgoingTunnel> dialled = new LinkedHashMap<>();
    private final SortedMap<Iface, OutgoingTunnel> byIface = new TreeMap<>();
    private final SortedMap<Iface, Moment> unused = new TreeMap<>();

    /** Those that may be unused since the last look. */
    private final SortedSet<Iface> left = new TreeSet<>();

    private final Map<Prefix, SortedMap<ClientId, Client>> served = new LinkedHashMap<>();
    private final SortedSet<ClientId> admitted = new TreeSet<>();

    /** Who is connected to one of our servers. */
    record Client(BigInteger serial, String ip) {}

    TunnelTable(NodeContext context, PeerCache cache, AddressRules rules) {
        this.context = context;
        this.cache = cache;
        this.rules = rules;
    }

    // What exists

    boolean isDialled(Prefix peer) {
        return dialled.containsKey(peer);
    }

    boolean isServed(Prefix peer) {
        return served.containsKey(peer);
    }

    boolean isLinked(Prefix peer) {
        return isDialled(peer) || isServed(peer);
    }

    boolean servesAnybody() {
        return !served.isEmpty();
    }

    int dialledCount() {
        return dialled.size();
    }

    int linkedCount() {
        return dialled.size() + served.size();
    }

    /** The tunnels we dialled, oldest first. */
    Collection<OutgoingTunnel> dialled() {
        return List.copyOf(dialled.values());
    }

    Optional<OutgoingTunnel> dialled(Prefix peer) {
        return Optional.ofNullable(dialled.get(peer));
    }

    /** Clients, those that came first first. */
    List<Prefix> served() {
        return List.copyOf(served.keySet());
    }

    int servedCount() {
        return served.size();
    }

    /** The connections of {@code peer} to our servers. */
    SortedMap<ClientId, Client> clients(Prefix peer) {
        return new TreeMap<>(served.getOrDefault(peer, new TreeMap<>()));
    }

    /** The servers to which {@code peer} is connected. */
    List<Iface> serversOf(Prefix peer) {
        SortedMap<ClientId, Client> clients = served.get(peer);
        return clients == null
                ? List.of()
                : clients.keySet().stream().map(ClientId::server).distinct().toList();
    }

    /** Whether a client was let in and is still there. */
    boolean isAdmitted(ClientId client) {
        return admitted.contains(client);
    }

    // Dialling

    /**
     * Starts a tunnel to {@code peer}, at the first of its addresses that the rules allow; false if there is none, or if
     * there already is a tunnel between the two of us.
     */
    boolean dial(Prefix peer, AddressList list) {
        if (peer.equals(context.self()) || isLinked(peer) || dialled.size() >= context.clientCount() + 2) {
            return false;
        }
        cache.trying(peer);
        List<TunnelAddress> addresses = rules.usable(list);
        if (addresses.isEmpty()) {
            LOG.debug("no usable address of {} in {}", peer, list);
            return false;
        }
        OutgoingTunnel tunnel = new OutgoingTunnel(peer, freeIface(), addresses);
        dialled.put(peer, tunnel);
        byIface.put(tunnel.iface(), tunnel);
        unused.remove(tunnel.iface());
        return tryNext(tunnel);
    }

    /** Whether an interface is a tunnel of this program, served ones included, and not one of {@code -i}. */
    static boolean isTunnel(Iface iface) {
        return iface.name().startsWith(NAME);
    }

    /** Whether the clients of a server, which is named by its protocol, come over TCP. */
    static boolean isOverTcp(Iface server) {
        return server.name().startsWith(NAME + "-tcp");
    }

    /** Takes a tunnel over that is connected already; false if it may not go on: then it is being closed. */
    boolean inherit(Inheritance.Tunnel found) {
        Remote remote = found.remote();
        boolean known = found.peer().equals(context.self()) || isLinked(found.peer());
        if (known || byIface.containsKey(found.iface()) || context.isRevoked(found.serial())) {
            LOG.info("{} to {} is not taken over", found.iface(), found.peer());
            context.ports.tunnels().close(found.iface());
            return false;
        }
        OutgoingTunnel tunnel = new OutgoingTunnel(found.peer(), found.iface(), List.of());
        TunnelAddress address = TunnelAddress.of(remote.ip(), remote.port(), remote.transport());
        dialled.put(found.peer(), tunnel);
        byIface.put(found.iface(), tunnel);
        tunnel.dialling(new Attempt(address, remote));
        if (isIp4(remote.ip())) {
            context.ports.host().dialled(remote.ip());
        }
        tunnel.up(found.serial());
        LOG.info("{} to {} is up already", found.iface(), found.peer());
        return true;
    }

    private Iface freeIface() {
        for (int i = 1; ; i++) {
            Iface iface = new Iface(NAME + i);
            if (!byIface.containsKey(iface)) {
                return iface;
            }
        }
    }

    /** Goes on with the next address; without one forgets the tunnel and returns false. */
    private boolean tryNext(OutgoingTunnel tunnel) {
        Optional<Attempt> attempt = tunnel.nextAttempt();
        while (attempt.isEmpty()) {
            TunnelAddress address = tunnel.nextAddress().orElse(null);
            if (address == null) {
                forget(tunnel);
                return false;
            }
            if (!AddressRules.isIp(address.host())) {
                Ticket ticket = context.nextTicket();
                tunnel.resolving(ticket, address);
                context.ports
                        .resolver()
                        .resolve(
                                ticket,
                                address.host(),
                                address.transport().orElseThrow().isIpv6());
                return true;
            }
            attempt = Optional.of(attempt(address, address.host()));
        }
        start(tunnel, attempt.get());
        return true;
    }

    private static Attempt attempt(TunnelAddress address, String ip) {
        return new Attempt(
                address,
                new Remote(ip, address.port().orElseThrow(), address.transport().orElseThrow()));
    }

    private void start(OutgoingTunnel tunnel, Attempt attempt) {
        tunnel.dialling(attempt);
        if (isIp4(attempt.remote().ip())) {
            context.ports.host().dialled(attempt.remote().ip());
        }
        context.ports.tunnels().dial(tunnel.iface(), attempt.remote(), tunnel.peer());
    }

    /** A name was looked up. Returns the tunnel if it is gone, because it was the last way to try. */
    Optional<OutgoingTunnel> onResolved(Ticket ticket, List<String> ips, Moment now) {
        for (OutgoingTunnel tunnel : dialled()) {
            Optional<TunnelAddress> address = tunnel.resolved(ticket);
            if (address.isPresent()) {
                ips.stream()
                        .filter(ip -> rules.isResolvedUsable(address.get(), ip))
                        .limit(MAX_RESOLVED)
                        .forEach(ip -> tunnel.addAttempt(attempt(address.get(), ip)));
                if (!tryNext(tunnel)) {
                    unused.put(tunnel.iface(), now);
                    return Optional.of(tunnel);
                }
            }
        }
        return Optional.empty();
    }

    /** True if the tunnel exists and stays. */
    boolean tunnelUp(Iface iface, Prefix peer, BigInteger serial) {
        OutgoingTunnel tunnel = byIface.get(iface);
        if (tunnel == null || tunnel.state() != State.DIALLING) {
            return tunnel != null && tunnel.isUp();
        }
        if (!tunnel.peer().equals(peer) || context.isRevoked(serial)) {
            LOG.warn("{}: unexpected peer {} with serial {}", iface, peer, serial);
            close(tunnel, "unexpected peer");
            return false;
        }
        tunnel.up(serial);
        tunnel.current().ifPresent(attempt -> cache.reached(peer, attempt.address()));
        LOG.info("{} to {} is up", iface, peer);
        return true;
    }

    /** The process of a tunnel ended. Returns the tunnel if it is gone. */
    Optional<OutgoingTunnel> tunnelExit(Iface iface, String reason, Moment now) {
        OutgoingTunnel tunnel = byIface.get(iface);
        if (tunnel == null && context.settings.role() != Role.CLIENT) {
            // It was not taken over.
            unused.putIfAbsent(iface, now);
        }
        if (tunnel == null || tunnel.state() == State.CHOOSING) {
            return Optional.empty();
        }
        release(tunnel);
        if (tunnel.state() == State.DIALLING) {
            tunnel.become(State.CHOOSING, reason);
            if (tryNext(tunnel)) {
                return Optional.empty();
            }
        } else {
            LOG.info("{} to {} ended: {}", iface, tunnel.peer(), reason);
            forget(tunnel);
        }
        unused.put(iface, now);
        return Optional.of(tunnel);
    }

    private void release(OutgoingTunnel tunnel) {
        tunnel.current()
                .map(attempt -> attempt.remote().ip())
                .filter(TunnelTable::isIp4)
                .ifPresent(context.ports.host()::released);
    }

    private void forget(OutgoingTunnel tunnel) {
        dialled.remove(tunnel.peer());
        byIface.remove(tunnel.iface());
    }

    /** Gives up the tunnel to {@code peer}, if we dialled one. */
    void close(Prefix peer, String reason) {
        OutgoingTunnel tunnel = dialled.get(peer);
        if (tunnel != null) {
            close(tunnel, reason);
        }
    }

    private void close(OutgoingTunnel tunnel, String reason) {
        if (tunnel.state() == State.CHOOSING) {
            forget(tunnel);
            left.add(tunnel.iface());
        } else if (tunnel.state() != State.CLOSING) {
            LOG.info("closing {} to {}: {}", tunnel.iface(), tunnel.peer(), reason);
            tunnel.become(State.CLOSING, reason);
            context.ports.tunnels().close(tunnel.iface());
        }
    }

    /** An earlier daemon left the interface, without a tunnel. */
    void unused(Iface iface, Moment now) {
        unused.put(iface, now);
    }

    /** Removes interfaces that were not used for long. */
    void discardUnused(Moment now) {
        // Made anew too soon, an interface would have a neighbour that babeld can't answer.
        Duration hellos = context.hello().multipliedBy(Timers.UNUSED_HELLOS);
        Duration kept = Collections.max(List.of(Timers.UNUSED_INTERFACE, hellos));
        left.removeAll(byIface.keySet());
        left.forEach(iface -> unused.putIfAbsent(iface, now));
        left.clear();
        for (Map.Entry<Iface, Moment> entry : List.copyOf(unused.entrySet())) {
            Moment end = entry.getValue().plus(kept);
            if (now.hasReached(end.monotonicNanos())) {
                unused.remove(entry.getKey());
                context.ports.tunnels().discard(entry.getKey());
            }
        }
    }

    // Serving

    /** Decides whether a client may come in, or stay when it renews its keys; true if so. */
    boolean clientConnecting(ClientId client, Prefix peer, BigInteger serial) {
        if (context.isRevoked(serial)) {
            context.ports.tunnels().refuse(client, "certificate " + serial + " is revoked");
        } else if (peer.equals(context.self()) || !context.isPossible(peer)) {
            context.ports.tunnels().refuse(client, "not a peer: " + peer);
        } else if (!isServed(peer) && served.size() >= MAX_SERVED) {
            context.ports.tunnels().refuse(client, "too many clients");
        } else if (!admitted.contains(client) && isFull(client.server(), peer)) {
            LOG.info("client {} refused: {} has {} clients", peer, client.server(), context.maxClients());
            context.ports.tunnels().refuse(client, "full");
        } else {
            admitted.add(client);
            context.ports.tunnels().accept(client);
            return true;
        }
        return false;
    }

    /** Whether a server has as many clients as it may; one that connects again takes its own place. */
    private boolean isFull(Iface server, Prefix peer) {
        long clients =
                admitted.stream().filter(id -> id.server().equals(server)).count();
        return clients >= context.maxClients() && !serversOf(peer).contains(server);
    }

    void clientConnected(ClientId id, Prefix peer, Client client) {
        if (context.isRevoked(client.serial())) {
            context.ports.tunnels().disconnect(id);
            return;
        }
        LOG.info("client {} connected to {}", peer, id.server());
        Client before = served.computeIfAbsent(peer, key -> new TreeMap<>()).put(id, client);
        if (before != null) {
            released(before);
        }
        if (isIp4(client.ip())) {
            context.ports.host().served(client.ip());
        }
        // Both ends dialled each other: one of the two tunnels is enough, and both ends must choose the same.
        if (isDialled(peer) && context.self().compareTo(peer) < 0) {
            close(peer, "the peer dialled us too");
        }
    }

    /** Returns who it was, if it was known. */
    Optional<Prefix> clientGone(ClientId id) {
        admitted.remove(id);
        for (Map.Entry<Prefix, SortedMap<ClientId, Client>> entry : List.copyOf(served.entrySet())) {
            Client client = entry.getValue().remove(id);
            if (client != null) {
                Prefix peer = entry.getKey();
                released(client);
                if (entry.getValue().isEmpty()) {
                    served.remove(peer);
                }
                LOG.info("client {} left {}", peer, id.server());
                return Optional.of(peer);
            }
        }
        return Optional.empty();
    }

    /** All clients of a server are gone. Returns who they were. */
    List<Prefix> serverGone(Iface server) {
        List<Prefix> gone = new ArrayList<>();
        admitted.removeIf(id -> id.server().equals(server));
        for (SortedMap<ClientId, Client> clients : List.copyOf(served.values())) {
            for (ClientId id : List.copyOf(clients.keySet())) {
                if (id.server().equals(server)) {
                    clientGone(id).ifPresent(gone::add);
                }
            }
        }
        return gone;
    }

    private void released(Client client) {
        if (isIp4(client.ip())) {
            context.ports.host().released(client.ip());
        }
    }

    /** Cuts the tunnels, both ways, of certificates that are revoked. */
    void cutRevoked() {
        for (OutgoingTunnel tunnel : dialled()) {
            if (tunnel.serial().filter(context::isRevoked).isPresent()) {
                close(tunnel, "revoked");
            }
        }
        served.values()
                .forEach(clients -> clients.forEach((id, client) -> {
                    if (context.isRevoked(client.serial())) {
                        context.ports.tunnels().disconnect(id);
                    }
                }));
    }

    private static boolean isIp4(String ip) {
        return Ip4.parse(ip).isPresent();
    }
}
