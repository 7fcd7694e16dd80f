package net.re6st.sim;

import java.security.SecureRandom;
import java.security.SecureRandomSpi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import net.re6st.config.NetworkParameters;
import net.re6st.core.NodeSettings;
import net.re6st.core.NodeSettings.Advertised;
import net.re6st.core.NodeSettings.Family;
import net.re6st.core.NodeSettings.Mapping;
import net.re6st.core.NodeSettings.Port;
import net.re6st.core.NodeSettings.Role;
import net.re6st.core.Software;
import net.re6st.net.Ip6;
import net.re6st.net.Network;
import net.re6st.net.Prefix;
import net.re6st.net.Remote;
import net.re6st.net.Transport;
import net.re6st.registry.core.NetworkOptions;
import net.re6st.wire.AddressList;
import net.re6st.wire.Protocol;
import org.jspecify.annotations.Nullable;

/** A network of production cores on simulated time, chance, underlay, tunnels and routes: all from one seed. */
final class Simulation implements AutoCloseable {
    static final Network NETWORK = Network.parseBits("001000000000000100001101101110000000000001000010")
            .orElseThrow();
    private static final Set<Transport> ONLY_TCP = Set.of(Transport.UDP, Transport.UDP6, Transport.TCP6);
    private static final Set<Transport> USUAL = Set.of(Transport.UDP6, Transport.TCP6);

    private final Plan plan;
    private final EventQueue queue = new EventQueue();
    private final RandomGenerator random;
    private final Internet internet;
    private final SimAuthority authority;
    private final SimRouting routing;
    private final SimTunnels tunnels = new SimTunnels(this);
    private final Counters counters;
    private final Post post = new Post(this);
    private final SimRegistry registry;
    private final List<SimNode> nodes = new ArrayList<>();
    private final Map<Prefix, SimNode> byPrefix = new HashMap<>();
    private final Map<Long, SimNode> bySubnet = new HashMap<>();
    private final Map<String, String> texts = new HashMap<>();
    private final Map<NetworkParameters, NetworkParameters> parameters = new HashMap<>();
    private final List<Dialling> watchers = new ArrayList<>();
    private final Set<Integer> liars;
    private int traced = -1;
    private Consumer<String> tracer = line -> {};
    private @Nullable SimNode busy;
    private long fingerprint;

    /**
     * What is simulated.
     *
     * @param liars nodes that advertise addresses of others and nonsense
     */
    record Plan(long seed, int nodes, NetworkOptions options, Internet.Plan internet, Set<Integer> liars) {}

    /** Sees every attempt to open a tunnel. */
    interface Dialling {
        void dialled(SimNode node, Remote remote, Prefix peer);
    }

    Simulation(Plan plan) {
        this.plan = plan;
        this.liars = plan.liars();
        this.random = new SplittableRandom(plan.seed());
        SecureRandom secure = new ChosenRandom(plan.seed());
        internet = new Internet(plan.internet(), plan.nodes(), plan.seed());
        authority = new SimAuthority(NETWORK, secure, queue.now());
        routing = new SimRouting(queue, random, plan.nodes());
        counters = new Counters(plan.nodes());
        registry = new SimRegistry(this, plan.options(), secure);
        for (int i = 0; i < plan.nodes(); i++) {
            tunnels.addHost();
            routing.topology().place(internet.host(i));
            SimNode node = new SimNode(this, internet.host(i), registry.enrol(internet.host(i)));
            nodes.add(node);
            byPrefix.put(node.prefix(), node);
            bySubnet.put(NETWORK.subnet(node.prefix()).firstAddress().high(), node);
        }
    }

    NodeSettings settings(SimNode node) {
        SimHost host = node.host();
        List<Port> ports = host.withoutUdp()
                ? List.of(new Port(host.port(), Transport.TCP))
                : List.of(new Port(host.port(), Transport.UDP), new Port(host.port(), Transport.TCP));
        boolean lies = liars.contains(node.index());
        AddressList given = lies ? Lies.addresses(this, node) : AddressList.EMPTY;
        return new NodeSettings(
                NETWORK,
                Protocol.VERSION,
                Software.text("0.1.0", "17", "Simulator"),
                Role.MESH,
                null,
                null,
                host.withoutUdp() ? ONLY_TCP : USUAL,
                List.of(),
                host.country(),
                false,
                true,
                new Advertised(new Family(lies ? given : own(host, ports), true, ports), Family.NONE, Mapping.NONE),
                ip -> Optional.empty());
    }

