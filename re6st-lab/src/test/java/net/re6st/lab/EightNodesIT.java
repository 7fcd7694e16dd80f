package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * One network for everything that eight nodes must withstand; each test leaves it whole, the last one revokes a node.
 *
 * <pre>
 *   h1 (registry), h2, h3, h4, h5, h6 --- internet --- h7-nat --- h7
 *                                                  \-- h8-nat --- h8
 * </pre>
 */
@ExtendWith(KeepLogs.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class EightNodesIT {
    /** A request for a new sequence number that is lost on a dying link is not passed on again by babeld for 65 s. */
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static ReNetwork network;

    @BeforeAll
    static void start() {
        network =
                ReNetwork.build(NetworkPlan.of(8).withBehindNat(2).withHello(2).withClientCount(4));
        network.startRegistry(List.of());
        network.enrol();
        // Whatever waits in a loop appears in the logs as an error, and fails the class at its end.
        network.nodes().forEach(node -> node.setEnvironment(Map.of("RE6ST_JAVA_FLAGS", "-Dre6st.watchLoop=true")));
        network.startNodes();
    }

    @AfterAll
    static void end() {
        assertThat(network.end()).isEmpty();
    }

    @BeforeEach
    void networkIsWhole() {
        network.awaitReachability(LIMIT);
    }

    @Test
    @Order(1)
    void everyNodeReachesEveryOther() {
        Duration took = network.awaitFirstReachability(LIMIT);
        Figures.print(
                "all pairs of eight nodes at hello 2 after %.1f s (target 10)".formatted(took.toMillis() / 1000.0));
        // Three times the target, for machines that do other work; bin/bench convergence measures.
        assertThat(took).isLessThan(Duration.ofSeconds(30));
    }

    @Test
    @Order(2)
    void noNodeHasMoreClientTunnelsThanItShould() {
        for (LabNode node : network.nodes()) {
            // Two more may be on their way out.
            assertThat(node.tunnels()).as(node.name()).hasSizeLessThanOrEqualTo(6);
        }
    }

    @Test
    @Order(3)
    void subnetAddressAnswersThroughTwoHops() {
        LabNode from = network.node(7);
        // Both are behind NAT: no tunnel can join them.
        LabNode to = network.node(8);
        Await.until("a trace with another node on the way", LIMIT, () -> Trace.run(network, from, to)
                .filter(trace -> trace.hops().size() >= 2)
                .isPresent());
        String subnetAddress = to.subnet().firstAddress().toString();
        assertThat(from.host()
                        .command("ping", "-c", "5", "-i", "0.2", "-W", "2", subnetAddress)
                        .run()
                        .output())
                .contains(" 0% packet loss");
    }

    @Test
    @Order(4)
    void sigkilledNodeWhoseRecordIsDamagedComesBackWithOneOfEachProcess() throws IOException {
        LabNode node = network.node(3);
        Set<Long> before = pids(node);
        node.kill();
        Files.writeString(node.run().resolve("state.json"), "{\"version\": 2, \"children\": [{\"pid\": ");
        node.start();
        node.awaitUp(LIMIT);
        network.awaitReachability(LIMIT);

        assertThat(node.host().processes("babeld")).hasSize(1);
        Map<String, Long> perDevice = node.host().processes("openvpn").stream()
                .collect(Collectors.groupingBy(p -> p.argument("--dev").orElse("?"), Collectors.counting()));
        assertThat(perDevice.values()).containsOnly(1L);
        assertThat(pids(node)).doesNotContainAnyElementsOf(before);
        Await.until(
                "no stale route",
                LIMIT,
                () -> babelRoutes(node)
                        == node.babel().routes().stream()
                                .filter(BabelTable.Route::isInstalled)
                                .count());
    }

    @Test
    @Order(5)
    void sigtermedNodeLeavesNothingWithinSixSeconds() throws IOException {
        LabNode node = network.node(5);
        int status = node.stop();

        assertThat(status).isZero();
        assertThat(node.host().processes()).isEmpty();
        assertThat(node.host().interfaces()).containsExactlyInAnyOrder("lo", "eth0");
        assertThat(node.host().command("ip", "-6", "addr", "show", "dev", "lo").output())
                .doesNotContain("2001:db8:42:");
        assertThat(node.host().command("ip", "-6", "route").output()).doesNotContain("2001:db8:42:", "babel");
        assertThat(node.host().command("ip", "-6", "rule").output().lines()).hasSize(2);
        try (Stream<Path> run = Files.list(node.run())) {
            assertThat(run.filter(file -> !Files.isRegularFile(file)))
                    .as("sockets")
                    .isEmpty();
        }
        node.start();
    }

    @Test
    @Order(6)
    void killedBabeldIsBroughtBack() {
        LabNode node = network.node(2);
        long daemon = node.task().pid();
        HostProcess old = node.host().processes("babeld").get(0);
        String oldId = node.babel().routerId();
        old.kill();
        Await.until("another babeld", LIMIT, () -> node.host().processes("babeld").stream()
                .anyMatch(p -> p.pid() != old.pid()));
        network.awaitReachability(LIMIT);
        // Under the same id, others may have no feasible route but a direct one for minutes.
        Await.until("its router id", LIMIT, () -> !node.babel().routerId().isEmpty());
        assertThat(oldId).isNotEmpty();
        assertThat(node.babel().routerId()).isNotEqualTo(oldId);
        assertThat(node.task().pid()).isEqualTo(daemon);
        assertThat(node.isRunning()).isTrue();
        assertThat(node.host().processes("babeld")).hasSize(1);
    }

    @Test
    @Order(7)
    void killedServersAreBroughtBack() {
        LabNode node = network.node(4);
        List<HostProcess> servers = servers(node);
        assertThat(servers).isNotEmpty();
        servers.forEach(HostProcess::kill);
        Await.until(
                "other servers",
                LIMIT,
                () -> servers(node).size() == servers.size()
                        && servers(node).stream().noneMatch(servers::contains));
        network.awaitReachability(LIMIT);
        assertThat(node.isRunning()).isTrue();
    }

    @Test
    @Order(8)
    void networkHoldsWithoutRegistryAndARestartedNodeComesBack() {
        network.registry().stop();
        LabNode node = network.node(6);
        assertThat(node.stop()).isZero();
        node.start();
        node.awaitUp(LIMIT);
        network.awaitReachability(LIMIT);
        network.restartRegistry();
    }

    @Test
    @Order(9)
    void rotatesTheBabelKeysUnderWay() {
        network.awaitSteadyReachability(LIMIT);
        long start = network.prober().now();
        for (int step = 1; step <= 3; step++) {
            network.rotateKeys(LIMIT);
            network.awaitSteadyReachability(LIMIT);
        }
        Prober.Report report = network.prober().since(start);
        Figures.print("key rotation at hello 2: %s".formatted(report));
        assertThat(report.longestGap()).isLessThan(Duration.ofSeconds(8));
        network.requireRunning();
    }

    @Test
    @Order(10)
    void nothingWaitsLongForTheLoopOfANode() {
        double worst = 0;
        StringBuilder text = new StringBuilder();
        for (LabNode node : network.nodes()) {
            JsonObject loop = Await.found(
                    "enough delays of " + node,
                    LIMIT,
                    () -> Optional.of(loop(node))
                            .filter(read -> read.get("delays").getAsLong() > 100),
                    () -> loop(node).toString());
            double p99 = loop.get("p99Millis").getAsDouble();
            worst = Math.max(worst, p99);
            text.append(
                    " %s %.0f (%.0f)".formatted(node, p99, loop.get("maxMillis").getAsDouble()));
        }
        Figures.print("event loop, 99 %% (longest) of the delays in ms, target 50:%s".formatted(text));
        // Far from the target where other tests run at the same time.
        assertThat(worst).as(text.toString()).isLessThanOrEqualTo(Boolean.getBoolean("re6st.all") ? 50 : 500);
    }

    private static JsonObject loop(LabNode node) {
        return JsonParser.parseString(node.host()
                        .command(
                                Programs.node(),
                                "status",
                                "--json",
                                "--run",
                                node.run().toString())
                        .output())
                .getAsJsonObject()
                .getAsJsonObject("eventLoop");
    }

    @Test
    @Order(11)
    void revokedNodeIsCutOffWithinTenSeconds() {
        LabNode revoked = network.node(4);
        List<LabNode> others =
                network.nodes().stream().filter(node -> node != revoked).toList();
        Map<LabNode, Long> daemons =
                others.stream().collect(Collectors.toMap(n -> n, n -> n.task().pid()));
        long start = network.prober().now();
        network.registry().revoke(revoked.cn());
        Await.until(
                "nobody has a tunnel to it, and no packet comes from it or gets to it",
                Duration.ofSeconds(10),
                () -> others.stream().noneMatch(node -> hasTunnel(node, revoked))
                        && reachable(revoked).isEmpty(),
                () -> others.stream().filter(node -> hasTunnel(node, revoked)).toList() + ", " + reachable(revoked));
        Figures.print("revoked node isolated after %.1f s (limit 10)"
                .formatted((network.prober().now() - start) / 1e9));
        assertThat(others).allSatisfy(node -> {
            assertThat(node.isRunning()).isTrue();
            assertThat(node.task().pid()).isEqualTo(daemons.get(node));
        });
        // The others still reach each other, also where the revoked one was on the way.
        revoked.kill();
        network.awaitReachability(LIMIT);
    }

    private static boolean hasTunnel(LabNode node, LabNode revoked) {
        return node.tunnels().stream().anyMatch(tunnel -> tunnel.peerCn().equals(revoked.cn()));
    }

    /** Pairs of which the node is one end and through which something passed that was sent in the last second. */
    private static Set<String> reachable(LabNode node) {
        long lately = network.prober().now() - 1_000_000_000;
        BiPredicate<String, String> concerned = (from, to) -> from.equals(node.name()) || to.equals(node.name());
        Set<String> pairs = network.prober().since(lately - 2_000_000_000, concerned).lines().stream()
                .map(Prober.Report.Line::pair)
                .collect(Collectors.toCollection(TreeSet::new));
        pairs.removeAll(network.prober().unreachableSince(lately, concerned));
        return pairs;
    }

    private static List<HostProcess> servers(LabNode node) {
        return node.host().processes("openvpn").stream()
                .filter(process -> process.argument("--mode").isPresent())
                .toList();
    }

    private static Set<Long> pids(LabNode node) {
        return node.host().processes().stream().map(HostProcess::pid).collect(Collectors.toSet());
    }

    private static long babelRoutes(LabNode node) {
        return node.host()
                .command("ip", "-6", "route", "show", "proto", "babel")
                .output()
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith(" "))
                .count();
    }
}
