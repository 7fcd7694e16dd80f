package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Nodes that don't do what most do.
 *
 * <pre>
 *   h1  registry, dials nobody          h2  gateway to the IPv6 internet, where h5 is
 *   h3  a mere client of h1 or h2       h4  serves nobody, routes in table 42, dials through h2
 * </pre>
 *
 * All of them carry IPv4 as well, and h2 routes multicast with a program that only writes down how it is called.
 */
@ExtendWith(KeepLogs.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ModesIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final boolean ALL = Boolean.getBoolean("re6st.all");
    private static final int PORT = 7777;
    private static final String REFUSAL =
            "table inet refusal { chain in { type filter hook input priority 0; ip saddr %s tcp dport 1194 reject with"
                    + " tcp reset; }; }";

    /** Nodes look for a renewed CA in the last thirty days. */
    private static final int FEW_DAYS = 20;

    /** So many seconds after a renewal the mere client starts its tunnel again, the others after the tests. */
    private static final Map<String, String> SOON = Map.of("RE6ST_JAVA_FLAGS", "-Dre6st.renewal.delay=1");

    private static ReNetwork network;
    private static Host outside;
    private static List<String> clientOptions;
    private static List<String> remoteOptions;

    @BeforeAll
    static void start() throws IOException {
        network = ReNetwork.build(NetworkPlan.of(4));
        Host gateway = network.node(2).host();
        gateway.enableIpv6();
        outside = network.lab().host("h5");
        outside.enableIpv6();
        Lab.ip(outside.namespace(), "route add " + ReNetwork.NETWORK + " via " + gateway.ip6());
        Lab.ip(gateway.namespace(), "route add default via " + outside.ip6());
        network.startRegistry(List.of("--ipv4", "10.42.0.0/16", "8"), FEW_DAYS);
        network.enrol();
        network.probe();
        String remotes = network.node(1).host().ip4() + ",1194,tcp;" + gateway.ip4() + ",1194,tcp";
        network.node(1).start(List.of("--client-count", "0"), Map.of());
        gateway.command("sysctl", "-qw", "net.ipv4.ip_forward=1").output();
        network.node(2).start(List.of("--gateway", "-m"), Map.of("PATH", recorder() + ":" + System.getenv("PATH")));
        clientOptions = List.of("--client", remotes);
        Host first = network.node(1).host();
        Await.until("h1 listens, which h3 tries first", LIMIT, () -> !first.command("ss", "-Hltn", "sport = :1194")
                .output()
                .isBlank());
        network.node(3).start(clientOptions, SOON);
        remoteOptions = List.of("--max-clients", "0", "--table", "42", "--remote-gateway", gateway.ip4());
        network.node(4).start(remoteOptions, Map.of());
        network.awaitFirstReachability(LIMIT);
    }

    @AfterAll
    static void end() {
        network.close();
    }

    @Test
    @Order(1)
    void eachHasTheProcessesOfItsMode() {
        assertThat(network.node(1).tunnels()).isEmpty();
        assertThat(servers(1)).isEqualTo(1);
        assertThat(network.node(3).host().processes("openvpn")).hasSize(1);
        assertThat(servers(4)).isZero();
        assertThat(network.node(4).tunnels()).isNotEmpty();
    }

    @Test
    @Order(2)
    void ordinaryUserReachesTheInternetThroughTheGateway() throws Exception {
        LabNode user = network.node(3);
        Await.until("h3 has a default route", LIMIT, () -> user.host().routes().stream()
                .anyMatch(route -> route.startsWith("default from " + ReNetwork.NETWORK)));
        try (ServerSocket socket = outside.inside(() -> new ServerSocket(PORT, 5, InetAddress.getByName("::")))) {
            CompletableFuture<String> seen = CompletableFuture.supplyAsync(() -> greet(socket));
            assertThat(fetch(user)).isEqualTo("hello\n");
            assertThat(seen.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(user.address());
        }
    }

    @Test
    @Order(3)
    void tableOfItsOwnLeavesTheOthersAlone() {
        LabNode node = network.node(4);
        assertThat(node.host().routes()).noneMatch(route -> route.contains("proto babel"));
        List<String> own = List.of(node.host()
                .command("ip", "-6", "route", "show", "table", "42")
                .output()
                .split("\n"));
        assertThat(own).filteredOn(route -> route.contains("/64")).hasSize(3);
        assertThat(own).anyMatch(route -> route.startsWith("default from " + ReNetwork.NETWORK));
        // No address but the network's, and still its default route is not for other traffic.
        assertThat(node.host()
                        .command("ip", "-6", "route", "get", outside.ip6())
                        .run()
                        .status())
                .isNotZero();
    }

    @Test
    @Order(3)
    void tunnelsTakeTheRemoteGateway() {
        String registry = network.node(1).host().ip4();
        Host host = network.node(4).host();
        assertThat(host.processes("openvpn").stream().filter(p -> p.has("--remote")))
                .isNotEmpty();
        Await.until("a route to h1 through h2", LIMIT, () -> host.command("ip", "-4", "route", "get", registry)
                .output()
                .startsWith(registry + " via " + network.node(2).host().ip4()));
    }

    @Test
    @Order(3)
    void ip4PayloadCrossesTwoHops() {
        Host client = network.node(3).host();
        String target = "10.42.3.1";
        Await.until("a route to " + target, LIMIT, () -> client.command("ping", "-c", "1", "-W", "1", target)
                .run()
                .ok());
    }

    @Test
    @Order(3)
    void multicastProgramIsToldOfEveryInterface() {
        Path calls = network.node(2).host().directory().resolve("calls");
        Await.until(
                "pim-dm hears of the server's interface",
                LIMIT,
                () -> lines(calls).contains("-aimld re6stnet-tcp"),
                () -> lines(calls).toString());
        assertThat(lines(calls)).contains("-6 -aisr re6stnet-tcp");
        assertThat(lines(calls).get(0))
                .isEqualTo("-config " + network.node(2).run().resolve("pim-dm.conf"));
    }

    /** A mere client, and a node that serves nobody and dials through a gateway; IPv6 and the IPv4 payload. */
    @Test
    @Order(4)
    @EnabledIfSystemProperty(named = "re6st.all", matches = "true", disabledReason = "takes a minute: bin/test --all")
    void hotRestartsLoseNothing() {
        network.awaitReachability(LIMIT);
        network.awaitSteadyReachability(LIMIT);
        restart(network.node(3), clientOptions, network.node(4));
        restart(network.node(4), remoteOptions, network.node(3));
        assertThat(network.node(4).host().command("ip", "-6", "rule").output().lines())
                .filteredOn(rule -> rule.contains("lookup 42"))
                .as("each once")
                .hasSize(2);
        tunnelsTakeTheRemoteGateway();
    }

    /** By a reload, and by a kill and another start; {@code other} is pinged over IPv4 meanwhile. */
    private static void restart(LabNode node, List<String> options, LabNode other) {
        String target = Await.found("an IPv4 address of " + other, LIMIT, () -> ip4(other), () -> other.host()
                .command("ip", "-4", "addr")
                .output());
        Set<Long> before = children(node);
        FastPing ping = FastPing.start(node, target, network.prober());
        try {
            node.reload();
            node.awaitUp(LIMIT);
            assertThat(children(node)).containsAll(before);
            node.kill();
            node.start(options, SOON);
            node.awaitUp(LIMIT);
            ping.assertNothingLost("a reload, a kill and a start of " + options.get(0));
        } finally {
            ping.end();
        }
        assertThat(children(node)).containsAll(before);
    }

    private static Optional<String> ip4(LabNode node) {
        return node.host()
                .command("ip", "-4", "addr")
                .output()
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith("inet 10.42."))
                .map(line -> line.split("[ /]")[1])
                .findFirst();
    }

    private static Set<Long> children(LabNode node) {
        return node.host().processes().stream()
                .filter(process -> Set.of("openvpn", "babeld").contains(process.program()))
                .map(HostProcess::pid)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    @Order(5)
    void mereClientGoesToAnotherWhenItsNodeIsLost() {
        LabNode client = network.node(3);
        Host h1 = network.node(1).host();
        Await.until(
                "a tunnel with h1",
                LIMIT,
                () -> peers(client).equals(List.of(network.node(1).cn())),
                client::lastWords);
        long tunnel = onlyTunnel();
        if (ALL) {
            network.lab().block(h1, client.host());
        } else {
            // As if OpenVPN had ended there: nobody waits until the silence counts as an end.
            h1.command("nft", REFUSAL.formatted(client.host().ip4())).output();
        }
        Await.until(
                "a tunnel with h2",
                LIMIT,
                () -> peers(client).equals(List.of(network.node(2).cn())),
                client::lastWords);
        network.awaitReachability(LIMIT);
        if (ALL) {
            network.lab().unblock(h1, client.host());
        } else {
            h1.command("nft", "delete table inet refusal").output();
        }
        assertThat(onlyTunnel()).as("OpenVPN itself goes from one to another").isEqualTo(tunnel);
    }

    /** OpenVPN reads them at its start only. */
    @Test
    @Order(6)
    @EnabledIfSystemProperty(named = "re6st.all", matches = "true", disabledReason = "takes a minute: bin/test --all")
    void mereClientStartsItsTunnelAgainWithRenewedCertificates() {
        network.awaitReachability(LIMIT);
        LabNode client = network.node(3);
        long tunnel = onlyTunnel();
        BigInteger serial = client.serial();
        String authority = client.authority();
        assertThat(network.registry().run("ca", "renew", "--days", "3650").status())
                .isZero();
        Await.until("another tunnel", LIMIT, () -> !List.of(0L, tunnel).contains(onlyTunnel()), client::lastWords);
        assertThat(log(client)).anyMatch(line -> line.contains("re6stnet is started again"));
        assertThat(client.authority()).isNotEqualTo(authority);
        assertThat(client.serial()).isNotEqualTo(serial);
        network.awaitReachability(LIMIT);
    }

    /** The process of the mere client's tunnel; 0: there is none. */
    private static long onlyTunnel() {
        List<HostProcess> tunnels = network.node(3).host().processes("openvpn");
        return tunnels.size() == 1 ? tunnels.get(0).pid() : 0;
    }

    /** It comes from h2, as h1 was lost to it, and hears of that from h2 at the latest. */
    @Test
    @Order(7)
    void mereClientIsCutOffFromARevokedNodeAndGoesToAnother() {
        LabNode client = network.node(3);
        LabNode revoked = network.node(2);
        assertThat(peers(client)).containsExactly(revoked.cn());
        network.registry().revoke(revoked.cn());
        Await.until(
                "it has a tunnel with h1 instead",
                LIMIT,
                () -> peers(client).equals(List.of(network.node(1).cn())),
                client::lastWords);
        assertThat(log(client)).anyMatch(line -> line.matches(".*re6stnet to .*: its certificate .* is revoked"));
        String h1 = network.node(1).address();
        Await.until("it reaches h1", LIMIT, () -> client.host()
                .command("ping", "-c", "1", "-W", "1", h1)
                .run()
                .ok());
    }

    /** With whom it has a tunnel that is up, as it says itself. */
    private static List<String> peers(LabNode node) {
        String told = node.host()
                .command(
                        Programs.node(),
                        "tunnels",
                        "--json",
                        "--run",
                        node.run().toString())
                .output();
        List<String> peers = new ArrayList<>();
        for (JsonElement row : JsonParser.parseString(told).getAsJsonObject().getAsJsonArray("tunnels")) {
            JsonObject tunnel = row.getAsJsonObject();
            if (tunnel.get("state").getAsString().equals("up")) {
                peers.add(tunnel.get("peer").getAsString());
            }
        }
        return peers;
    }

    private static List<String> log(LabNode node) {
        return lines(node.log().resolve("re6stnet.log"));
    }

    @Test
    @Order(8)
    void nothingIsLeftBehind() {
        assertThat(network.node(2).stop()).isZero();
        assertThat(Path.of("/run/pim-dm")).doesNotExist();
        LabNode node = network.node(4);
        assertThat(node.stop()).isZero();
        assertThat(node.host().command("ip", "-6", "rule").output()).doesNotContain("42");
        assertThat(node.host()
                        .command("ip", "-6", "route", "show", "table", "42")
                        .run()
                        .output())
                .doesNotContain("babel");
        assertThat(node.host().command("ip", "-4", "route").output()).doesNotContain("proto 143");
        assertThat(node.host().command("ip", "-4", "rule").output()).doesNotContain("42");
        assertThat(network.node(3).stop()).isZero();
        assertThat(network.node(3).host().interfaces()).containsExactlyInAnyOrder("lo", "eth0");
    }

    /** A folder with a pim-dm that writes its arguments down, and listens as long as it runs. */
    private static Path recorder() throws IOException {
        Path host = network.node(2).host().directory();
        Path folder = Files.createDirectories(host.resolve("bin"));
        String script = "#!/bin/sh\necho \"$*\" >> " + host.resolve("calls") + "\n[ \"$1\" = -config ] || exit 0\n"
                + "mkdir -p /run/pim-dm && touch /run/pim-dm/0 /run/pim-dm/pim_uds_socket0\ntrap 'rm -rf /run/pim-dm; exit 0' TERM\n"
                + "while :; do sleep 1; done\n";
        Path program = Files.writeString(folder.resolve("pim-dm"), script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return folder;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new LabException("cannot read " + file, e);
        }
    }

    private static long servers(int node) {
        return network.node(node).host().processes("openvpn").stream()
                .filter(process -> process.has("--tls-server"))
                .count();
    }

    /** What the host outside says to an unprivileged program on the node. */
    private static String fetch(LabNode node) {
        return node.host()
                .command(
                        "setpriv",
                        "--reuid=65534",
                        "--regid=65534",
                        "--clear-groups",
                        "bash",
                        "-c",
                        "exec 3<>/dev/tcp/" + outside.ip6() + "/" + PORT + "; head -1 <&3")
                .output();
    }

    /** Greets who connects and returns the address it came from. */
    private static String greet(ServerSocket server) {
        try (Socket socket = server.accept()) {
            socket.getOutputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));
            return net.re6st.net.Ip6.parse(socket.getInetAddress().getHostAddress())
                    .orElseThrow()
                    .toString();
        } catch (IOException e) {
            return e.toString();
        }
    }
}
