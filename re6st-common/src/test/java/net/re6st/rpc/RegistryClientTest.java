package net.re6st.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RegistryClientTest {
    private static final String AGENT = "re6stnet/1, test";

    @Test
    void readsTheAnswerOfAServerThatKeepsTheConnectionOpen() throws Exception {
        try (Server server = new Server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nca")) {
            RegistryAnswer answer = client(server, Duration.ofSeconds(10)).call(RegistryApi.GET_CA);
            assertThat(answer.result().orElseThrow().toLatin1()).isEqualTo("ca");
            assertThat(server.request.get())
                    .isEqualTo("GET /getCa HTTP/1.1\r\nHost: 127.0.0.1:" + server.port() + "\r\nUser-Agent: " + AGENT
                            + "\r\n\r\n");
        }
    }

    @Test
    void givesUpOnAServerThatSaysNothing() throws Exception {
        try (Server server = new Server("")) {
            RegistryAnswer answer = client(server, Duration.ofMillis(100)).call(RegistryApi.GET_CA);
            assertThat(answer).isInstanceOf(RegistryAnswer.Failed.class);
        }
    }

    @Test
    void failsWhereNobodyListens() throws Exception {
        RegistryClient client;
        try (Server server = new Server("")) {
            client = client(server, Duration.ofSeconds(10));
        }
        assertThat(client.call(RegistryApi.GET_CA).problem()).contains("Connection refused");
    }

    private static RegistryClient client(Server server, Duration timeout) {
        RegistryUrl url = new RegistryUrl(false, "127.0.0.1", server.port(), "");
        return RegistryClient.of(url, AGENT, new RegistryClient.Connection(url, timeout));
    }

    /** Answers one request and keeps the connection open. */
    private static final class Server implements AutoCloseable {
        private final ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        private final AtomicReference<String> request = new AtomicReference<>("");
        private final Thread thread;

        Server(String answer) throws IOException {
            thread = new Thread(() -> serve(answer));
            thread.start();
        }

        int port() {
            return listener.getLocalPort();
        }

        private void serve(String answer) {
            try (Socket socket = listener.accept()) {
                StringBuilder text = new StringBuilder();
                while (text.indexOf("\r\n\r\n") < 0) {
                    text.append((char) socket.getInputStream().read());
                }
                request.set(text.toString());
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                socket.getInputStream().read();
            } catch (IOException e) {
                // The client or the test has closed the connection.
                return;
            }
        }

        @Override
        public void close() throws Exception {
            listener.close();
            thread.join();
        }
    }
}
