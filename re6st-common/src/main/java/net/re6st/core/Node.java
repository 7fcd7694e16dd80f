package net.re6st.core;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.random.RandomGenerator;
import net.re6st.config.NetworkParameters;
import net.re6st.core.NodeSettings.Role;
import net.re6st.core.PeerSessions.Opened;
import net.re6st.core.Timers.Timer;
import net.re6st.core.port.ClientId;
import net.re6st.core.port.Identity;
import net.re6st.core.port.PeerCertificate;
import net.re6st.core.port.PeerChannel.Source;
import net.re6st.core.port.PortMapper.Failure;
import net.re6st.core.port.PortMapper.Grant;
import net.re6st.core.port.PortMapping;
import net.re6st.core.port.ProbeAnswer;
import net.re6st.core.port.RegistryLink.Call;
import net.re6st.core.port.RoutingView;
import net.re6st.core.port.Ticket;
import net.re6st.net.Bytes;
import net.re6st.net.Iface;
import net.re6st.net.Ip6;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.wire.AddressList;
import net.re6st.wire.PeerMessage;
import net.re6st.wire.PeerMessage.Kind;
import net.re6st.wire.PeerPacket;
import net.re6st.wire.TryOutcome;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node of the network: the events that reach it. It passes each to the parts that decide, and carries out their plans.
 * One thread; it refuses to be entered again from a port method.
 */
