package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Two hosts that cannot talk to each other, only to a third; none has IPv6 but that of re6st.
 *
 * <pre>
 *   h2 --- h1 (registry) --- h3        h2 -x- h3
 * </pre>
 */
@ExtendWith(KeepLogs.class)
final class BlockedPairIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static ReNetwork network;

    @BeforeAll
    static void start() {
        network = ReNetwork.build(NetworkPlan.of(3));
        network.lab().block(network.node(2).host(), network.node(3).host());
        network.nodes().forEach(node -> node.host()
                .command("sysctl", "-qw", "net.ipv6.conf.eth0.disable_ipv6=1")
                .output());
        network.startRegistry(List.of());
        network.enrol();
        network.startNodes();
        network.awaitFirstReachability(LIMIT);
    }

    @AfterAll
    static void end() {
        network.close();
    }

    @Test
    void theyReachEachOtherThroughTheThird() {
        Await.until("a way by h1", LIMIT, () -> Trace.run(network, network.node(2), network.node(3))
                .filter(trace -> trace.toString().equals("h2 > h1 > h3"))
                .isPresent());
    }

    @Test
    void unprivilegedProgramNeedsNoAddressOfItsOwn() throws Exception {
        LabNode client = network.node(2);
        LabNode server = network.node(3);
        try (ServerSocket socket = server.host().inside(() -> new ServerSocket(7777))) {
            CompletableFuture<String> peer = CompletableFuture.supplyAsync(() -> greet(socket));
            String greeting = client.host()
                    .command(
                            "setpriv",
                            "--reuid=65534",
                            "--regid=65534",
                            "--clear-groups",
                            "bash",
                            "-c",
                            "exec 3<>/dev/tcp/" + server.address() + "/7777; head -1 <&3")
                    .output();
            assertThat(greeting).isEqualTo("hello\n");
            assertThat(peer.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(client.address());
        }
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
