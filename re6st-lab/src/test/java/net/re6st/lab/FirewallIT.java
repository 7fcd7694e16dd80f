package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.re6st.testing.Documents;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What docs/firewall.rst says, on three hosts that have loaded its example: everything else is dropped. h2 and h3 can't
 * reach each other on the internet, so what they send passes h1; h3 serves another port than usual.
 */
@ExtendWith(KeepLogs.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class FirewallIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int OTHER_PORT = 7777;

    /** So often nodes look for a tunnel that they can do without. */
    private static final int REFRESH_SECONDS = 10;

    private static final boolean ALL = Boolean.getBoolean("re6st.all");
    private static final String DEAF = "iifname \"re6stnet*\" udp dport 6696 drop";

    private static ReNetwork network;

    @BeforeAll
    static void start() throws IOException {
        network = ReNetwork.build(NetworkPlan.of(3).withTunnelRefresh(REFRESH_SECONDS));
        Host h2 = network.node(2).host();
        Host h3 = network.node(3).host();
        network.lab().block(h2, h3);
        for (LabNode node : network.nodes()) {
            load(node.host());
        }
        network.startRegistry(List.of());
        network.enrol();
        network.node(1).start();
        network.node(2).start();
        network.node(3).start(List.of("--pp", "443", "tcp"), Map.of());
    }

    /** Puts the example where the document says, and types its commands. */
    private static void load(Host host) throws IOException {
        Documents.Block example = Documents.blocks("docs/firewall.rst").get(0);
        assertThat(example.lines().get(0)).isEqualTo("table inet re6st {");
        Terminal terminal = Terminal.open(host);
        terminal.type(List.of("test -d /etc"));
        Files.write(terminal.file("/etc/nftables.conf"), example.lines());
        Iterator<Documents.Block> story = Documents.story("firewall").iterator();
        assertThat(terminal.type(story.next())).contains("policy drop", "6696");
        assertThat(story).isExhausted();
    }

    @AfterAll
    static void end() {
        assertThat(network.end()).isEmpty();
    }

    @Test
    @Order(1)
    void theNetworkWorks() {
        for (LabNode from : network.nodes()) {
            for (LabNode to : network.nodes()) {
                Await.until(
                        from + " reaches " + to,
                        LIMIT,
                        () -> pings(from, to.address()),
                        () -> from.lastWords() + to.lastWords());
            }
        }
    }

    @Test
    @Order(1)
    void nodesAreDialledAtThePortTheyChose() {
        Host h3 = network.node(3).host();
        Await.until("a tunnel from or to h3", LIMIT, () -> Stream.concat(
                        network.node(1).tunnels().stream(), network.node(3).tunnels().stream())
                .findAny()
                .isPresent());
        assertThat(h3.processes("openvpn"))
                .filteredOn(process -> process.has("--tls-server"))
                .allMatch(process -> process.argument("--port").orElse("").equals("443"));
    }

    @Test
    @Order(2)
    void everythingElseIsDropped() throws IOException {
        Host h1 = network.node(1).host();
        try (ServerSocket service = h1.inside(() -> new ServerSocket(OTHER_PORT))) {
            assertThat(service.isBound()).isTrue();
            for (String address : List.of(h1.ip4(), network.node(1).address())) {
                String connect = "timeout 2 bash -c 'exec 3<>/dev/tcp/" + address + "/" + OTHER_PORT + "'";
                assertThat(network.node(2)
                                .host()
                                .command("sh", "-c", connect)
                                .run()
                                .status())
                        .as(address + ": no answer until the time is over")
                        .isEqualTo(124);
            }
        }
    }

    @Test
    @Order(3)
    void openVpnEndsATunnelThroughWhichNoBabelPasses() {
        // It takes as long as the next test needs, too.
        filter(network.node(3), "input", DEAF);
        LabNode node = network.node(2);
        List<LabNode.Tunnel> before = tunnels(network.node(1), node);
        assertThat(before).isNotEmpty();
        filter(network.node(1), "output", "oifname \"re6stnet*\" udp dport 6696 drop");
        filter(node, "output", "oifname \"re6stnet*\" udp dport 6696 drop");
        Await.until(
                "the tunnel between h1 and h2 is given up",
                LIMIT,
                () -> tunnels(network.node(1), node).stream().noneMatch(before::contains),
                () -> tunnels(network.node(1), node).toString());
        unfilter(network.node(1));
        unfilter(node);
        Await.until(
                "h2 reaches h1 again", LIMIT, () -> pings(node, network.node(1).address()), node::lastWords);
    }

    /**
     * Babel keeps such a tunnel alive for OpenVPN, as one side sends. Whoever dialled it gives it up when tunnels are looked at
     * the next time, and leaves the other one alone for a while.
     */
    @Test
    @Order(4)
    void aTunnelOnWhichOneSideDoesNotListenIsGivenUpAtTheNextRefresh() {
        LabNode h1 = network.node(1);
        LabNode h3 = network.node(3);
        if (ALL) {
            Await.until("the doctor of h3 misses Babel", LIMIT, () -> h3.host()
                    .command(Programs.node(), "doctor", "--run", h3.run().toString())
                    .within(LIMIT)
                    .run()
                    .output()
                    .contains("no Babel comes through"));
        }
        Await.until(
                "the tunnel between h1 and h3 is given up, because of that",
                LIMIT,
                () -> Stream.of(h1, h3).anyMatch(FirewallIT::gaveUpWhatIsMute),
                () -> tunnels(h1, h3) + h1.lastWords() + h3.lastWords());
        unfilter(h3);
    }

    private static boolean gaveUpWhatIsMute(LabNode node) {
        try (Stream<String> log = Files.lines(node.log().resolve("re6stnet.log"))) {
            return log.anyMatch(line -> line.contains("nothing of the routing protocol comes through"));
        } catch (IOException e) {
            throw new LabException("no log of " + node, e);
        }
    }

    /** Client tunnels between two nodes, whoever dialled. */
    private static List<LabNode.Tunnel> tunnels(LabNode one, LabNode other) {
        return Stream.concat(
                        one.tunnels().stream().filter(tunnel -> tunnel.peerCn().equals(other.cn())),
                        other.tunnels().stream()
                                .filter(tunnel -> tunnel.peerCn().equals(one.cn())))
                .toList();
    }

    private static void filter(LabNode node, String hook, String rule) {
        node.host()
                .command(
                        "nft",
                        "table inet test { chain " + hook + " { type filter hook " + hook + " priority -10; " + rule
                                + "; }; }")
                .output();
    }

    private static void unfilter(LabNode node) {
        node.host().command("nft", "delete table inet test").output();
    }

    private static boolean pings(LabNode from, String address) {
        return from.host().command("ping", "-c", "1", "-W", "1", address).run().ok();
    }
}
