package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A registry to which 200 clients connect at once and then say nothing more. */
@ExtendWith(KeepLogs.class)
final class HalfOpenConnectionsIT {
    @Test
    void registryAnswersOthersMeanwhile() throws Exception {
        List<Socket> sockets = new ArrayList<>();
        try (ReNetwork network = ReNetwork.build(NetworkPlan.of(1))) {
            network.startRegistry(List.of());
            Host host = network.node(1).host();
            long start = System.nanoTime();
            for (int i = 0; i < 200; i++) {
                Socket socket = host.inside(() -> {
                    Socket opened = new Socket();
                    opened.connect(new InetSocketAddress(InetAddress.getByName("198.51.100.1"), 80), 5000);
                    return opened;
                });
                sockets.add(socket);
                socket.getOutputStream().write("GET /getCa HTTP/1.1\r\nHost: ".getBytes(StandardCharsets.US_ASCII));
            }
            long connected = System.nanoTime();
            assertThat(network.registry().callOrFail("getCa")).contains("BEGIN CERTIFICATE");
            Duration answer = Duration.ofNanos(System.nanoTime() - connected);
            Figures.print("200 half-sent requests: connected in %d ms, a whole one answered in %d ms"
                    .formatted((connected - start) / 1_000_000, answer.toMillis()));
            assertThat(answer).isLessThan(Duration.ofSeconds(2));
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }
}
