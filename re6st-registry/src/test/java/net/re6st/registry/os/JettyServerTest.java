package net.re6st.registry.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import net.re6st.cli.Failure;
import net.re6st.net.Bytes;
import net.re6st.registry.core.Answer;
import net.re6st.registry.core.Caller;
import net.re6st.registry.core.Origins;
import net.re6st.registry.core.RpcRequest;
import net.re6st.testing.NoErrorsLogged;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** HTTP as clients may send it: what reaches the dispatch, what is refused before, and that nothing stops the service. */
class JettyServerTest {
    private static final int LIMIT_MILLIS = 10_000;
    private static final JettyServer.Doors DOORS = new JettyServer.Doors(
            List.of(loopback()),
            OptionalInt.of(0),
            Optional.empty(),
            new Origins(Set.of("127.0.0.1"), Set.of(), Set.of()));

    private final List<RpcRequest> calls = new CopyOnWriteArrayList<>();
    private JettyServer server;

    private static InetAddress loopback() {
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        } catch (java.net.UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void start() throws IOException, Failure {
        server = JettyServer.start(DOORS, services(request -> {
            calls.add(request);
            if (request.target().equals("/bug")) {
                throw new IllegalStateException("a bug");
            }
            return request.target().equals("/empty")
                    ? new Answer(
                            204,
                            Bytes.EMPTY,
                            Optional.empty(),
                            Optional.of(Bytes.ofLatin1("mac")),
                            OptionalLong.empty())
                    : new Answer(200, Bytes.ofLatin1("body"), Optional.empty(), Optional.empty(), OptionalLong.empty());
        }));
    }

    private static JettyServer.Services services(JettyServer.Service calls) {
        return new JettyServer.Services(calls, Optional.empty(), Optional.of(new OwnMonitor()));
    }

    /** Takes one path, and fails at another. */
    private static final class OwnMonitor implements JettyServer.Monitor {
        @Override
        public boolean takes(String method, String path) {
            return path.equals("/health") || path.equals("/fault");
        }

        @Override
        public boolean mayWait(String path) {
            return path.equals("/fault");
        }

        @Override
        public JettyServer.Report answer(String path, Caller caller, String accept) {
            if (path.equals("/fault")) {
                throw new IllegalStateException("a bug");
            }
            return new JettyServer.Report(503, "text/x", Bytes.ofLatin1(caller.peer() + " " + accept));
        }
    }

    @Test
    void leavesItsPathsToTheMonitor() throws IOException {
        assertThat(send("GET /health HTTP/1.1\r\nHost: h\r\nAccept: a/b\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 503 ")
                .contains("Content-Type: text/x\r\n")
                .endsWith("\r\n\r\n127.0.0.1 a/b");
        assertThat(status("GET /fault HTTP/1.1\r\nHost: h\r\n\r\n")).isEqualTo(500);
        assertThat(NoErrorsLogged.take()).hasSize(1);
        assertThat(calls).isEmpty();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void passesTargetsOnAsTheyWereSent() throws IOException {
        for (String target : List.of(
                "/getCa", "//getCa", "/get%43a", "/a?b=%zz", "/x;y?z=1&z=2", "/a?b=c?d=e#f", "http://h/getCa")) {
            assertThat(status("GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n"))
                    .as(target)
                    .isEqualTo(200);
            assertThat(calls.get(calls.size() - 1).target()).isEqualTo(target);
        }
    }

    @Test
    void takesRequestLinesOf64KiB() throws IOException {
        String target = "/requestCertificate?req=" + "x".repeat(65_000);
        assertThat(status("GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n")).isEqualTo(200);
        assertThat(calls.get(0).target()).isEqualTo(target);
        assertThat(status("GET /" + "x".repeat(200_000) + " HTTP/1.1\r\nHost: h\r\n\r\n"))
                .isIn(414, 431);
    }

    @Test
    void speaksBothVersionsAndDoesWithoutHost() throws IOException {
        assertThat(status("GET /getCa HTTP/1.0\r\n\r\n")).isEqualTo(200);
        assertThat(status("GET /getCa HTTP/1.1\r\nHost: a:b:c\r\n\r\n")).isIn(200, 400);
        assertThat(status("POST /getCa HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab"))
                .isEqualTo(200);
        assertThat(calls.get(calls.size() - 1).method()).isEqualTo("POST");
    }

    @Test
    void passesHeadersOn() throws IOException {
        send(
                "GET /a HTTP/1.1\r\nHost: h\r\nre6sthmac: abc=\r\nX-Forwarded-For: 1.2.3.4\r\nX-Forwarded-For: 5.6.7.8\r\n"
                        + "origin: null\r\nREFERER: http://x/\r\nsec-fetch-site: cross-site\r\nUser-Agent: Mozilla/5.0\r\n\r\n");
        assertThat(calls.get(0).mac()).contains("abc=");
        assertThat(calls.get(0).caller().forwardedFor()).containsExactly("1.2.3.4", "5.6.7.8");
        assertThat(calls.get(0).caller().peer()).isEqualTo("127.0.0.1");
        assertThat(calls.get(0).caller().hosts()).containsExactly("h");
        assertThat(calls.get(0).caller().sources()).containsExactly("null", "http://x/");
        assertThat(calls.get(0).caller().fetchSites()).containsExactly("cross-site");
        assertThat(calls.get(0).caller().isBrowser()).isTrue();
    }

    @Test
    void answersInTheFormClientsExpect() throws IOException {
        assertThat(send("GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ")
                .contains("Content-Length: 4\r\n")
                .endsWith("\r\n\r\nbody");
        assertThat(send("GET /empty HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 204 ")
                .contains("Re6stHMAC: bWFj\r\n")
                .doesNotContain("Content-Length");
    }

    @Test
    void turnsABugIntoAnAnswerAndOneLineInTheLog() throws IOException {
        assertThat(send("GET /bug HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 500 internal error\r\n")
                .doesNotContain("IllegalState");
        assertThat(NoErrorsLogged.take()).hasSize(1);
        assertThat(status("GET /a HTTP/1.1\r\nHost: h\r\n\r\n")).isEqualTo(200);
    }

    @Test
    void servesOthersBeside200HalfSentRequests() throws IOException {
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                Socket socket = connect();
                idle.add(socket);
                if (i % 2 == 0) {
                    socket.getOutputStream().write("GET /getCa HTTP/1.1\r\nHost:".getBytes(StandardCharsets.US_ASCII));
                }
            }
            for (int i = 0; i < 20; i++) {
                assertThat(status("GET /a HTTP/1.1\r\nHost: h\r\n\r\n")).isEqualTo(200);
            }
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    private void restart(Connections.Rules rules) throws IOException, Failure {
        server.close();
        server = JettyServer.start(
                DOORS,
                services(request ->
                        new Answer(429, Bytes.EMPTY, Optional.empty(), Optional.empty(), OptionalLong.of(7))),
                rules,
                Duration.ofSeconds(10));
    }

    @Test
    void cutsAClientThatDripsAlthoughItIsNeverIdle() throws Exception {
        restart(new Connections.Rules(100, 100, Duration.ofMillis(300), Duration.ofSeconds(60), Duration.ZERO));
        try (Socket socket = connect()) {
            socket.getOutputStream().write("GET /a HTTP/1.1\r\nHost: h\r\nX: ".getBytes(StandardCharsets.US_ASCII));
            boolean cut = false;
            for (int i = 0; i < LIMIT_MILLIS / 10 && !cut; i++) {
                socket.setSoTimeout(10);
                try {
                    socket.getOutputStream().write('x');
                    cut = socket.getInputStream().read() < 0;
                } catch (java.net.SocketTimeoutException e) {
                    cut = false;
                } catch (java.net.SocketException e) {
                    cut = true;
                }
            }
            assertThat(cut).isTrue();
        }
        assertThat(status("GET /a HTTP/1.1\r\nHost: h\r\n\r\n")).isEqualTo(429);
    }

    @Test
    void cutsAClientThatDripsABody() throws Exception {
        restart(new Connections.Rules(100, 100, Duration.ofMillis(300), Duration.ofMillis(300), Duration.ZERO));
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 60000\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 429 ");
        }
    }

    @Test
    void servesWhoeverSendsARequestWhileOthersKeepAllConnections() throws Exception {
        restart(new Connections.Rules(20, 20, Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ZERO));
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                Socket socket = connect();
                idle.add(socket);
                socket.getOutputStream().write("GET /getCa HTTP/1.1\r\nHost:".getBytes(StandardCharsets.US_ASCII));
                if (i % 10 == 0) {
                    assertThat(status("GET /a HTTP/1.1\r\nHost: h\r\n\r\n")).isEqualTo(429);
                }
            }
            assertThat(idle.get(0).getInputStream().read()).isEqualTo(-1);
            assertThat(server.connections()).isLessThanOrEqualTo(21);
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    @Test
    void letsOthersWaitWhenAllConnectionsAreYoung() throws Exception {
        restart(new Connections.Rules(20, 20, Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofMinutes(10)));
        // Each round lets in, and stops, at chance moments.
        for (int round = 0; round < 20; round++) {
            serveARush();
        }
    }

    private void serveARush() throws IOException {
        List<Socket> waiting = new ArrayList<>();
        try {
            for (int i = 0; i < 60; i++) {
                waiting.add(connect());
            }
            // The first come are the first served; nobody was sent away.
            for (Socket socket : waiting) {
                socket.getOutputStream()
                        .write("GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .startsWith("HTTP/1.1 429 ");
                socket.close();
            }
        } finally {
            for (Socket socket : waiting) {
                socket.close();
            }
        }
    }

    @Test
    void saysHowLongToWait() throws Exception {
        restart(Connections.Rules.USUAL);
        assertThat(send("GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"))
                .contains("\r\nRetry-After: 7\r\n");
    }

    @Test
    void answersOrClosesWhateverComes() {
        Seeds.forEach(10_000, (seed, random) -> {
            String request = mutate(random);
            String answer = send(request);
            if (!answer.isEmpty()) {
                assertThat(answer).startsWith("HTTP/1.");
            }
        });
        assertThat(NoErrorsLogged.take()).isEmpty();
    }

    private static String mutate(java.util.random.RandomGenerator random) {
        StringBuilder text = new StringBuilder(String.join(
                "\r\n",
                "GET /getDh?cn=0101&x=%41+b HTTP/1.1",
                "Host: h",
                "X-Forwarded-For: 1.2.3.4",
                "Re6stHMAC: abcd",
                "Connection: close",
                "",
                ""));
        int changes = 1 + random.nextInt(6);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(4)) {
                case 0 -> text.setCharAt(at, (char) random.nextInt(256));
                case 1 -> text.insert(at, (char) random.nextInt(256));
                case 2 -> text.deleteCharAt(at);
                default -> text.insert(at, text.substring(at, Math.min(text.length(), at + random.nextInt(40))));
            }
        }
        return text.toString();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(
                InetAddress.getByAddress(new byte[] {127, 0, 0, 1}),
                server.ports().get(0));
        socket.setSoTimeout(LIMIT_MILLIS);
        return socket;
    }

    private int status(String request) throws IOException {
        String answer = send(request);
        return answer.isEmpty() ? 0 : Integer.parseInt(answer.substring(9, 12));
    }

    /** The answer, or what there is of it when the connection ends; our end says that nothing more will come. */
    private String send(String request) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (java.net.SocketException e) {
            return "";
        }
    }
}
