package net.re6st.sim;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import net.re6st.config.NetworkParameters;
import net.re6st.core.Node;
import net.re6st.core.Ports;
import net.re6st.core.port.ClientId;
import net.re6st.core.port.Cryptography;
import net.re6st.core.port.HostNetwork;
import net.re6st.core.port.Identity;
import net.re6st.core.port.Lifecycle;
import net.re6st.core.port.PeerCertificate;
import net.re6st.core.port.PeerChannel;
import net.re6st.core.port.RegistryLink;
import net.re6st.core.port.Resolver;
import net.re6st.core.port.RoutingDaemon;
import net.re6st.core.port.Store;
import net.re6st.core.port.Ticket;
import net.re6st.core.port.TunnelProcesses;
import net.re6st.net.Bytes;
import net.re6st.net.Iface;
import net.re6st.net.Ip6;
import net.re6st.net.Prefix;
import net.re6st.net.Remote;
import org.jspecify.annotations.Nullable;

/** One simulated host with the production core; it carries out what the core commands, in simulated time. */
final class SimNode
        implements RoutingDaemon,
                TunnelProcesses,
                PeerChannel,
                RegistryLink,
                Cryptography,
                Store,
                HostNetwork,
                Resolver,
                Lifecycle {
    private static final Duration CRYPTOGRAPHY = Duration.ofMillis(5);

    private final Simulation simulation;
    private final int index;
    private final Identity identity;
    private final boolean reachable;
    private final TreeMap<Prefix, String> storedPeers = new TreeMap<>();
    private String storedOwn = "";
    private NetworkParameters parameters;
    private SimLink[] routes = new SimLink[0];
    private @Nullable Node node;
    private int life;
    private long wakeNanos = Long.MAX_VALUE;

    SimNode(Simulation simulation, int index, Identity identity, boolean reachable, NetworkParameters parameters) {
        this.simulation = simulation;
        this.index = index;
        this.identity = identity;
        this.reachable = reachable;
        this.parameters = parameters;
    }

    int index() {
        return index;
    }

    Prefix prefix() {
        return identity.prefix();
    }

    Identity identity() {
        return identity;
    }

    boolean isRunning() {
        return node != null;
    }

    /** Whether others can dial it. */
    boolean isDialable() {
        return reachable;
    }

    String ip() {
        return "198.18." + (index >> 8) + "." + (index & 255);
    }

    NetworkParameters parameters() {
        return parameters;
    }

    SimLink[] routes() {
        return routes;
    }

    // Life

    void start() {
        if (node != null) {
            throw new IllegalStateException("node " + index + " runs already");
        }
        life++;
        long seed = simulation.seed() * 1_000_003 + index * 101L + life;
        Ports ports = new Ports(this, this, this, this, this, this, this, this, this);
        node = new Node(
                simulation.settings(this),
                identity,
                parameters,
                ports,
                new SplittableRandom(seed),
                new SplittableRandom(~seed),
                simulation.queue().now());
        event(n -> n.start(
                new TreeMap<>(storedPeers), storedOwn, simulation.queue().now()));
    }

    /** Without a word to anybody. */
    void kill() {
        node = null;
        routes = new SimLink[0];
        wakeNanos = Long.MAX_VALUE;
        simulation.tunnels().hostDied(this);
    }

    interface Event {
        void happen(Node node);
    }

    /** Something happens to the core, if it runs. */
    void event(Event event) {
        if (node != null) {
            event.happen(node);
            if (node != null) {
                schedule(node);
            }
        }
    }

    /** Something happens later, to this life of the core. */
    void eventIn(Duration delay, Event event) {
        int expected = life;
        simulation.queue().post(delay, () -> {
            if (life == expected) {
                event(event);
            }
        });
    }

    private void schedule(Node running) {
        long deadline = running.nextDeadlineNanos();
        if (deadline < wakeNanos) {
            wakeNanos = deadline;
            int expected = life;
            simulation.queue().postAt(deadline, () -> {
                if (life == expected && wakeNanos == deadline) {
                    wakeNanos = Long.MAX_VALUE;
                    event(n -> n.onTimer(simulation.queue().now()));
                }
            });
        }
    }

    /** New routes are installed; the core hears of it a little later. */
    void show(SimLink[] installed) {
        routes = installed;
        eventIn(simulation.jitter(100, 500), n -> {
            List<SimLink> links = simulation.routing().linksOf(this);
            n.onRoutes(
                    new SimView(this, simulation.nodes(), routes, links),
                    simulation.queue().now());
        });
    }

    // RoutingDaemon

    @Override
    public void addInterface(Iface iface) {
        simulation.tunnels().find(this, iface).ifPresent(simulation.routing()::noticeLink);
    }

    @Override
    public void lock(Iface iface) {
        simulation.tunnels().find(this, iface).ifPresent(link -> simulation
                .routing()
                .noticeLock(link, true));
    }

    @Override
    public void retract(Iface iface) {
        // Nothing to do: all nodes change to new routes at the same moment, so none falls back on a link that is gone.
    }

    @Override
    public void unlock(Iface iface) {
        simulation.tunnels().find(this, iface).ifPresent(link -> simulation
                .routing()
                .noticeLock(link, false));
    }

    @Override
    public void deafen(Iface iface, Prefix neighbour) {
        throw new IllegalStateException("every simulated node is of this software");
    }

    @Override
    public void undeafen(Prefix neighbour) {
        throw new IllegalStateException("every simulated node is of this software");
    }

    // TunnelProcesses

    @Override
    public void dial(Iface iface, Remote remote, Prefix peer) {
        simulation.tunnels().dial(this, iface, remote, peer);
    }

    @Override
    public void close(Iface iface) {
        simulation.tunnels().close(this, iface);
    }

    @Override
    public void discard(Iface iface) {}

    @Override
    public void accept(ClientId client) {
        simulation.tunnels().accepted(this, client);
    }

    @Override
    public void refuse(ClientId client, String reason) {
        simulation.tunnels().refused(this, client, reason);
    }

    @Override
    public void disconnect(ClientId client) {
        simulation.tunnels().disconnect(this, client);
    }

    // PeerChannel

    @Override
    public void send(Ip6 destination, Bytes datagram) {
        simulation.deliver(this, destination, datagram);
    }

    @Override
    public void reply(Source source, Bytes datagram) {
        simulation.deliver(this, source.address(), datagram);
    }

    // RegistryLink

    @Override
    public void fetchParameters() {
        simulation.registry().fetchParameters(this);
    }

    @Override
    public void bootstrapPeer() {
        simulation.registry().bootstrapPeer(this);
    }

    @Override
    public void country(Ticket ticket, String ip) {
        eventIn(
                Duration.ofMillis(50),
                n -> n.onCountry(ticket, null, simulation.queue().now()));
    }

    @Override
    public void renewCertificate() {
        eventIn(
                Duration.ofMillis(50),
                n -> n.onRenewed(identity, simulation.queue().now()));
    }

    @Override
    public void renewAuthority() {
        eventIn(
                Duration.ofMillis(50),
                n -> n.onRenewed(identity, simulation.queue().now()));
    }

    // Cryptography

    @Override
    public void checkCertificate(Ticket ticket, Bytes der) {
        Optional<PeerCertificate> certificate = SimCertificates.read(der);
        eventIn(
                CRYPTOGRAPHY,
                n -> n.onCertificateChecked(
                        ticket, certificate.orElse(null), simulation.queue().now()));
    }

    @Override
    public void seal(Ticket ticket, Bytes secret, PeerCertificate recipient) {
        eventIn(
                CRYPTOGRAPHY,
                n -> n.onSealed(ticket, secret, secret, simulation.queue().now()));
    }

    @Override
    public void open(Ticket ticket, Bytes sealed, Bytes signature, PeerCertificate sender) {
        Bytes secret = sealed.equals(signature) ? sealed : null;
        eventIn(CRYPTOGRAPHY, n -> n.onOpened(ticket, secret, simulation.queue().now()));
    }

    @Override
    public void checkVersion(Ticket ticket, Bytes version) {
        boolean valid = SimCertificates.isSigned(version);
        eventIn(
                CRYPTOGRAPHY,
                n -> n.onVersionChecked(ticket, valid, simulation.queue().now()));
    }

    // Store

    @Override
    public void putPeer(Prefix peer, String addresses) {
        if (peer.length() == 0) {
            storedOwn = addresses;
        } else {
            storedPeers.put(peer, addresses);
        }
    }

    @Override
    public void removePeer(Prefix peer) {
        storedPeers.remove(peer);
    }

    @Override
    public void putParameters(NetworkParameters adopted) {
        parameters = adopted;
    }

    int storedPeerCount() {
        return storedPeers.size();
    }

    // HostNetwork, Resolver, Lifecycle

    @Override
    public void dialled(String ip) {}

    @Override
    public void served(String ip) {}

    @Override
    public void released(String ip) {}

    @Override
    public void resolve(Ticket ticket, String host, boolean ipv6) {
        eventIn(
                Duration.ofMillis(50),
                n -> n.onResolved(ticket, List.of(), simulation.queue().now()));
    }

    @Override
    public void ready(Identity ready, NetworkParameters known) {}

    @Override
    public void parametersChanged(NetworkParameters before, NetworkParameters after) {}

    @Override
    public void restart(String reason) {
        throw new IllegalStateException("node " + index + " wants to restart: " + reason);
    }

    @Override
    public void fail(String reason) {
        throw new IllegalStateException("node " + index + " fails: " + reason);
    }

    BigInteger serial() {
        return identity.serial();
    }

    @Override
    public String toString() {
        return "node " + index;
    }
}
