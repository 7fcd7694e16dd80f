package net.re6st.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import net.re6st.config.NetworkParameters;
import net.re6st.config.Parameter;
import net.re6st.config.Value;
import net.re6st.core.NodeSettings;
import net.re6st.core.NodeSettings.Advertised;
import net.re6st.core.NodeSettings.Family;
import net.re6st.core.NodeSettings.Port;
import net.re6st.core.NodeSettings.Role;
import net.re6st.core.Software;
import net.re6st.core.port.Identity;
import net.re6st.core.port.PeerChannel.Source;
import net.re6st.net.Bytes;
import net.re6st.net.Ip6;
import net.re6st.net.Network;
import net.re6st.net.Prefix;
import net.re6st.net.Transport;
import net.re6st.wire.AddressList;

/** A network of production cores on simulated time, chance, tunnels and routes: all from one seed. */
final class Simulation {
    private static final Network NETWORK = Network.parseBits("001000000000000100001101101110000000000001000010")
            .orElseThrow();
    private static final int PREFIX_BITS = 16;

    private final Plan plan;
    private final EventQueue queue = new EventQueue();
    private final RandomGenerator random;
    private final List<SimNode> nodes = new ArrayList<>();
    private final SimRouting routing;
    private final SimTunnels tunnels = new SimTunnels(this);
    private final SimRegistry registry;
    private long datagrams;

    /**
     * What is simulated.
     *
     * @param unreachable how many nodes nobody can dial
     * @param loss probability that a datagram inside the overlay is lost
     */
    record Plan(
            long seed,
            int nodes,
            int unreachable,
            int helloSeconds,
            int clientCount,
            int refreshSeconds,
            double loss) {}

    Simulation(Plan plan) {
        this.plan = plan;
        this.random = new SplittableRandom(plan.seed());
        this.routing = new SimRouting(queue, random, Duration.ofSeconds(plan.helloSeconds()), nodes);
        NetworkParameters parameters = parameters();
        for (int i = 0; i < plan.nodes(); i++) {
            Identity identity = SimCertificates.identity(prefix(i), i + 1, queue.now());
            boolean reachable = i < plan.nodes() - plan.unreachable();
            nodes.add(new SimNode(this, i, identity, reachable, parameters));
        }
        this.registry = new SimRegistry(this, parameters);
    }

    private static Prefix prefix(int index) {
        String bits = Integer.toBinaryString((1 << PREFIX_BITS) | index);
        return Prefix.ofBits(bits.substring(1));
    }

    private NetworkParameters parameters() {
        return NetworkParameters.fromRows(new TreeMap<>())
                .with(Parameter.VERSION, Value.of(SimCertificates.version(1)))
                .with(Parameter.PROTOCOL, Value.of(10))
                .with(Parameter.HELLO, Value.of(plan.helloSeconds()))
                .with(Parameter.CLIENT_COUNT, Value.of(plan.clientCount()))
                .with(Parameter.MAX_CLIENTS, Value.of(2L * plan.clientCount()))
                .with(Parameter.TUNNEL_REFRESH, Value.of(plan.refreshSeconds()))
                .with(Parameter.REGISTRY_PREFIX, Value.of(prefix(0).bits()));
    }

    NodeSettings settings(SimNode node) {
        Port port = new Port(1194, Transport.UDP);
        AddressList given = node.isDialable() ? AddressList.parse(node.ip() + ",1194,udp") : AddressList.EMPTY;
        return new NodeSettings(
                NETWORK,
                10,
                Software.text("0.1.0", "17", "Simulator"),
                Role.MESH,
                null,
                null,
                Set.of(),
                List.of(),
                null,
                true,
                new Advertised(new Family(given, true, List.of(port)), Family.NONE),
                ip -> Optional.empty());
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

    List<SimNode> nodes() {
        return nodes;
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

    long datagramCount() {
        return datagrams;
    }

    Duration jitter(int leastMillis, int mostMillis) {
        return Duration.ofMillis(leastMillis + random.nextInt(mostMillis - leastMillis + 1));
    }

    /** A datagram goes the way that the routes make, if they lead there. */
    void deliver(SimNode from, Ip6 destination, Bytes datagram) {
        datagrams++;
        SimNode to = nodes.stream()
                .filter(n -> NETWORK.subnet(n.prefix()).contains(destination))
                .findFirst()
                .orElse(null);
        int hops = to == null ? -1 : routing.hops(from, to);
        if (to == null || hops < 1 || random.nextDouble() < plan.loss()) {
            return;
        }
        Source source = new Source(NETWORK.subnet(from.prefix()).mainAddress(), 326);
        queue.post(jitter(5 * hops, 20 * hops), () -> to.event(n -> n.onDatagram(source, datagram, queue.now())));
    }

    // What a test does

    void startAll(Duration within) {
        for (SimNode node : nodes) {
            queue.post(jitter(0, (int) within.toMillis()), node::start);
        }
    }

    void run(Duration duration) {
        queue.run(duration);
    }

    /** Runs until all running nodes reach each other, at most {@code limit}. Returns how long it took; empty if never. */
    Optional<Duration> runUntilWhole(Duration limit) {
        Duration begin = queue.elapsed();
        while (queue.elapsed().minus(begin).compareTo(limit) < 0) {
            run(Duration.ofMillis(500));
            if (new Connectivity(this).lost().isEmpty()) {
                return Optional.of(queue.elapsed().minus(begin));
            }
        }
        return Optional.empty();
    }
}
