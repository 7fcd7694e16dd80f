package net.re6st.sim;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import net.re6st.config.NetworkParameters;
import net.re6st.core.Node;
import net.re6st.core.NodeSize;
import net.re6st.core.Ports;
import net.re6st.core.Startup;
import net.re6st.core.port.Avoided;
import net.re6st.core.port.ClientId;
import net.re6st.core.port.HostNetwork;
import net.re6st.core.port.Identity;
import net.re6st.core.port.Lifecycle;
import net.re6st.core.port.LinkProbe;
import net.re6st.core.port.PeerChannel;
import net.re6st.core.port.PortMapper;
import net.re6st.core.port.PortMapping;
import net.re6st.core.port.RemoteProbe;
import net.re6st.core.port.Resolver;
import net.re6st.core.port.RoutingDaemon;
import net.re6st.core.port.Store;
import net.re6st.core.port.Ticket;
import net.re6st.core.port.TunnelProcesses;
import net.re6st.net.Bytes;
import net.re6st.net.Iface;
import net.re6st.net.Ip6;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.net.Remote;
import net.re6st.wire.Protocol;
import net.re6st.wire.TryOutcome;
import org.jspecify.annotations.Nullable;

/** One simulated host with the production core; it carries out what the core commands, in simulated time. */
final class SimNode
        implements RoutingDaemon,
                TunnelProcesses,
                PeerChannel,
                Store,
                HostNetwork,
                Resolver,
                PortMapper,
                LinkProbe,
                RemoteProbe,
                Lifecycle {
    private final Simulation simulation;
    private final int index;
    private final SimHost host;
    private final SimView view;
    private final SimCryptography cryptography;
    private final RegistryCalls registry;
    private final Trail trail;
    private final TreeMap<Prefix, String> storedPeers = new TreeMap<>();
    private Identity identity;
    private String storedOwn = "";
    private @Nullable NetworkParameters stored;
    private NetworkParameters parameters = NetworkParameters.EMPTY;
    private @Nullable Startup startup;
    private @Nullable Node node;
    private boolean on;
    private boolean routesExpected;
    private Duration clockError;
    private int life;
    private long wakeNanos = Long.MAX_VALUE;
    private long startedNanos;

    SimNode(Simulation simulation, SimHost host, Identity identity) {
        this.simulation = simulation;
        this.index = host.index();
        this.host = host;
        this.identity = identity;
        this.clockError = host.clockError();
        this.view = new SimView(this, simulation);
        this.cryptography = new SimCryptography(this, simulation);
        this.registry = new RegistryCalls(this, simulation);
        this.trail = new Trail();
    }

    int index() {
        return index;
    }

    SimHost host() {
        return host;
    }

    Prefix prefix() {
        return identity.prefix();
    }

    BigInteger serial() {
        return identity.serial();
    }

    Bytes fingerprint() {
        return identity.fingerprint();
    }

    /** Whether the host is on; its core may still be starting. */
    boolean isRunning() {
        return on;
    }

    /** Whether its core runs, and with it its servers. */
    boolean hasCore() {
        return node != null;
    }

    /** When it was switched on last, on the monotonic clock. */
    long startedNanos() {
        return startedNanos;
    }

    NetworkParameters parameters() {
        return parameters;
    }

    Trail trail() {
        return trail;
    }

    SimCryptography cryptography() {
        return cryptography;
    }

    SimNode sibling(int other) {
        return simulation.nodes().get(other);
    }

    /** This host's clocks. */
    Moment now() {
        Moment now = simulation.queue().now();
        return new Moment(now.monotonicNanos(), now.wallMicros() + clockError.toNanos() / 1000);
    }

    /** Sets the wall clock, as a user or NTP does. */
    void setClock(Duration error) {
        trail.add(simulation, this, "clock set", null);
        clockError = error;
    }

    /** How much the core holds; empty while there is none. */
    @Nullable
    NodeSize size() {
        return node == null ? null : node.size();
    }

    int storedPeerCount() {
        return storedPeers.size();
    }

    // Life

    void start() {
        if (on) {
            return;
        }
        life++;
        on = true;
        startedNanos = simulation.queue().now().monotonicNanos();
        trail.add(simulation, this, "start", null);
        Startup.Ports ports = new Startup.Ports(registry, cryptography, this, this);
        startup = new Startup(Protocol.VERSION, identity, stored, ports, new SplittableRandom(seed()));
        startup.start(now());
        schedule();
    }

    private long seed() {
        return simulation.seed() * 1_000_003 + index * 101L + life;
    }

    @Override
    public void ready(Identity ready, NetworkParameters known) {
        later(simulation.jitter(200, 400), () -> begin(ready, known));
    }

    private void begin(Identity ready, NetworkParameters known) {
        startup = null;
        identity = ready;
        parameters = known;
        Ports ports = new Ports(this, this, this, registry, cryptography, this, this, this, this, this, this, this);
        node = new Node(
                simulation.settings(this),
                identity,
                parameters,
                ports,
                new SplittableRandom(seed()),
                new SplittableRandom(~seed()),
                now());
        event("start core", null, n -> n.start(new TreeMap<>(storedPeers), storedOwn, now()));
    }

    /** Without a word to anybody. */
    void kill() {
        if (on) {
            trail.add(simulation, this, "killed", null);
            on = false;
            life++;
            node = null;
            startup = null;
            routesExpected = false;
            wakeNanos = Long.MAX_VALUE;
            registry.forget();
            simulation.tunnels().hostDied(this);
        }
    }

    /** Something that happens to the core. */
    interface Event {
        void happen(Node node);
    }

    /** Something happens to the core, if it runs. */
    void event(String what, @Nullable SimNode other, Event event) {
        if (node == null) {
            return;
        }
        trail.add(simulation, this, what, other);
        simulation.busy(this, what);
        event.happen(node);
        schedule();
    }

    /** Something happens to the one that is there: while it starts, or when it runs. */
    void eventInEither(Duration delay, String what, java.util.function.Consumer<Startup> starting, Event running) {
        later(delay, () -> {
            if (startup != null) {
                trail.add(simulation, this, what, null);
                starting.accept(startup);
                schedule();
            } else {
                event(what, null, running);
            }
        });
    }

    /** Something happens later, to this life of the host. */
    void later(Duration delay, Runnable action) {
        int expected = life;
        simulation.queue().post(delay, () -> {
            if (life == expected) {
                action.run();
            }
        });
    }

    void eventIn(Duration delay, String what, @Nullable SimNode other, Event event) {
        later(delay, () -> event(what, other, event));
    }

    private void schedule() {
        long deadline = node != null
                ? node.nextDeadlineNanos()
                : startup != null ? startup.nextDeadlineNanos() : Long.MAX_VALUE;
        if (deadline < wakeNanos) {
            wakeNanos = deadline;
            int expected = life;
            simulation.queue().postAt(deadline, () -> {
                if (life == expected && wakeNanos == deadline) {
                    wakeNanos = Long.MAX_VALUE;
                    wake();
                }
            });
        }
    }

    private void wake() {
        if (startup != null) {
            startup.onTimer(now());
            schedule();
        } else {
            event("timer", null, n -> n.onTimer(now()));
        }
    }

    // Routes

    /** Whether the core must be told that routes changed; it will be. */
    boolean expectRoutes() {
        boolean must = node != null && !routesExpected;
        routesExpected |= must;
        return must;
    }

    void routesChanged() {
        if (routesExpected) {
            routesExpected = false;
            event("routes", null, n -> n.onRoutes(view, now()));
        }
    }

    @Override
    public void addInterface(Iface iface) {
        SimLink link = simulation.tunnels().find(this, iface);
        if (link != null) {
            simulation.routing().linkUp(link);
        }
    }

    @Override
    public void lock(Iface iface) {
        setLocked(iface, true);
    }

    @Override
    public void retract(Iface iface) {
        // Nothing to do: all nodes change to new routes at the same moment, so none falls back on a link that is gone.
    }

    @Override
    public void unlock(Iface iface) {
        setLocked(iface, false);
    }

    private void setLocked(Iface iface, boolean locked) {
        SimLink link = simulation.tunnels().find(this, iface);
        if (link != null) {
            trail.add(simulation, this, locked ? "lock" : "unlock", link.server);
            simulation.routing().lock(link, locked);
        }
    }

    @Override
    public void deafen(Iface iface, Prefix neighbour) {
        throw new IllegalStateException("every simulated node is of this software");
    }

    @Override
    public void undeafen(Prefix neighbour) {
        throw new IllegalStateException("every simulated node is of this software");
    }

    // Tunnels

    @Override
    public void dial(Iface iface, Remote remote, Prefix peer) {
        trail.add(simulation, this, "dial", simulation.node(peer));
        simulation.counters().dial(this);
        simulation.dialled(this, remote, peer);
        simulation.tunnels().dial(this, iface, remote, peer);
    }

    @Override
    public void close(Iface iface) {
        trail.add(simulation, this, "close", null);
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
        trail.add(simulation, this, "refuse", null);
        simulation.tunnels().refused(this, client, reason);
    }

    @Override
    public void disconnect(ClientId client) {
        trail.add(simulation, this, "disconnect", null);
        simulation.tunnels().disconnect(this, client);
    }

    // Datagrams

    @Override
    public void send(Ip6 destination, Bytes datagram) {
        simulation.post().deliver(this, destination, datagram);
    }

    @Override
    public void reply(Source source, Bytes datagram) {
        if (source.address().equals(Ip6.LOOPBACK)) {
            simulation.registry().onAnswer(source.port(), datagram);
        } else {
            simulation.post().deliver(this, source.address(), datagram);
        }
    }

    // Store: what is not on the disk yet is lost with the host

    @Override
    public void putPeer(Prefix peer, String addresses) {
        String text = simulation.intern(addresses);
        later(host.diskDelay(), () -> {
            if (peer.length() == 0) {
                storedOwn = text;
            } else {
                storedPeers.put(peer, text);
            }
        });
    }

    @Override
    public void removePeer(Prefix peer) {
        later(host.diskDelay(), () -> storedPeers.remove(peer));
    }

    @Override
    public void putParameters(NetworkParameters adopted) {
        NetworkParameters shared = simulation.intern(adopted);
        parameters = shared;
        later(host.diskDelay(), () -> stored = shared);
    }

    // The rest of the host

    @Override
    public void dialled(String ip) {}

    @Override
    public void served(String ip) {}

    @Override
    public void released(String ip) {}

    @Override
    public void map(PortMapping mapping) {}

    @Override
    public void unmap(PortMapping mapping) {}

    /** Not asked for: a packet per second and tunnel would be most of what is simulated. */
    @Override
    public void probe(Iface iface, Ip6 address, long number, boolean insist) {}

    @Override
    public void tryOut(Ticket ticket, Remote remote) {
        SimHost reached = simulation
                .internet()
                .at(remote.ip())
                .filter(to -> sibling(to.index()).hasCore()
                        && to.accepts(remote.port(), remote.transport())
                        && !simulation.internet().isCut(host, to))
                .orElse(null);
        Duration delay =
                reached == null ? Duration.ofSeconds(5) : Duration.ofNanos(2000 * Internet.delayMicros(host, reached));
        TryOutcome outcome = reached == null ? TryOutcome.SILENT : TryOutcome.REACHED;
        eventIn(delay, "tried", null, n -> n.onRemoteTried(ticket, outcome, now()));
    }

    @Override
    public void resolve(Ticket ticket, String name, boolean ipv6) {
        eventIn(Duration.ofMillis(50), "resolved", null, n -> n.onResolved(ticket, List.of(), now()));
    }

    @Override
    public void parametersChanged(NetworkParameters before, NetworkParameters after) {
        trail.add(simulation, this, "parameters " + after.versionNumber().orElse(0), null);
    }

    @Override
    public void leave(List<Avoided> avoided) {}

    @Override
    public void restart(String reason) {
        later(Duration.ofMillis(10), () -> {
            kill();
            start();
        });
    }

    @Override
    public void fail(String reason) {
        throw new SimulationFailure(this, "fails: " + reason);
    }

    RandomGenerator random() {
        return simulation.random();
    }

    @Override
    public String toString() {
        return "node " + index;
    }
}
