package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The parameters of a running network are changed, one after the other, and nothing restarts: five nodes, or eight of which
 * two are behind NAT. Each test leaves the network whole.
 */
@ExtendWith(KeepLogs.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ParametersIT {
    private static final boolean ALL = Boolean.getBoolean("re6st.all");
    private static final int CLIENT_COUNT = ALL ? 4 : 2;
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private static ReNetwork network;
    private static final Map<String, List<String>> options = new LinkedHashMap<>();
    private static Map<LabNode, List<Long>> before;

    private long start;

    @BeforeAll
    static void start() {
        network = ReNetwork.running(
                (ALL ? NetworkPlan.of(8).withBehindNat(2) : NetworkPlan.of(5)).withClientCount(CLIENT_COUNT), LIMIT);
        Await.until(
                "every node has two ways",
                LIMIT,
                () -> network.nodes().stream().allMatch(ParametersIT::hasTwoWays),
                () -> network.nodes().stream()
                        .filter(node -> !hasTwoWays(node))
                        .toList()
                        .toString());
        before = daemons();
    }

    @AfterAll
    static void end() {
        assertThat(network.end()).isEmpty();
    }

    @BeforeEach
    void networkIsWhole() {
        network.awaitReachability(LIMIT);
        network.awaitSteadyReachability(LIMIT);
        start = network.prober().now();
    }

    @AfterEach
    void nothingRestarted() {
        network.requireRunning();
        assertThat(daemons()).isEqualTo(before);
        for (LabNode node : network.nodes()) {
            assertThat(log(node)).noneMatch(line -> line.contains("restarting"));
        }
    }

    @Test
    @Order(1)
    void encrypt() {
        Set<Long> servers = servers();
        Set<Long> plain = tunnels();
        publish("--encrypt");
        Await.until(
                "all tunnels are replaced",
                LIMIT,
                () -> tunnels().stream().noneMatch(plain::contains),
                () -> network.nodes().stream()
                        .flatMap(node -> node.tunnels().stream())
                        .filter(tunnel -> plain.contains(tunnel.pid()))
                        .toList()
                        .toString());
        assertThat(network.nodes()).allSatisfy(node -> assertThat(
                        node.host().processes("openvpn").stream().filter(process -> process.has("--remote")))
                .noneMatch(process -> process.has("--cipher")));
        assertThat(servers()).isEqualTo(servers);
        assertLoss("encrypt", 0);
    }

    @Test
    @Order(2)
    void maxClientsAndClientCount() {
        Set<Long> servers = servers();
        publish("--max-clients", "1");
        publish("--client-count", Integer.toString(CLIENT_COUNT + 2));
        Await.until("a client is refused", LIMIT, () -> network.nodes().stream()
                .anyMatch(node -> log(node).stream().anyMatch(line -> line.contains("re6stnet-tcp has 1 clients"))));
        publish("--max-clients", "20");
        Await.until("a node has three tunnels", LIMIT, () -> network.nodes().stream()
                .anyMatch(node -> node.tunnels().size() >= 3));
        assertThat(servers()).isEqualTo(servers);
        assertLoss("max_clients, client_count", 0);
    }

    @Test
    @Order(4)
    void hello() {
        Set<Long> servers = servers();
        publish("--hello", "3");
        if (ALL) {
            awaitLogs("done: INTERFACES", 1);
        }
        Await.until(
                "interfaces take up other options",
                LIMIT,
                () -> network.nodes().stream()
                                .flatMap(node -> log(node).stream())
                                .filter(line -> line.contains("takes up other options"))
                                .count()
                        >= 3);
        assertThat(servers()).isEqualTo(servers);
        assertLoss("hello", 0);
    }

    private static Set<Long> servers() {
        return network.nodes().stream()
                .flatMap(node -> node.host().processes("openvpn").stream())
                .filter(process -> process.argument("--mode").isPresent())
                .map(HostProcess::pid)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<Long> tunnels() {
        return network.nodes().stream()
                .flatMap(node -> node.tunnels().stream())
                .map(LabNode.Tunnel::pid)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean hasTwoWays(LabNode node) {
        return node.babel().neighbours().stream()
                        .filter(BabelTable.Neighbour::isAlive)
                        .count()
                >= 2;
    }

    /** Gives the registry another option, and returns when every node has the parameters that follow. */
    private static void publish(String option, String... values) {
        List<String> words = new ArrayList<>(List.of(option));
        words.addAll(List.of(values));
        options.put(option, words);
        List<String> versions = versions();
        network.registry().stop();
        network.restartRegistry(options.values().stream().flatMap(List::stream).toList());
        Await.until(
                "every node has the new parameters",
                LIMIT,
                () -> versions().stream().distinct().count() == 1
                        && versions().stream().noneMatch(versions::contains),
                () -> versions().toString());
    }

    private static List<String> versions() {
        return network.nodes().stream().map(LabNode::cachedVersion).toList();
    }

    private static void awaitLogs(String text, int times) {
        awaitLogs(line -> line.contains(text), times, text);
    }

    private static void awaitLogs(Predicate<String> wanted, int times, String what) {
        Await.until("every node logs " + what + " for the time " + times, LIMIT, () -> network.nodes().stream()
                .allMatch(node -> log(node).stream().filter(wanted).count() >= times));
    }

    private void assertLoss(String row, int most) {
        network.awaitSteadyReachability(LIMIT);
        Prober.Report report = network.prober().since(start);
        Figures.print("%s changed under way: %s".formatted(row, report));
        assertThat(report.lost()).as(report.toString()).isLessThanOrEqualTo(most);
    }

    /** The processes that must not change: the daemon and its babeld. */
    private static Map<LabNode, List<Long>> daemons() {
        Map<LabNode, List<Long>> daemons = new LinkedHashMap<>();
        for (LabNode node : network.nodes()) {
            List<Long> pids = new ArrayList<>(List.of(node.task().pid()));
            node.host().processes("babeld").forEach(babeld -> pids.add(babeld.pid()));
            daemons.put(node, pids);
        }
        return daemons;
    }

    private static List<String> log(LabNode node) {
        try {
            return Files.readAllLines(node.log().resolve("re6stnet.log"));
        } catch (IOException e) {
            throw new LabException("no log of " + node, e);
        }
    }
}
