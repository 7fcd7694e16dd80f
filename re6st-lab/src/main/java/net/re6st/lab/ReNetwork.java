package net.re6st.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.re6st.net.Ip6;
import net.re6st.net.Network;
import net.re6st.store.SqliteStore;
import org.jspecify.annotations.Nullable;

/**
 * A whole re6st network in a {@link Lab}: a registry and a node on the first host, one node on each of the others, and a
 * {@link Prober} that watches every pair. Made in steps, so that a caller can tell how it goes.
 */
public final class ReNetwork implements AutoCloseable {
    /** 2001:db8:42::/48. */
    static final Network NETWORK = new Network(0x2001_0db8_0042_0000L, 0, 48);

    private final Lab lab;
    private final NetworkPlan plan;
    private final LabRegistry registry;
    private final List<LabNode> nodes = new ArrayList<>();
    private @Nullable Prober prober;
    private long startNanos;

    private ReNetwork(Lab lab, NetworkPlan plan) {
        this.lab = lab;
        this.plan = plan;
        for (int i = 1; i <= plan.nodes(); i++) {
            boolean nat = i > plan.nodes() - plan.behindNat();
            nodes.add(new LabNode(nat ? behindNat("h" + i) : lab.host("h" + i), NETWORK));
        }
        registry = new LabRegistry(nodes.get(0).host(), NETWORK);
    }

    private Host behindNat(String name) {
        return plan.upnp() ? lab.hostBehindUpnp(name) : lab.hostBehindNat(name);
    }

    /** Step 1: the hosts. */
    public static ReNetwork build(NetworkPlan plan) {
        Programs.check();
        Lab lab = Lab.create();
        try {
            return new ReNetwork(lab, plan);
        } catch (LabException e) {
            lab.close();
            throw e;
        }
    }

    /** All steps: returns when all nodes reach each other. */
    public static ReNetwork running(NetworkPlan plan, Duration limit) {
        ReNetwork network = build(plan);
        try {
            network.run(limit);
            return network;
        } catch (RuntimeException e) {
            network.close();
            throw e;
        }
    }

    /** All steps after the first one: returns when all nodes reach each other. */
    public void run(Duration limit) {
        startRegistry(List.of());
        enrol();
        startNodes();
        awaitFirstReachability(limit);
    }

    /** Step 2: CA and registry. */
    public void startRegistry(List<String> options) {
        registry.makeAuthority();
        registry.start(plan, options);
    }

    /** The same, with a CA whose certificate ends in so many days. */
    public void startRegistry(List<String> options, int authorityDays) {
        registry.makeAuthority(authorityDays);
        registry.start(plan, options);
    }

    /** Starts the registry again, with the same CA and database. */
    public void restartRegistry(List<String> options) {
        registry.start(plan, options);
    }

    public void restartRegistry() {
        restartRegistry(List.of());
    }

    /** Lets each node know an address of all others before it starts: else they ask for them, which may take a minute. */
    void introduce(String protocol) throws IOException {
        for (LabNode node : nodes) {
            introduce(protocol, node, nodes);
        }
    }

    /** Lets one know, when it starts, the addresses of some. */
    void introduce(String protocol, LabNode node, List<LabNode> known) throws IOException {
        Path state = Files.createDirectories(node.state());
        try (SqliteStore store = SqliteStore.open(state.resolve("cache.db"))) {
            for (LabNode other : known) {
                if (other != node) {
                    store.putPeer(other.subnet().prefix(), other.host().ip4() + ",1194," + protocol);
                }
            }
        }
    }

    /** One step of the rotation of the Babel keys; returns when every running node has the new parameters. */
    public void rotateKeys(Duration limit) {
        List<LabNode> running = nodes.stream().filter(LabNode::isRunning).toList();
        List<String> before = running.stream().map(LabNode::cachedVersion).toList();
        registry.updateHmac();
        Await.until(
                "every node has the new parameters",
                limit,
                () -> {
                    List<String> versions =
                            running.stream().map(LabNode::cachedVersion).toList();
                    return versions.stream().distinct().count() == 1
                            && versions.stream().noneMatch(before::contains);
                },
                () -> running.stream()
                        .map(node -> node + " " + node.cachedVersion())
                        .toList()
                        .toString());
    }

    /** Lines of the programs' logs that tell of an error. */
    public List<String> errors() {
        return Logs.errors(lab.directory());
    }

    /** Closes it; returns what {@link #errors} told before. */
    public List<String> end() {
        try {
            return errors();
        } finally {
            close();
        }
    }