public final class Node {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);

    private final NodeContext context;
    private final PeerSessions sessions;
    private final PeerCache cache;
    private final OwnAddresses own;
    private final PortMappings mappings;
    private final TunnelTable tunnels;
    private final TunnelRemovals removals;
    private final TunnelPlanner planner;
    private final TunnelWork work;
    private final LinkWatch links;
    private final ParameterFollower follower;
    private final Conversation conversation;
    private final Renewals renewals;
    private final OnlyTunnel onlyTunnel;
    private final Clones clones;
    private final PortTries tries;
    private final PortSurvey survey;
    private boolean entered;
    private boolean stopped;
    private boolean lookAgain;

    /** {@code choices} decides whom to connect to, {@code secrets} makes session keys; {@code now} is when the process started. */
    public Node(
            NodeSettings settings,
            Identity identity,
            NetworkParameters parameters,
            Ports ports,
            RandomGenerator choices,
            RandomGenerator secrets,
            Moment now) {
        context = new NodeContext(settings, identity, parameters, ports, choices, secrets);
        sessions = new PeerSessions(context, now);
        cache = new PeerCache(context);
        own = new OwnAddresses(context);
        mappings = new PortMappings(context, own);
        AddressRules rules = new AddressRules(context, own);
        tunnels = new TunnelTable(context, cache, rules);
        removals = new TunnelRemovals(context, tunnels, sessions);
        planner = new TunnelPlanner(context, tunnels, cache, removals, now);
        work = new TunnelWork(context, tunnels, cache, removals, planner, sessions);
        links = new LinkWatch(context, tunnels, removals, planner, sessions);
        follower = new ParameterFollower(context, sessions);
        tries = new PortTries(context, sessions, cache, rules, own);
        survey = new PortSurvey(context, sessions, cache, tunnels, own);
        conversation = new Conversation(
                context,
                new Conversation.Parts(sessions, follower, own, cache, tunnels, removals, planner, tries, survey));
        renewals = new Renewals(context);
        onlyTunnel = new OnlyTunnel(context);
        clones = new Clones(context, tunnels);
    }

    // Life

    /**
     * First event, once babeld and the servers are starting.
     *
     * @param cachedPeers address lists by prefix, as stored
     * @param ownAddresses the list that was stored as our own, or the empty text
     */
    public void start(SortedMap<Prefix, String> cachedPeers, String ownAddresses, Moment now) {
        start(cachedPeers, ownAddresses, Inheritance.NOTHING, now);
    }

    /** The same, with what an earlier daemon left. */
    public void start(SortedMap<Prefix, String> cachedPeers, String ownAddresses, Inheritance inheritance, Moment now) {
        event(now, () -> {
            cache.load(cachedPeers);
            own.start(ownAddresses, now);
            mappings.start(ownAddresses, now);
            follower.start(now);
            renewals.start(now);
            inheritance.tunnels().forEach(tunnel -> inherit(tunnel, now));
            inheritance.clients().forEach(this::inherit);
            inheritance.unused().forEach(iface -> tunnels.unused(iface, now));
            planner.inherit(inheritance.avoided(), now);
            // Who has tunnels has routes, and is told of them presently; a plan without them is that of a lost node.
            lookAgain = inheritance.isEmpty();
            context.timers.setAtMost(Timer.ROUND, now, Timers.ROUND);
        });
    }

    private void inherit(Inheritance.Tunnel tunnel, Moment now) {
        if (tunnels.inherit(tunnel)) {
            planner.reached(tunnel.peer());
            context.ports.routing().addInterface(tunnel.iface());
            if (tunnel.externalIp() != null) {
                own.observed(tunnel.externalIp(), now);
            }
            if (tunnel.outdated()) {
                planner.outdated().add(tunnel.peer(), now);
            }
        }
    }

    private void inherit(Inheritance.Client client) {
        if (tunnels.clientConnecting(client.id(), client.peer(), client.serial())) {
            tunnels.clientConnected(client.id(), client.peer(), new TunnelTable.Client(client.serial(), client.ip()));
        }
    }

    /** The daemon is about to undo everything. */
    public void stop(Moment now) {
        event(now, () -> {
            cache.shrink(context.clientCount());
            mappings.stop();
            stopped = true;
        });
    }

    /** Another process takes over: leave everything as it is. */
    public void handOver(Moment now) {
        event(now, () -> stopped = true);
    }

    /** When {@link #onTimer} wants to be called, on the monotonic clock; may change with every event. */
    public long nextDeadlineNanos() {
        return stopped ? Long.MAX_VALUE : context.timers.nextNanos();
    }

    public void onTimer(Moment now) {
        event(now, () -> {
            if (context.timers.expire(Timer.FETCH_PARAMETERS, now)) {
                follower.onFetchTimer();
            }
            if (context.timers.expire(Timer.CHECK_REGISTRY, now)) {
                follower.onCheckTimer(now);
            }
            if (context.timers.expire(Timer.FORGET_PEERS, now)) {
                sessions.forget(now);
            }
            if (context.timers.expire(Timer.COUNTRY, now)) {
                own.findCountries(now);
            }
            if (context.timers.expire(Timer.MAP_PORTS, now)) {
                mappings.onTimer(now);
            }
            if (context.timers.expire(Timer.RENEW, now)) {
                renewals.onTimer(now);
            }
            if (context.timers.expire(Timer.CLONES, now)) {
                clones.look(now);
            }
            if (context.timers.expire(Timer.PROBE, now)) {
                links.onTimer(now).ifPresent(poor -> removals.abandon(poor.peer(), poor.silent(), now));
            }
            if (context.timers.expire(Timer.SURVEY, now)) {
                survey.onTimer(now);
            }
            lookAgain |= context.timers.expire(Timer.BOOTSTRAP, now);
            if (context.timers.expire(Timer.ROUND, now)) {
                tunnels.discardUnused(now);
                look(true, now);
            }
        });
    }

    /** Runs one event; what it asked for is looked at in its end. */
    private void event(Moment now, Runnable body) {
        if (entered) {
            throw new IllegalStateException("an adapter called the node from inside a port method");
        }
        if (stopped) {
            return;
        }
        entered = true;
        try {
            body.run();
            if (lookAgain) {
                look(false, now);
            }
        } finally {
            entered = false;
        }
    }

    // Tunnels: decide, then do

    private void look(boolean round, Moment now) {
        lookAgain = false;
        follower.tell(now);
        context.timers.setAtMost(Timer.ROUND, now, Timers.ROUND);
        if (!context.isRegistryNode() && context.routes.isReachable(context.registryPrefix())) {
            // It tells of new versions.
            sessions.ensure(context.registryPrefix(), now);
        }
        if (context.settings.role() == Role.CLIENT) {
            return;
        }
        removals.progress(now);
        links.follow(now);
        work.carryOut(planner.plan(round, now), now);
        Duration search = planner.untilNextSearch(now);
        if (search != null) {
            context.timers.set(Timer.BOOTSTRAP, now, search);
        }
    }

    // Datagrams

    /** A datagram came to UDP port 326. */
    public void onDatagram(Source source, Bytes datagram, Moment now) {
        event(now, () -> {
            Ip6 address = source.address();
            if (address.equals(Ip6.LOOPBACK) || address.equals(context.subnet().mainAddress())) {
                conversation.onLocal(source, datagram, now);
            } else if (context.settings.network().contains(address)) {
                PeerPacket packet = PeerPacket.decode(datagram).orElse(null);
                if (packet != null) {
                    sessions.onDatagram(source, packet, now).ifPresent(received -> {
                        PeerSession peer = received.session();
                        conversation.onMessage(peer, source, received.message(), now);
                        onSession(peer, now);
                    });
                }
            }
        });
    }

    /** A datagram for this address could not be sent: there was no way to it. */
    public void onUnsent(Ip6 destination, Moment now) {
        event(now, () -> sessions.onUnsent(destination));
    }

    /** The peer's session works: what waited for that can go on. */
    private void onSession(PeerSession peer, Moment now) {
        if (planner.isAskPending(peer.prefix()) && peer.isConnected(now)) {
            work.ask(peer.prefix(), now);
        }
    }

    /** Null: not acceptable. */
    public void onCertificateChecked(Ticket ticket, @Nullable PeerCertificate certificate, Moment now) {
        event(now, () -> sessions.onCertificateChecked(ticket, certificate, now));
    }

    /** Both empty if the certificate's key can't encrypt. */
    public void onSealed(Ticket ticket, Bytes sealed, Bytes signature, Moment now) {
        event(now, () -> sessions.onSealed(ticket, sealed, signature, now));
    }

    /** Null: badly signed, or not for us. */
    public void onOpened(Ticket ticket, @Nullable Bytes secret, Moment now) {
        event(now, () -> {
            Opened opened = sessions.onOpened(ticket, secret, now).orElse(null);
            if (opened != null) {
                PeerSession peer = opened.session();
                Bytes version = PeerMessage.of(Kind.VERSION, follower.version()).encode();
                sessions.reply(peer, opened.source(), version);
                peer.hasVersion(follower.version());
                onSession(peer, now);
            }
        });
    }

    public void onVersionChecked(Ticket ticket, boolean valid, Moment now) {
        event(now, () -> follower.onVersionChecked(ticket, valid, now));
    }

    // Routes

    /** What babeld knows changed. */
    public void onRoutes(RoutingView view, Moment now) {
        event(now, () -> {
            context.routes = view;
            sessions.onRoutes(now);
            clones.onRoutes(now);
            follower.onRoutes(now);
            lookAgain = true;
        });
    }

    /** babeld ended and was started again: every interface is given to it anew, no lock is left. */
    public void onRoutingRestarted(Moment now) {
        event(now, () -> {
            context.routes = RoutingView.empty();
            clones.onRoutes(now);
            removals.abortAll();
            tunnels.dialled().stream()
                    .filter(OutgoingTunnel::isUp)
                    .forEach(tunnel -> context.ports.routing().addInterface(tunnel.iface()));
        });
    }

    /** The other end of a link answered. */
    public void onProbeAnswered(ProbeAnswer answer, Moment now) {
        event(now, () -> links.onAnswer(answer, now));
    }

    // Tunnel processes

    /**
     * A dialled tunnel is connected.
     *
     * @param serial of the peer's certificate
     * @param externalIp our address as the peer sees it
     */
    public void onTunnelUp(Iface iface, Prefix peer, BigInteger serial, @Nullable String externalIp, Moment now) {
        event(now, () -> {
            if (context.settings.role() == Role.CLIENT) {
                onlyTunnel.up(iface, peer, serial);
            } else if (tunnels.tunnelUp(iface, peer, serial)) {
                planner.reached(peer);
                context.ports.routing().addInterface(iface);
                if (externalIp != null && own.observed(externalIp, now)) {
                    mappings.doubt(now);
                }
            }
        });
    }

    /** The process of a dialled tunnel ended. */
    public void onTunnelExit(Iface iface, String reason, Moment now) {
        event(now, () -> tunnels.tunnelExit(iface, reason, now).ifPresent(gone -> gone(gone, now)));
    }

    private void gone(OutgoingTunnel tunnel, Moment now) {
        if (tunnel.isUp() && !removals.isRemoving(tunnel.peer())) {
            planner.lost(tunnel.peer(), now);
        }
        removals.tunnelGone(tunnel.peer());
        if (tunnel.state() == OutgoingTunnel.State.CHOOSING) {
            planner.failed(tunnel.peer(), now);
        }
        lookAgain = true;
    }

    /** Tunnels that are dialled from here on differ from those that exist, which are to be replaced. */
    public void onTunnelsOutdated(Moment now) {
        event(now, () -> {
            planner.outdated().addAll(now);
            lookAgain = true;
        });
    }

    /** A client wants in, or renews its keys: exactly one of accept and refuse follows. */
    public void onClientConnecting(ClientId client, Prefix peer, BigInteger serial, String trustedIp, Moment now) {
        event(now, () -> {
            if (tunnels.clientConnecting(client, peer, serial)) {
                clones.onClient(client, peer, trustedIp, now);
            }
        });
    }

    /** An accepted client's tunnel is up. */
    public void onClientConnected(ClientId client, Prefix peer, BigInteger serial, String trustedIp, Moment now) {
        event(now, () -> {
            removals.forgetRequest(peer);
            tunnels.clientConnected(client, peer, new TunnelTable.Client(serial, trustedIp));
            lookAgain = true;
        });
    }

    public void onClientGone(ClientId client, Moment now) {
        event(now, () -> tunnels.clientGone(client).ifPresent(peer -> {
            removals.forgetRequest(peer);
            lookAgain = true;
        }));
    }

    /** A server process ended, all its clients are gone; on a mere client it is the process of its tunnel. */
    public void onServerRestarted(Iface server, Moment now) {
        event(now, () -> {
            onlyTunnel.gone();
            tunnels.serverGone(server).forEach(removals::forgetRequest);
            lookAgain = true;
        });
    }

    // The registry

    public void onParameters(NetworkParameters parameters, Moment now) {
        event(now, () -> follower.onFetched(parameters, now).ifPresent(before -> onChanged(before, parameters, now)));
    }

    private void onChanged(NetworkParameters before, NetworkParameters after, Moment now) {
        context.ports.lifecycle().parametersChanged(before, after);
        if (after.minProtocol() > context.settings.protocol()) {
            context.ports
                    .lifecycle()
                    .fail("the network requires protocol " + after.minProtocol() + ", we speak "
                            + context.settings.protocol());
            return;
        }
        if (after.protocol() > context.settings.protocol()) {
            LOG.warn("the network speaks protocol {}, we speak {}", after.protocol(), context.settings.protocol());
        }
        if (!after.crl().equals(before.crl())) {
            sessions.forget(now);
            tunnels.cutRevoked();
            onlyTunnel.cutRevoked();
        }
        if (!after.sameCountry().equals(before.sameCountry())) {
            cache.doubtCountries();
        }
        // What a renewal waits for may have come with this version: a new certificate for a revoked one, a renewed CA.
        renewals.hope(now);
        own.findCountries(now);
        lookAgain = true;
    }

    /** The registry named a peer to start from; null: it knows nobody. */
    public void onBootstrapPeer(@Nullable Prefix peer, String addresses, Moment now) {
        event(now, () -> {
            AddressList list = AddressList.parse(addresses);
            Prefix known = null;
            if (peer != null
                    && context.isPossible(peer)
                    && !peer.equals(context.self())
                    && !list.addresses().isEmpty()) {
                known = peer;
                cache.learn(peer, list);
            }
            work.carryOut(planner.onBootstrapPeer(known, false, now), now);
            lookAgain = true;
        });
    }

    /** Null: not known, or the registry failed. */
    public void onCountry(Ticket ticket, @Nullable String country, Moment now) {
        event(now, () -> own.onCountry(ticket, country, now));
    }

    public void onRegistryFailed(Call call, String reason, Moment now) {
        event(now, () -> {
            switch (call) {
                case PARAMETERS -> follower.onFetchFailed(reason, now);
                case BOOTSTRAP_PEER -> {
                    LOG.info("the registry names no peer: {}", reason);
                    work.carryOut(planner.onBootstrapPeer(null, true, now), now);
                    lookAgain = true;
                }
                case RENEW_CERTIFICATE, RENEW_AUTHORITY -> {
                    LOG.warn("{} failed: {}", call, reason);
                    renewals.onFailed(now);
                }
            }
        });
    }

    /** Our certificate or the CA's was replaced on disk. */
    public void onRenewed(Identity identity, Moment now) {
        event(now, () -> renewals.onRenewed(identity, now));
    }

    // Names

    /** IP addresses, by preference; none: unknown, or it took too long. */
    public void onResolved(Ticket ticket, List<String> ips, Moment now) {
        event(now, () -> {
            own.onResolved(ticket, ips, now);
            tunnels.onResolved(ticket, ips, now).ifPresent(gone -> gone(gone, now));
            tries.onResolved(ticket, ips, now);
        });
    }

    // The router

    /** The router gave what was asked for, or nearly. */
    public void onMapped(PortMapping mapping, Grant grant, Moment now) {
        event(now, () -> mappings.onMapped(mapping, grant, now));
    }

    public void onMappingFailed(PortMapping mapping, Failure failure, String reason, Moment now) {
        event(now, () -> mappings.onMappingFailed(mapping, failure, reason, now));
    }

    // Ports that are tried

    /** How it went with an address that a peer wanted to be tried. */
    public void onRemoteTried(Ticket ticket, TryOutcome outcome, Moment now) {
        event(now, () -> tries.onTried(ticket, outcome, now));
    }

    /** An operator wants to know whether our addresses can be reached; {@link #portReport} tells what becomes of it. */
    public void surveyPorts(Moment now) {
        event(now, () -> survey.begin(now));
    }

    public PortReport portReport() {
        return survey.report();
    }

    // What operators, tests and the simulator look at

    /** The node as it is; no event. */
    public NodeReport report(Moment now) {
        return NodeReport.of(this, now);
    }

    /** Everybody we know, thousands at most. */
    public List<PeerReport> peers(Moment now) {
        return PeerReport.all(this, now);
    }

    public NodeSize size() {
        return new NodeSize(
                sessions.peerCount(),
                sessions.pendingCount(),
                cache.size(),
                tunnels.dialledCount(),
                tunnels.servedCount(),
                removals.count(),
                conversation.relayedCount());
    }

    PeerSessions sessions() {
        return sessions;
    }

    NodeContext context() {
        return context;
    }

    TunnelTable tunnels() {
        return tunnels;
    }

    TunnelRemovals removals() {
        return removals;
    }

    TunnelPlanner planner() {
        return planner;
    }

    LinkWatch links() {
        return links;
    }

    OwnAddresses ownAddresses() {
        return own;
    }

    PortMappings mappings() {
        return mappings;
    }

    Clones clones() {
        return clones;
    }

    PeerCache cache() {
        return cache;
    }

    ParameterFollower follower() {
        return follower;
    }
}
