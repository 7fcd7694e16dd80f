package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two nodes with a tunnel of each kind; both hosts have IPv4 and IPv6. */
@ExtendWith(KeepLogs.class)
final class TransportsIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final List<String> PROTOCOLS = List.of("udp", "tcp", "udp6", "tcp6");

    private static ReNetwork network;
    private static boolean encrypts;

    @BeforeAll
    static void build() {
        network = ReNetwork.build(NetworkPlan.of(2));
        network.nodes().forEach(node -> node.host().enableIpv6());
        network.startRegistry(List.of());
        network.enrol();
        network.probe();
    }

    @AfterEach
    void stopNodes() {
        network.nodes().stream().filter(LabNode::isRunning).forEach(LabNode::stop);
    }

    @AfterAll
    static void end() {
        assertThat(network.end()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"udp, false", "tcp6, false", "tcp, true", "udp6, true", "udp, true"})
    void tunnelCarriesSmallAndLargePackets(String protocol, boolean encrypted) throws Exception {
        if (encrypted != encrypts) {
            network.registry().stop();
            network.restartRegistry(encrypted ? List.of("--encrypt") : List.of());
            encrypts = encrypted;
        }
        for (LabNode node : network.nodes()) {
            // With parameters of before, one side would encrypt and the other not: no tunnel, and no news of that.
            node.forget();
            node.start(options(node, protocol), Map.of());
        }
        network.awaitReachability(LIMIT);

        List<LabNode.Tunnel> tunnels = network.nodes().stream()
                .flatMap(node -> node.tunnels().stream())
                .toList();
        assertThat(tunnels).isNotEmpty().allSatisfy(tunnel -> assertThat(tunnel.protocol())
                .startsWith(protocol));
        assertThat(Transfer.echoes(network.node(1), network.node(2), 1 << 20, Duration.ofSeconds(20)))
                .as("a megabyte there and back")
                .isTrue();
        assertThat(network.node(2)
                        .host()
                        .command(
                                "ping",
                                "-c",
                                "2",
                                "-i",
                                "0.2",
                                "-s",
                                "1400",
                                network.node(1).address())
                        .run()
                        .output())
                .contains(" 0% packet loss");
    }

    /** One that took the port for both families would keep the other from listening, for ever. */
    @Test
    void serversOfBothFamiliesShareAPort() {
        LabNode node = network.node(1);
        List<String> options = new ArrayList<>(List.of("--disable-proto", "none"));
        PROTOCOLS.forEach(protocol -> options.addAll(List.of("--pp", "1194", protocol)));
        node.start(options, Map.of());
        Await.until(
                "four servers listen",
                LIMIT,
                () -> node.host()
                                .command("ss", "-Hlntu", "sport", "=", ":1194")
                                .run()
                                .output()
                                .lines()
                                .count()
                        == 4);
    }

    private static List<String> options(LabNode node, String protocol) {
        List<String> options = new ArrayList<>(List.of("--ip", node.host().ip6()));
        for (String other : PROTOCOLS) {
            if (!other.equals(protocol)) {
                options.addAll(List.of("--disable-proto", other));
            }
        }
        options.addAll(List.of("--pp", "1194", protocol));
        return options;
    }
}
