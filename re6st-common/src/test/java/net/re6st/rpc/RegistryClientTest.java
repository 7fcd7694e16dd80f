package net.re6st.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import net.re6st.net.Bytes;
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

    /** A registry that gives these answers, and what the client does about them. */
    private static final class Busy {
        private final Deque<String> answers;
        private final List<Duration> waits = new ArrayList<>();
        private final RegistryClient client;
        private int requests;

        Busy(String... answers) {
            this.answers = new ArrayDeque<>(List.of(answers));
            client = client(new RegistryUrl(false, "h", 80, ""), this::exchange, waits::add);
        }

        private InputStream exchange(Bytes request, Duration limit) {
            requests++;
            String answer = answers.size() > 1 ? answers.pop() : answers.getFirst();
            return new ByteArrayInputStream(answer.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static String tooMany(String headers) {
        return "HTTP/1.1 429 too many requests\r\n" + headers + "Content-Length: 0\r\n\r\n";
    }

    @Test
    void waitsAsLongAsTheRegistryAsksForAndNotMuchLonger() {
        Busy registry = new Busy(tooMany("Retry-After: 4\r\n"), "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nca");
        assertThat(registry.client.call(RegistryApi.GET_CA).result()).isPresent();
        assertThat(registry.requests).isEqualTo(2);
        assertThat(registry.waits).hasSize(1);
        assertThat(registry.waits.get(0)).isBetween(Duration.ofMillis(3900), Duration.ofSeconds(6));
    }

    @Test
    void leavesARegistryAloneThatAsksForMorePatience() {
        Busy registry = new Busy(tooMany("Retry-After: 100\r\n"));
        for (int i = 0; i < 3; i++) {
            RegistryAnswer answer = registry.client.call(RegistryApi.GET_CA);
            assertThat(answer).isInstanceOf(RegistryAnswer.Later.class);
            assertThat(answer.problem()).startsWith("too many requests, try again in 1");
        }
        assertThat(registry.requests).isEqualTo(1);
        assertThat(registry.waits).isEmpty();
    }

    @Test
    void believesNoRegistryThatWantsToBeLeftAloneForever() {
        for (String header :
                List.of("", "Retry-After: soon\r\n", "Retry-After: 2147483647\r\n", "Retry-After: -1\r\n")) {
            Busy registry = new Busy(tooMany(header));
            RegistryAnswer.Later later = (RegistryAnswer.Later) registry.client.call(RegistryApi.GET_CA);
            assertThat(later.delay()).as(header).isBetween(Duration.ofSeconds(30), Duration.ofMinutes(15));
        }
    }

    @Test
    void givesUpAfterSomeAttempts() {
        Busy registry = new Busy(tooMany("Retry-After: 0\r\n"));
        assertThat(registry.client.call(RegistryApi.GET_CA)).isInstanceOf(RegistryAnswer.Later.class);
        assertThat(registry.requests).isEqualTo(3);
    }

    private static RegistryClient client(Server server, Duration timeout) {
        RegistryUrl url = new RegistryUrl(false, "127.0.0.1", server.port(), "");
        RegistryConnection connection = new RegistryConnection(url, Optional.empty(), Duration.ofSeconds(10));
        return client(url, (request, limit) -> connection.exchange(request, timeout), duration -> {});
    }

    private static RegistryClient client(RegistryUrl url, Registries.Transport transport, RegistryClient.Pause pause) {
        List<Registries.Site> sites = List.of(new Registries.Site(url, transport));
        return RegistryClient.of(new Registries(sites, 0, System::nanoTime, index -> {}), AGENT, pause);
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
