package net.re6st.registry.os;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import net.re6st.net.Bytes;
import net.re6st.registry.core.Answer;
import net.re6st.registry.core.Caller;
import net.re6st.registry.core.Origins;
import net.re6st.registry.web.PageRequest;
import net.re6st.registry.web.PageResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** No way of keeping connections shuts others out; what we are at work on is kept. */
class ConnectionsTest {
    private static final int LIMIT_MILLIS = 15_000;
    private static final int MAX_CONNECTIONS = 20;
    private static final int MAX_OF_SOURCE = 5;
    private static final String PROXY = "127.0.0.9";
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final String CALL = "GET /getCa HTTP/1.1\r\nHost: h\r\n\r\n";

    private final List<Socket> sockets = new ArrayList<>();
    private final CountDownLatch release = new CountDownLatch(1);
    private JettyServer server;

    @AfterEach
    void stop() throws IOException {
        release.countDown();
        for (Socket socket : sockets) {
            socket.close();
        }
        server.close();
    }

    private static InetAddress loopback() throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }

    /** Answers at once, or when the test says so. */
    private void start(Duration young) throws Exception {
        server = JettyServer.start(
                new JettyServer.Doors(
                        List.of(loopback()),
                        OptionalInt.of(0),
                        Optional.empty(),
                        new Origins(Set.of("127.0.0.1"), Set.of(PROXY), Set.of())),
                new JettyServer.Services(
                        call -> {
                            waitIfSlow(call.target());
                            return new Answer(
                                    200,
                                    Bytes.ofLatin1("body".repeat(400)),
                                    Optional.empty(),
                                    Optional.empty(),
                                    OptionalLong.empty());
                        },
                        Optional.of(new Pages()),
                        Optional.of(new SlowMonitor()),
                        true),
                // The sweep is 30 times in the time for a head.
                new Connections.Rules(MAX_CONNECTIONS, MAX_OF_SOURCE, Duration.ofSeconds(30), LONG, young),
                Duration.ofSeconds(10));
    }

    private void waitIfSlow(String target) {
        try {
            if (target.endsWith("slow") && !release.await(LIMIT_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("never released");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Pages implements JettyServer.PageService {
        @Override
        public boolean takes(String method, String target) {
            return target.startsWith("/admin");
        }

        @Override
        public PageResponse answer(PageRequest request) {
            waitIfSlow(request.path());
            int length = request.path().endsWith("big") ? 8 << 20 : 3;
            return PageResponse.file("text/plain", Bytes.ofLatin1("x".repeat(length)));
        }
    }

    private final class SlowMonitor implements JettyServer.Monitor {
        @Override
        public boolean takes(String method, String path) {
            return path.equals("/health-slow");
        }

        @Override
        public boolean mayWait(String path) {
            return true;
        }

        @Override
        public JettyServer.Report answer(String path, Caller caller, String accept) {
            waitIfSlow(path);
            return new JettyServer.Report(200, "text/plain", Bytes.EMPTY);
        }
    }

    @Test
    void letsNobodyShutTheDoorByBodiesThatNeverEnd() throws Exception {
        start(Duration.ofMillis(200));
        fill("POST /admin/login HTTP/1.1\r\nHost: h\r\nContent-Length: 10000\r\n\r\nx");
        serves();
    }

    @Test
    void letsNobodyShutTheDoorByNotReadingALargeAnswer() throws Exception {
        start(Duration.ofMillis(200));
        fill("GET /admin/big HTTP/1.1\r\nHost: h\r\n\r\n");
        serves();
    }

    /** However little of them is read however soon. */
    @Test
    void letsNobodyShutTheDoorByARowOfRequests() throws Exception {
        start(LONG);
        fill(CALL.repeat(3000));
        serves();
    }

    @Test
    void letsNobodyShutTheDoorByKeepingConnectionsBusy() throws Exception {
        start(LONG);
        for (int i = 0; i < MAX_CONNECTIONS; i++) {
            Socket socket = connect();
            for (int request = 0; request < 3; request++) {
                // When the last one has come, others may go.
                write(socket, CALL);
                if (socket.getInputStream().read() < 0) {
                    break;
                }
            }
        }
        serves();
    }

    /** However new they are. */
    @Test
    void letsNobodyShutTheDoorByNewConnections() throws Exception {
        start(LONG);
        for (int i = 0; i < MAX_CONNECTIONS * 3 / 2; i++) {
            connect("127.0.0.2");
        }
        serves();
        assertThat(server.connections()).isLessThanOrEqualTo(MAX_OF_SOURCE + 2);
    }

    /** It gets on by itself, as everybody does: the one that we have waited for longest makes room. */
    @Test
    void letsASourceWithTooManyConnectionsGoOn() throws Exception {
        start(Duration.ofMillis(200));
        for (int i = 0; i < MAX_OF_SOURCE; i++) {
            connect("127.0.0.2");
        }
        Thread.sleep(400);
        Socket next = connect("127.0.0.2");
        write(next, "GET /getCa HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        assertThat(answer(next)).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void letsAProxyHaveManyConnections() throws Exception {
        start(LONG);
        List<Socket> waiting = new ArrayList<>();
        for (int i = 0; i < 2 * MAX_OF_SOURCE; i++) {
            waiting.add(connect(PROXY));
        }
        for (Socket socket : waiting) {
            write(socket, "GET /getCa HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            assertThat(answer(socket)).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void keepsWhatItIsAtWorkOnAndWarnsOnceOfTheClosedDoor() throws Exception {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(Connections.class);
        log.start();
        logger.addAppender(log);
        try {
            start(Duration.ofSeconds(2));
            List<String> requests = List.of(
                    "GET /slow HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
                    "GET /health-slow HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
                    "POST /admin/slow HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx");
            List<Socket> slow = new ArrayList<>();
            for (int i = 0; i < 2 * MAX_CONNECTIONS; i++) {
                Socket socket = connect();
                slow.add(socket);
                write(socket, requests.get(i % requests.size()));
            }
            // Long enough that none is young, and that room has been looked for: there is none. Each thread that
            // accepts
            // may have let one more in before the door closed.
            Thread.sleep(4000);
            assertThat(server.connections()).isBetween(MAX_CONNECTIONS, MAX_CONNECTIONS + 10);
            release.countDown();
            for (Socket socket : slow) {
                assertThat(answer(socket)).startsWith("HTTP/1.1 200 ");
            }
        } finally {
            logger.detachAppender(log);
        }
        assertThat(log.list.stream().filter(event -> event.getLevel().equals(Level.WARN)))
                .singleElement()
                .satisfies(event -> assertThat(event.getFormattedMessage()).contains(" connections, all new "));
    }

    /** More than are let in: the others wait in the kernel. */
    private void fill(String text) throws IOException {
        for (int i = 0; i < MAX_CONNECTIONS * 3 / 2; i++) {
            write(connect(), text);
        }
    }

    /** Two that come after each other: the first one could have been the last to be let in. */
    private void serves() throws IOException {
        for (int i = 0; i < 2; i++) {
            Socket honest = connect();
            write(honest, "GET /getCa HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            assertThat(answer(honest)).startsWith("HTTP/1.1 200 ").endsWith("body");
        }
        assertThat(server.connections()).isLessThanOrEqualTo(MAX_CONNECTIONS + 10);
    }

    private Socket connect() throws IOException {
        return connect("127.0.0.1");
    }

    private Socket connect(String from) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(from, 0));
        sockets.add(socket);
        socket.setReceiveBufferSize(2048);
        socket.setSoTimeout(LIMIT_MILLIS);
        socket.connect(new InetSocketAddress(loopback(), server.ports().get(0)), LIMIT_MILLIS);
        return socket;
    }

    /** Whoever was given up can't be written to. */
    private static void write(Socket socket, String text) {
        try {
            OutputStream out = socket.getOutputStream();
            out.write(text.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            assertThat(e).hasMessageMatching("(Broken pipe|Connection reset).*");
        }
    }

    private static String answer(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
}
