package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import net.re6st.lab.LabNode.Tunnel;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
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
 * The daemon of a node ends in every way and comes back, and what it carries for others does not notice. 3 and 4 are behind
 * NAT, and 4 can't reach 1: everything between 3 and 4 goes through 2, which has dialled 1 and serves the others.
 */
@ExtendWith(KeepLogs.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class HotRestartIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** What takes a second alone may take longer beside other tests. */
    private static final int BUSY_MACHINE = Boolean.getBoolean("re6st.all") ? 1 : 3;

    private static ReNetwork network;
    private static LabNode transit;

    private static @Nullable FastPing ping;

    private Set<Long> before = Set.of();

    /** Whether the next test watches on, and tells what was lost in this one, too. */
    private boolean watchedOn;

    @BeforeAll
    static void build() {
        network = ReNetwork.running(NetworkPlan.of(4).withBehindNat(2).withClientCount(2), LIMIT);
        transit = network.node(2);
        LabNode from = network.node(3);
        LabNode to = network.node(4);
        Await.until("4 is a client of 2", LIMIT, () -> isDialled(to, transit), () -> told(to, "peers"));
        network.lab().block(network.node(1).host(), to.host());
        Await.until("2 carries what 3 and 4 say to each other", LIMIT, () -> Trace.run(network, from, to)
                .filter(trace -> trace.hops().stream().anyMatch(hop -> hop.node() == transit))
                .isPresent());
        network.awaitSteadyReachability(LIMIT);
    }

    @AfterAll
    static void end() {
        assertThat(network.end()).isEmpty();
    }

    @BeforeEach
    void watch() {
        before = children();
        if (ping == null) {
            ping = FastPing.start(network.node(3), network.node(4), network.prober());
        }
    }

    @AfterEach
    void endPing() {
        if (ping != null && !watchedOn) {
            ping.end();
            ping = null;
        }
    }

    @Test
    @Order(1)
    void reloadLosesNothing() {
        long daemon = transit.task().pid();
        transit.reload();
        transit.awaitUp(LIMIT);
        assertNothingEnded();
        watchedOn = true;
        assertThat(transit.task().pid()).isEqualTo(daemon);
    }

    @Test
    @Order(2)
    void aKilledDaemonThatComesBackAndANewJarLoseNothing(@TempDir Path folder) throws IOException {
        ProgramCopy copy = ProgramCopy.make(folder);
        transit.kill();
        assertThat(children()).isEqualTo(before);
        transit.start(copy.program().toString(), List.of(), Map.of());
        transit.awaitUp(LIMIT);
        copy.exchangeJar();
        transit.reload();
        transit.awaitUp(LIMIT);
        transit.kill();
        transit.start(copy.program().toString(), List.of(), Map.of());
        transit.awaitUp(LIMIT);
        assertNothingEnded();
        watchedOn = true;
        transit.kill();
        transit.start();
        transit.awaitUp(LIMIT);
    }

    @Test
    @Order(3)
    void aDaemonThatEndsByADefectLosesNothingEither(@TempDir Path folder) throws IOException {
        ProgramCopy copy = ProgramCopy.make(folder);
        copy.replaceText("net/re6st/node/NodeDaemon.class", "reopenLog", "reopenNoLog");
        transit.kill();
        transit.start(copy.program().toString(), List.of(), Map.of("RE6ST_JAVA_FLAGS", "-Dre6st.node.provenSeconds=0"));
        transit.awaitUp(LIMIT);
        transit.task().signal("USR1");
        assertThat(transit.task().awaitExit(LIMIT)).isOne();
        Path log = transit.log().resolve("re6stnet.log");
        assertThat(log).content().contains("a defect ends this daemon", "NoSuchMethodError");
        // No error that the end of the tests should find.
        Files.writeString(log, "");
        transit.start();
        transit.awaitUp(LIMIT);
        assertNothingLost("HUP, kill -9 and start, exchange of the jar, a defect and start");
    }

    @Test
    @Order(4)
    void aClientThatComesWhileTheDaemonIsDeadIsUpSoonAfterItsReturn() {
        LabNode client = network.node(4);
        transit.kill();
        Tunnel tunnel = client.tunnels().stream()
                .filter(one -> one.peerCn().equals(transit.cn()))
                .findFirst()
                .orElseThrow();
        client.host().processes("openvpn").stream()
                .filter(process -> process.pid() == tunnel.pid())
                .forEach(HostProcess::kill);
        Await.until("it dials again", LIMIT, () -> client.tunnels().stream()
                .anyMatch(one -> one.peerCn().equals(transit.cn()) && one.pid() != tunnel.pid()));
        long returned = network.prober().now();
        transit.start();
        transit.awaitUp(LIMIT);
        Await.until("it is up", LIMIT, () -> isUp(client), () -> told(client, "tunnels") + told(transit, "tunnels"));
        double seconds = (network.prober().now() - returned) / 1e9;
        Figures.print("a client that came meanwhile is up %.1f s after the daemon's start".formatted(seconds));
        assertThat(seconds).isLessThan(BUSY_MACHINE * 10.0);
        network.awaitSteadyReachability(LIMIT);
        assertThat(clients()).contains(client.cn());
    }

    private static boolean isUp(LabNode client) {
        return StreamSupport.stream(
                        json(client, "tunnels").getAsJsonArray("tunnels").spliterator(), false)
                .map(JsonElement::getAsJsonObject)
                .anyMatch(one -> one.get("peer").getAsString().equals(transit.cn())
                        && one.get("state").getAsString().equals("up"));
    }

    @Test
    @Order(4)
    void whatAnOptionCalledForGoesWithTheOption() throws IOException {
        Path options = transit.host().directory().resolve("etc/re6stnet.conf");
        String usual = Files.readString(options);
        Files.writeString(options, usual + "\ntable 42\n");
        transit.reload();
        transit.awaitUp(LIMIT);
        assertThat(rules()).hasSize(4).anyMatch(rule -> rule.contains("to 2001:db8:42::/48 lookup 42"));
        assertThat(openvpns()).as("OpenVPN is not concerned").isNotEmpty().isSubsetOf(before);
        Files.writeString(options, usual);
        transit.reload();
        transit.awaitUp(LIMIT);
        assertThat(rules()).hasSize(2);
        network.awaitSteadyReachability(LIMIT);
    }

    /**
     * As after an upgrade of OpenVPN. babeld has neighbours on the interfaces of before, and proves to no others who it is:
     * the peers' interfaces are the same as ever.
     */
    @Test
    @Order(4)
    void tunnelsThatEndedWithTheDaemonComeBackOnTheirInterfaces() {
        List<String> interfaces = tunnelInterfaces();
        transit.kill();
        transit.host().processes("openvpn").forEach(HostProcess::kill);
        // The daemon may have come to that.
        transit.host().command("ip", "link", "set", "re6stnet1", "down").output();
        transit.start();
        transit.awaitUp(LIMIT);
        network.awaitReachability(LIMIT);
        Await.until(
                "all tunnels carry Babel",
                LIMIT,
                () -> network.nodes().stream().allMatch(HotRestartIT::hearsWhomItIsConnectedTo),
                HotRestartIT::tunnelsOfAll);
        assertThat(tunnelInterfaces()).isEqualTo(interfaces);
        network.awaitSteadyReachability(LIMIT);
    }

    private static boolean hearsWhomItIsConnectedTo(LabNode node) {
        return StreamSupport.stream(
                        json(node, "tunnels").getAsJsonArray("tunnels").spliterator(), false)
                .map(JsonElement::getAsJsonObject)
                .filter(one -> one.get("state").getAsString().equals("up"))
                .allMatch(
                        one -> !one.get("cost").isJsonNull() && one.get("cost").getAsInt() < 65_535);
    }

    private static String tunnelsOfAll() {
        return network.nodes().stream().map(node -> told(node, "tunnels")).collect(Collectors.joining());
    }

    /** Number and name. */
    private static List<String> tunnelInterfaces() {
        return transit.host()
                .command("ip", "-o", "link")
                .output()
                .lines()
                .map(line -> line.split(": ")[0] + " " + line.split(": ")[1])
                .filter(text -> text.contains(" re6stnet"))
                .toList();
    }

    /** babeld, and the tunnels that the node dialled. */
    private static Set<Long> withoutServers() {
        Set<Long> pids = new TreeSet<>(children());
        transit.host().processes("openvpn").stream()
                .filter(process -> process.argument("--mode").isPresent())
                .forEach(process -> pids.remove(process.pid()));
        return pids;
    }

    private static Set<Long> openvpns() {
        Set<Long> pids = new TreeSet<>(children());
        transit.host().processes("babeld").forEach(process -> pids.remove(process.pid()));
        return pids;
    }

    private static List<String> rules() {
        return transit.host().command("ip", "-6", "rule").output().lines().toList();
    }

    /** Whether a node serves at all is settled when a life begins; the rest goes on all the same. */
    @Test
    @Order(5)
    @EnabledIfSystemProperty(named = "re6st.all", matches = "true", disabledReason = "takes a minute: bin/test --all")
    void serversGoAndComeWithMaxClients() throws IOException {
        Set<Long> others = withoutServers();
        Path options = transit.host().directory().resolve("etc/re6stnet.conf");
        String usual = Files.readString(options);
        Files.writeString(options, usual + "\nmax-clients 0\n");
        transit.reload();
        transit.awaitUp(LIMIT);
        assertThat(children()).isEqualTo(others);
        Files.writeString(options, usual);
        transit.reload();
        transit.awaitUp(LIMIT);
        assertThat(children()).containsAll(others).hasSizeGreaterThan(others.size());
        Await.until("what the keepers of before waited with has ended", LIMIT, () -> transit.host().processes().stream()
                .filter(process -> process.program().equals("sleep"))
                .findAny()
                .isEmpty());
    }

    @Test
    @Order(6)
    void aNodeThatBecomesAMereClientHasOneTunnelOnly() throws IOException {
        LabNode client = network.node(4);
        assertThat(client.tunnels()).isNotEmpty().noneMatch(tunnel -> tunnel.iface()
                .equals("re6stnet"));
        Path options = client.host().directory().resolve("etc/re6stnet.conf");
        String usual = Files.readString(options);
        Files.writeString(options, usual + "\nclient " + transit.host().ip4() + ",1194,tcp\n");
        client.reload();
        client.awaitUp(LIMIT);
        network.awaitReachability(LIMIT);
        assertThat(client.host().processes("openvpn"))
                .singleElement()
                .satisfies(process -> assertThat(process.argument("--dev")).contains("re6stnet"));
    }

    /**
     * What was dialled before goes on, and is replaced later, one by one, as it would have been without the restart: here a node
     * whose every way is one that it dialled.
     */
    @Test
    @Order(7)
    void anotherCipherOfTheNetworkCostsNoTunnelAtARestart() {
        LabNode node = network.node(3);
        Set<Long> dialled = dialledToHostsWithoutNat(node);
        assertThat(dialled).isNotEmpty();
        String version = node.cachedVersion();
        network.registry().stop();
        network.restartRegistry(List.of("--encrypt"));
        Await.until("it has heard of that", LIMIT, () -> !node.cachedVersion().equals(version), node::lastWords);
        node.reload();
        node.awaitUp(LIMIT);
        assertEveryPingAnswered("another cipher and a reload");
        assertThat(dialledToHostsWithoutNat(node)).containsAll(dialled);
    }

    private static Set<Long> dialledToHostsWithoutNat(LabNode node) {
        return node.tunnels().stream()
                .filter(tunnel -> Set.of(network.node(1).cn(), transit.cn()).contains(tunnel.peerCn()))
                .map(Tunnel::pid)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    @Order(8)
    void stopEndsWhatWasTakenOver() {
        // Left by the removal of a tunnel that was under way.
        transit.host().command("nft", "add table ip6 re6stnet").output();
        // Between two lives of the daemon, maybe.
        transit.reload();
        assertThat(transit.stop()).isZero();
        assertThat(transit.host().command("nft", "list tables").output()).doesNotContain("re6stnet");
        assertThat(children()).isEmpty();
        // A keeper that was ended may have waited with "sleep 1".
        Await.until(
                "nothing runs any more", LIMIT, () -> transit.host().processes().isEmpty());
        assertThat(transit.host().interfaces()).containsExactlyInAnyOrder("lo", "eth0");
        assertThat(transit.host()
                        .command("ip", "-6", "addr", "show", "dev", "lo")
                        .output())
                .doesNotContain("2001:db8:42:");
        assertThat(transit.host().command("ip", "-6", "route").output()).doesNotContain("2001:db8:42:", "babel");
    }

    @Test
    @Order(9)
    void withoutAnotherDaemonTheKeeperEndsEverything() {
        transit.start(List.of(), Map.of("RE6ST_JAVA_FLAGS", "-Dre6st.keep.seconds=3"));
        transit.awaitUp(LIMIT);
        Await.until("a server and babeld run", LIMIT, () -> children().size() >= 2);
        transit.kill();
        Await.until(
                "nothing runs any more", LIMIT, () -> transit.host().processes().isEmpty());
        assertThat(transit.host().routes()).noneMatch(route -> route.contains("proto babel"));
    }

    private void assertNothingLost(String what) {
        assertEveryPingAnswered(what);
        assertNothingEnded();
    }

    private static void assertEveryPingAnswered(String what) {
        Objects.requireNonNull(ping).assertNothingLost(what);
    }

    private void assertNothingEnded() {
        assertThat(children()).isEqualTo(before);
        assertThat(clients()).contains(network.node(4).cn());
    }

    /** OpenVPN and babeld, by number. */
    private static Set<Long> children() {
        return transit.host().processes().stream()
                .filter(process -> Set.of("openvpn", "babeld").contains(process.program()))
                // Not those that try to reach somebody behind NAT just now.
                .filter(process -> process.program().equals("babeld")
                        || !process.has("--remote")
                        || process.has(network.node(1).cn()))
                .map(HostProcess::pid)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isDialled(LabNode from, LabNode to) {
        return from.tunnels().stream().anyMatch(tunnel -> tunnel.peerCn().equals(to.cn()));
    }

    /** Who is connected to the node, as it says itself. */
    private static Set<String> clients() {
        Set<String> peers = new TreeSet<>();
        json(transit, "tunnels").getAsJsonArray("tunnels").forEach(tunnel -> {
            if (tunnel.getAsJsonObject().get("direction").getAsString().equals("served")) {
                peers.add(tunnel.getAsJsonObject().get("peer").getAsString());
            }
        });
        return peers;
    }

    private static JsonObject json(LabNode node, String command) {
        return JsonParser.parseString(told(node, command, "--json")).getAsJsonObject();
    }

    private static String told(LabNode node, String command, String... options) {
        List<String> words = new ArrayList<>(
                List.of(Programs.node(), command, "--run", node.run().toString()));
        words.addAll(List.of(options));
        return node.host().command(words).run().output();
    }
}