    /** Hosts that others can reach were told their address; those behind NAT learn what peers see, in vain. */
    private static AddressList own(SimHost host, List<Port> ports) {
        if (!host.isOpen()) {
            return AddressList.EMPTY;
        }
        List<String> entries = ports.stream()
                .map(p -> host.ip() + "," + p.number() + "," + p.transport().text())
                .toList();
        return AddressList.parse(String.join(";", entries));
    }

    // The world

    long seed() {
        return plan.seed();
    }

    EventQueue queue() {
        return queue;
    }

    RandomGenerator random() {
        return random;
    }

    Internet internet() {
        return internet;
    }

    SimAuthority authority() {
        return authority;
    }

    List<SimNode> nodes() {
        return nodes;
    }

    /** Null: nobody has this prefix. */
    @Nullable
    SimNode node(Prefix prefix) {
        return byPrefix.get(prefix);
    }

    @Nullable
    SimNode node(Ip6 address) {
        return bySubnet.get(address.high());
    }

    SimRouting routing() {
        return routing;
    }

    SimTunnels tunnels() {
        return tunnels;
    }

    SimRegistry registry() {
        return registry;
    }

    Counters counters() {
        return counters;
    }

    Post post() {
        return post;
    }

    Duration jitter(int leastMillis, int mostMillis) {
        return Duration.ofMillis(leastMillis + random.nextInt(mostMillis - leastMillis + 1));
    }

    /** One object for equal texts. */
    String intern(String text) {
        return texts.computeIfAbsent(text, key -> key);
    }

    NetworkParameters intern(NetworkParameters known) {
        return parameters.computeIfAbsent(known, key -> key);
    }

    boolean isLiar(SimNode node) {
        return liars.contains(node.index());
    }

    // What is looked at

    void watch(Dialling watcher) {
        watchers.add(watcher);
    }

    void dialled(SimNode node, Remote remote, Prefix peer) {
        watchers.forEach(watcher -> watcher.dialled(node, remote, peer));
    }

    /** Tells everything that happens to one node. */
    void trace(int node, Consumer<String> lines) {
        traced = node;
        tracer = lines;
    }

    boolean isTraced(SimNode node) {
        return node.index() == traced;
    }

    void trace(String line) {
        tracer.accept(line);
    }

    /** The core of {@code node} is about to be called, because of {@code what}. */
    void busy(SimNode node, String what) {
        busy = node;
        fingerprint = 31 * (31 * (31 * fingerprint + queue.now().monotonicNanos()) + node.index()) + what.hashCode();
    }

    /** A number made of everything that happened to every core. */
    long fingerprint() {
        return fingerprint;
    }

    /** Whose core was called last: the one to look at after an exception. */
    @Nullable
    SimNode lastBusy() {
        return busy;
    }

    // What a scenario does

    /** The registry's node first, the others at random. */
    void startAll(Duration within) {
        for (SimNode node : nodes) {
            queue.post(node.index() == 0 ? Duration.ZERO : jitter(0, (int) within.toMillis()), node::start);
        }
    }

    void run(Duration duration) {
        queue.run(duration);
    }

    void divide(boolean divided) {
        internet.divide(divided);
        tunnels.reachabilityChanged();
    }

    /** Runs until all running nodes reach each other, at most {@code limit}. Returns how long it took; empty if never. */
    Optional<Duration> runUntilWhole(Duration limit) {
        Duration begin = queue.elapsed();
        while (queue.elapsed().minus(begin).compareTo(limit) < 0) {
            run(Duration.ofMillis(500));
            if (new Connectivity(this).isWhole()) {
                return Optional.of(queue.elapsed().minus(begin));
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        registry.close();
    }

    /** What the registry takes for a secure source of randomness: the same for the same seed. */
    private static final class ChosenRandom extends SecureRandom {
        private static final long serialVersionUID = 1;

        ChosenRandom(long seed) {
            super(new Source(seed), null);
        }
    }

    private static final class Source extends SecureRandomSpi {
        private static final long serialVersionUID = 1;
        private final transient SplittableRandom random;

        Source(long seed) {
            random = new SplittableRandom(seed ^ 0x5eed);
        }

        @Override
        protected void engineSetSeed(byte[] seed) {}

        @Override
        protected void engineNextBytes(byte[] bytes) {
            random.nextBytes(bytes);
        }

        @Override
        protected byte[] engineGenerateSeed(int count) {
            return new byte[count];
        }
    }
}