    /** Step 3: a certificate for every node, the registry node's first; two at a time, keys cost processor time. */
    public void enrol() {
        enrol(nodes.get(0));
        ExecutorService workers = Executors.newFixedThreadPool(2);
        try {
            List<Future<?>> pending = new ArrayList<>();
            for (LabNode node : nodes.subList(1, nodes.size())) {
                pending.add(workers.submit(() -> enrol(node)));
            }
            for (Future<?> one : pending) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof LabException cause ? cause : new LabException("enrolment failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        } finally {
            workers.shutdownNow();
        }
    }

    private void enrol(LabNode node) {
        String token = "token-" + node.name();
        registry.addToken(node.name() + "@example.com", token);
        node.enrol(registry.url(), token, registry.enrolmentOptions());
    }

    /** Step 4: starts all nodes at once, and probes from this moment on. */
    public void startNodes() {
        probe();
        startNanos = System.nanoTime();
        nodes.forEach(LabNode::start);
    }

    /** Starts probing, before nodes that are started one by one. */
    public void probe() {
        if (prober == null) {
            prober = Prober.start(nodes.stream().map(LabNode::target).toList());
        }
    }

    /** Step 5: waits until every pair was reached, and returns how long that took since the first start. */
    public Duration awaitFirstReachability(Duration limit) {
        long last = Await.found(
                "every node reaches every other",
                limit,
                () -> {
                    requireRunning();
                    return prober().allReachedNanos();
                },
                this::unreachable);
        return Duration.ofNanos(last - startNanos);
    }

    /** Waits until every pair of running nodes reaches each other by packets sent from this moment on. */
    public Duration awaitReachability(Duration limit) {
        long from = System.nanoTime();
        Await.until(
                "all nodes reach each other",
                limit,
                () -> pairsUnreachableSince(from).isEmpty(),
                () -> "not " + String.join(", ", pairsUnreachableSince(from)));
        return Duration.ofNanos(System.nanoTime() - from);
    }

    /** Waits until nothing was lost for two seconds, and returns how long ago the last loss before was over. */
    public Duration awaitSteadyReachability(Duration limit) {
        long from = System.nanoTime();
        long steady = Duration.ofSeconds(2).toNanos();
        Await.until(
                "nothing is lost any more",
                limit,
                () -> {
                    Prober.Report recent =
                            prober().since(System.nanoTime() - steady - Prober.IN_FLIGHT_NANOS, this::bothRun);
                    return recent.lost() == 0 && System.nanoTime() - from > steady;
                },
                () -> prober().since(from, this::bothRun).toString());
        return Duration.ofNanos(Math.max(0, System.nanoTime() - from - steady - Prober.IN_FLIGHT_NANOS));
    }

    private boolean bothRun(String from, String to) {
        return nodes.stream()
                .filter(node -> node.name().equals(from) || node.name().equals(to))
                .allMatch(LabNode::isRunning);
    }

    private List<String> pairsUnreachableSince(long nanos) {
        return prober().unreachableSince(nanos, this::bothRun);
    }

    /** Throws if a node has ended, with what it said. */
    void requireRunning() {
        nodes.forEach(this::refuseEnd);
    }

    private void refuseEnd(LabNode node) {
        if (!node.isRunning()) {
            throw new LabException("a node ended: " + node.lastWords());
        }
    }

    private String unreachable() {
        List<String> pairs = prober().unreachableSince(
                        System.nanoTime() - Duration.ofSeconds(2).toNanos());
        return "%d pairs unreachable: %s"
                .formatted(pairs.size(), String.join(", ", pairs.subList(0, Math.min(10, pairs.size()))));
    }

    public Prober prober() {
        if (prober == null) {
            throw new LabException("nothing is probed yet");
        }
        return prober;
    }

    public Lab lab() {
        return lab;
    }

    public NetworkPlan plan() {
        return plan;
    }

    public LabRegistry registry() {
        return registry;
    }

    public List<LabNode> nodes() {
        return List.copyOf(nodes);
    }

    /** By its number, from 1: {@code node(3)} is on h3. */
    public LabNode node(int number) {
        return nodes.get(number - 1);
    }

    public Optional<LabNode> byCn(String cn) {
        return nodes.stream().filter(node -> node.cn().equals(cn)).findFirst();
    }

    /** The node that an overlay address belongs to. */
    public Optional<LabNode> byAddress(String address) {
        return Ip6.parse(address)
                .flatMap(ip ->
                        nodes.stream().filter(n -> n.subnet().contains(ip)).findFirst());
    }

    /** The node behind a route of {@code via}'s babeld, by prefix {@code 2001:db8:42:5::/64}. */
    public Optional<LabNode> byPrefix(String prefix) {
        return nodes.stream()
                .filter(node -> node.subnet().toString().equals(prefix))
                .findFirst();
    }

    /** The node that a neighbour is, by the route whose origin is the neighbour itself. */
    public Optional<LabNode> behind(BabelTable table, BabelTable.Route route) {
        return table.direct().stream()
                .filter(direct ->
                        direct.via().equals(route.via()) && direct.iface().equals(route.iface()))
                .flatMap(direct -> byPrefix(direct.prefix()).stream())
                .findFirst();
    }

    /** Ends everything and removes it. */
    @Override
    public void close() {
        if (prober != null) {
            prober.close();
        }
        lab.close();
    }
}
