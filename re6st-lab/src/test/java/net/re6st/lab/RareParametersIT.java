package net.re6st.lab;

import static net.re6st.lab.ChangingNetwork.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import net.re6st.config.NetworkParameters;
import net.re6st.testing.TinyGeoDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The other parameters of a running network, one after the other: eight nodes, three of them in Japan and three in France. The
 * network begins without a Babel key, as old ones do, and with certificates that end soon. Each test leaves the network whole.
 */
@EnabledIfSystemProperty(named = "re6st.all", matches = "true", disabledReason = "takes minutes: bin/test --all")
@ExtendWith(KeepLogs.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class RareParametersIT {
    private static final Set<Integer> JAPAN = Set.of(2, 3, 6);
    private static final Set<Integer> FRANCE = Set.of(4, 5, 7);

    /** Nodes look for a renewed CA, and renew their own certificate, in the last thirty days. */
    private static final int FEW_DAYS = 20;

    /** These two start their servers again so many seconds after a renewal, the others after the test. */
    private static final Map<Integer, Integer> RENEWAL_SECONDS = Map.of(2, 5, 3, 60);

    /** What is done to one interface after the other, three times if routes don't leave it, at worst. */
    private static final Duration LONG = Duration.ofMinutes(8);

    private static ReNetwork network;
    private static ChangingNetwork changing;

    @BeforeAll
    static void build() throws IOException, SQLException {
        network = ReNetwork.build(NetworkPlan.of(8).withClientCount(4));
        Path countries = network.lab().directory().resolve("countries.mmdb");
        new TinyGeoDatabase().write(countries);
        network.registry().setEnvironment(Map.of("GEOIP2_MMDB", countries.toString()));
        network.startRegistry(List.of(), FEW_DAYS);
        network.enrol();
        network.registry().stop();
        String database = "jdbc:sqlite:" + network.registry().folder().resolve("registry.db");
        try (Connection connection = DriverManager.getConnection(database);
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("DELETE FROM config WHERE name = 'babel_hmac0'"))
                    .isOne();
        }
        network.restartRegistry();
        network.probe();
        network.nodes().forEach(RareParametersIT::start);
        network.awaitFirstReachability(LIMIT);
        changing = new ChangingNetwork(network);
    }

    private static void start(LabNode node) {
        int number = network.nodes().indexOf(node) + 1;
        List<String> country = JAPAN.contains(number)
                ? List.of("--country", "JP")
                : FRANCE.contains(number) ? List.of("--country", "FR") : List.of();
        Integer delay = RENEWAL_SECONDS.get(number);
        node.start(country, delay == null ? Map.of() : Map.of("RE6ST_JAVA_FLAGS", "-Dre6st.renewal.delay=" + delay));
    }

    @AfterAll
    static void end() {
        assertThat(network.end()).isEmpty();
    }

    @BeforeEach
    void begin() {
        changing.begin();
    }

    /** A network gets its first key: nodes sign with it and believe anything, then refuse what is not signed. */
    @Test
    @Order(1)
    void firstKey() {
        network.rotateKeys(LIMIT);
        assertThat(changing.log("done: INTERFACES")).isZero();
        network.rotateKeys(LIMIT);
        changing.awaitLogOfEach("done: INTERFACES", LONG);
        changing.assertLoss("a first key", 0);
        changing.assertNothingRestarted();
        network.nodes().forEach(LabNode::reload);
        network.nodes().forEach(node -> node.awaitUp(LIMIT));
        changing.assertLoss("a first key, and a reload of all nodes", 0);
        changing.assertNothingRestarted();
    }

    /**
     * All renew with the CA. Two start their servers again: one whose daemon was dead meanwhile, as it has taken its server
     * over, the other one as it runs.
     */
    @Test
    @Order(2)
    void certificateOfServers() {
        LabNode dead = network.node(2);
        LabNode alive = network.node(3);
        Set<Long> others = changing.servers();
        others.removeAll(servers(dead));
        others.removeAll(servers(alive));
        Set<Long> ofDead = servers(dead);
        Set<Long> ofAlive = servers(alive);
        dead.kill();
        String before = network.registry().callOrFail("getCa");
        assertThat(network.registry().run("ca", "renew", "--days", "3650").status())
                .isZero();
        Await.until("the registry serves it", LIMIT, () -> !network.registry()
                .callOrFail("getCa")
                .equals(before));
        start(dead);
        dead.awaitUp(LIMIT);
        changing.started(dead);
        assertThat(servers(dead)).as("taken over").isEqualTo(ofDead);
        awaitOther(dead, ofDead);
        awaitOther(alive, ofAlive);
        changing.awaitLog("done: SERVERS", 2);
        changing.assertLoss("certificates of two, and with them their servers,", 0);
        changing.assertNothingRestarted();
        assertThat(changing.servers()).containsAll(others);
        Set<Long> fresh = servers(dead);
        dead.reload();
        dead.awaitUp(LIMIT);
        assertThat(changing.log("servers are started again with the new certificate"))
                .as("each once, though its own and the CA's came one after the other")
                .isEqualTo(network.nodes().size());
        assertThat(servers(dead)).isEqualTo(fresh);
    }

    private static void awaitOther(LabNode node, Set<Long> before) {
        Await.until(
                "another server of " + node,
                LIMIT,
                () -> servers(node).size() == before.size()
                        && servers(node).stream().noneMatch(before::contains),
                () -> servers(node) + " of " + before);
    }

    private static Set<Long> servers(LabNode node) {
        return node.host().processes("openvpn").stream()
                .filter(process -> process.argument("--mode").isPresent())
                .map(HostProcess::pid)
                .collect(Collectors.toSet());
    }

    @Test
    @Order(3)
    void sameCountry() {
        Set<Long> before = changing.tunnels();
        changing.publish("--same-country", "JP");
        changing.assertLoss("same_country", 0);
        Set<Long> known = changing.tunnels();
        assertThat(known).as("tunnels stay").containsAll(before);
        List<LabNode> crossing = network.nodes().stream()
                .filter(node -> node.tunnels().stream().anyMatch(tunnel -> crosses(node, tunnel)))
                .toList();
        assertThat(crossing).as("four tunnels each for seven others").isNotEmpty();
        for (LabNode node : crossing) {
            Set<Long> ended = pids(node, tunnel -> crosses(node, tunnel));
            List<HostProcess> processes = node.host().processes("openvpn").stream()
                    .filter(process -> ended.contains(process.pid()))
                    .toList();
            for (HostProcess process : processes) {
                process.kill();
                // Who is cut off has nobody to ask for a country, and what ends together makes babeld hang now and
                // then.
                network.awaitReachability(LIMIT);
            }
        }
        Await.until("nobody has what was ended", LIMIT, () -> crossing.stream()
                .allMatch(node -> pids(node, tunnel -> known.contains(tunnel.pid()) && crosses(node, tunnel))
                        .isEmpty()));
        network.awaitReachability(LIMIT);
        network.awaitSteadyReachability(LIMIT);
        for (LabNode node : network.nodes()) {
            assertThat(pids(node, tunnel -> crosses(node, tunnel) && !known.contains(tunnel.pid())))
                    .as("across the border, by " + node)
                    .isEmpty();
        }
        changing.assertNothingRestarted();
    }

    private static Set<Long> pids(LabNode node, Predicate<LabNode.Tunnel> wanted) {
        return node.tunnels().stream().filter(wanted).map(LabNode.Tunnel::pid).collect(Collectors.toSet());
    }

    private static boolean crosses(LabNode node, LabNode.Tunnel tunnel) {
        int from = network.nodes().indexOf(node) + 1;
        int to = network.nodes().indexOf(network.byCn(tunnel.peerCn()).orElseThrow()) + 1;
        return (JAPAN.contains(from) && FRANCE.contains(to)) || (FRANCE.contains(from) && JAPAN.contains(to));
    }

    @Test
    @Order(4)
    void ipv4() {
        changing.publish("--ipv4", "10.42.0.0/16", "8");
        awaitPings("10.42.");
        changing.assertLoss("ipv4", 0);
        changing.assertNothingRestarted();
        changing.publish("--ipv4", "10.43.0.0/16", "8");
        awaitPings("10.43.");
        Await.until(
                "nobody has an address of before",
                LONG,
                () -> network.nodes().stream().noneMatch(node -> ip4(node).contains("10.42.")),
                () -> network.nodes().stream()
                        .map(RareParametersIT::ip4)
                        .toList()
                        .toString());
        changing.assertLoss("ipv4, to another block,", 0);
        changing.assertNothingRestarted();
    }

    /**
     * No option changes it: a registry of another version does, and one whose value has mistakes. What another one asks for is
     * seen by its neighbours; interfaces that carry what has no other way keep what they have.
     */
    @Test
    @Order(5)
    void babelDefault(@TempDir Path folder) throws IOException {
        publishBabelDefault(folder.resolve("other"), NetworkParameters.DEFAULT_BABEL + " rxcost 120");
        changing.awaitLogOfEach("done: INTERFACES", LONG);
        assertThat(askingFor(120)).isGreaterThan(askingFor(96));
        changing.assertLoss("babel_default", 0);
        changing.assertNothingRestarted();
        changing.begin();
        publishBabelDefault(folder.resolve("junk"), "banana rxcost 0 rtt-max 500 \"quit");
        changing.awaitLogOfEach("left out, as babeld might refuse it: [banana rxcost, 0 rtt-max");
        changing.awaitLogOfEach("done: INTERFACES", LONG);
        assertThat(askingFor(96)).isGreaterThan(askingFor(120));
        changing.assertLoss("babel_default with mistakes", 0);
        changing.assertNothingRestarted();
        LabNode node = network.node(8);
        node.host().processes("babeld").forEach(HostProcess::kill);
        Await.until("another babeld has neighbours", LIMIT, () -> node.babel().neighbours().stream()
                .anyMatch(BabelTable.Neighbour::isAlive));
        network.awaitReachability(LIMIT);
    }

    private static void publishBabelDefault(Path folder, String value) throws IOException {
        ProgramCopy registry = ProgramCopy.ofRegistry(folder);
        registry.replaceText(
                "net/re6st/registry/core/ParameterPublisher.class", NetworkParameters.DEFAULT_BABEL, value);
        changing.publishBy(registry.program());
    }

    /** How many neighbours ask so much for packets to them. */
    private static long askingFor(int cost) {
        return network.nodes().stream()
                .flatMap(node -> node.babel().neighbours().stream())
                .filter(neighbour -> neighbour.txCost() == cost)
                .count();
    }

    /** Waits until the first node reaches all others. */
    private static void awaitPings(String block) {
        Host host = network.node(1).host();
        for (LabNode node : network.nodes().subList(1, network.nodes().size())) {
            Await.until(
                    node + " has an address of " + block,
                    LIMIT,
                    () -> address(node, block).stream()
                            .anyMatch(address -> host.command("ping", "-c", "1", "-W", "1", address)
                                    .run()
                                    .ok()),
                    () -> ip4(node) + host.command("ip", "-4", "route").output());
        }
    }

    private static Set<String> address(LabNode node, String block) {
        return ip4(node)
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith("inet " + block))
                .map(line -> line.split("[ /]")[1])
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String ip4(LabNode node) {
        return node.host().command("ip", "-4", "addr").output();
    }
}
