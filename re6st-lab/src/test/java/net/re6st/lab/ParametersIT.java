package net.re6st.lab;

import static net.re6st.lab.ChangingNetwork.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
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

/**
 * The parameters of a running network that are changed most are changed, one after the other, and nothing restarts: six
 * nodes, where the first interfaces that take a change up stand for all; or, in the long form, eight nodes of which two are
 * behind NAT, and all interfaces. Each test leaves the network whole.
 */
@ExtendWith(KeepLogs.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ParametersIT {
    private static final boolean ALL = Boolean.getBoolean("re6st.all");
    private static final int CLIENT_COUNT = ALL ? 4 : 2;

    /** Interfaces that have taken up other options stand for all. */
    private static final int ENOUGH = 2;

    private static ReNetwork network;
    private static ChangingNetwork changing;

    @BeforeAll
    static void start() {
        // So many that not everybody can have a tunnel with everybody: who wants more dials others.
        network = ReNetwork.running(
                (ALL ? NetworkPlan.of(8).withBehindNat(2) : NetworkPlan.of(6)).withClientCount(CLIENT_COUNT), LIMIT);
        changing = new ChangingNetwork(network);
    }

    @AfterAll
    static void end() {
        assertThat(network.end()).isEmpty();
    }

    @BeforeEach
    void begin() {
        changing.begin();
    }

    @AfterEach
    void nothingRestarted() {
        changing.assertNothingRestarted();
    }

    @Test
    @Order(1)
    @EnabledIfSystemProperty(named = "re6st.all", matches = "true", disabledReason = "takes a minute: bin/test --all")
    void encrypt() {
        Set<Long> servers = changing.servers();
        Set<Long> plain = changing.tunnels();
        changing.publish("--encrypt");
        Await.until(
                "all tunnels are replaced",
                LIMIT,
                () -> changing.tunnels().stream().noneMatch(plain::contains),
                () -> network.nodes().stream()
                        .flatMap(node -> node.tunnels().stream())
                        .filter(tunnel -> plain.contains(tunnel.pid()))
                        .toList()
                        .toString());
        assertThat(network.nodes()).allSatisfy(node -> assertThat(
                        node.host().processes("openvpn").stream().filter(process -> process.has("--remote")))
                .noneMatch(process -> process.has("--cipher")));
        assertThat(changing.servers()).isEqualTo(servers);
        changing.assertLoss("encrypt", 0);
    }

    @Test
    @Order(2)
    void maxClientsAndClientCount() {
        Set<Long> servers = changing.servers();
        changing.publish("--max-clients", "1");
        changing.publish("--client-count", Integer.toString(CLIENT_COUNT + 2));
        changing.awaitLog("re6stnet-tcp has 1 clients", 1);
        changing.publish("--max-clients", "20");
        Await.until("a node has three tunnels", LIMIT, () -> network.nodes().stream()
                .anyMatch(node -> node.tunnels().size() >= 3));
        assertThat(changing.servers()).isEqualTo(servers);
        changing.assertLoss("max_clients, client_count", 0);
    }

    @Test
    @Order(3)
    void hello() {
        Set<Long> servers = changing.servers();
        changing.publish("--hello", "3");
        // Before its interfaces have taken it up: the next daemon goes on with that.
        LabNode interrupted = network.node(2);
        interrupted.reload();
        interrupted.awaitUp(LIMIT);
        changing.awaitLog("interfaces with options of before the restart: the parameters need [INTERFACES]", 1);
        if (ALL) {
            changing.awaitLogOfEach("done: INTERFACES");
        }
        changing.awaitLog("takes up other options", ENOUGH);
        assertThat(changing.servers()).isEqualTo(servers);
        changing.assertLoss("hello", 0);
    }

    /** What the cores do with them is for transcripts and the simulator; here they must disturb nothing. */
    @Test
    @Order(4)
    void tunnelRefreshAndMinProtocol() {
        Set<Long> servers = changing.servers();
        changing.publish("--tunnel-refresh", "200");
        changing.publish("--min-protocol", "2");
        assertThat(changing.servers()).isEqualTo(servers);
        changing.assertLoss("tunnel_refresh, min_protocol", 0);
    }
}
