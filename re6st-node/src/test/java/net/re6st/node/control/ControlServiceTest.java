package net.re6st.node.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import net.re6st.config.Json;
import net.re6st.core.PortReport;
import net.re6st.node.os.LocalConnection;
import net.re6st.node.os.LocalServer;
import net.re6st.node.os.RoutingListing;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlServiceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path run;

    private final ExecutorService loop = Executors.newSingleThreadExecutor();
    private Optional<String> reloadProblem = Optional.empty();
    private LocalServer server;

    /** Only used by the loop's thread. */
    private int looks;

    private final ControlService service = new ControlService(loop::execute, new ControlService.Observed() {
        @Override
        public NodeSnapshot observe(boolean withPeers) {
            return Snapshots.running();
        }

        @Override
        public void list(boolean withRoutes, Consumer<RoutingListing> listed) {
            listed.accept(Snapshots.running().routing());
        }

        @Override
        public PortReport surveyPorts(boolean begin) {
            looks = begin ? 0 : looks + 1;
            return new PortReport(looks >= 3, List.of());
        }

        @Override
        public Optional<String> reload() {
            return reloadProblem;
        }
    });

    @BeforeEach
    void listen() throws IOException {
        server = LocalServer.on("control", ControlRequest.socket(run), "rw-------", service::hold);
    }

    @AfterEach
    void end() {
        server.close();
        loop.shutdownNow();
    }

    @Test
    void onlyItsOwnerMayOpenTheSocketAndNothingElseIsLeft() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(ControlRequest.socket(run))))
                .isEqualTo("rw-------");
        try (var files = Files.list(run)) {
            assertThat(files).containsExactly(ControlRequest.socket(run));
        }
    }

    @Test
    void aSocketThatACrashLeftIsReplaced() throws IOException {
        server.close();
        Files.createDirectories(run.resolve(".control.sock.new"));
        Files.writeString(run.resolve(".control.sock.new/s"), "left");
        listen();
        assertThat(ask(ControlRequest.STATUS.line())).contains("\"state\": \"running\"");
    }

    @Test
    void oneConnectionCarriesManyRequests() throws IOException {
        try (LocalConnection connection = connect()) {
            for (ControlRequest request : ControlRequest.values()) {
                connection.write(request.line());
                assertThat(connection.readLine(1 << 20))
                        .get()
                        .asString()
                        .startsWith("{\"version\": 1, \"kind\": \"" + request.text() + "\"");
            }
        }
    }

    @Test
    void whatIsNoRequestIsAnsweredWithAnError() throws IOException {
        for (String line : new String[] {
            "",
            "status",
            "{}",
            "[]",
            "{\"version\": 2, \"request\": \"status\"}",
            "{\"version\": 1, \"request\": \"exit\"}",
            "{\"version\": 1, \"request\": \"STATUS\"}"
        }) {
            assertThat(ask(line + "\n"))
                    .as(line)
                    .isEqualTo("{\"version\": 1, \"kind\": \"error\", \"message\": \"not a request of version 1\"}");
        }
    }

    @Test
    void aLineThatIsTooLongEndsTheConnection() throws IOException {
        try (LocalConnection connection = connect()) {
            connection.write(" ".repeat(ControlRequest.MAX_BYTES + 10));
            assertThat(connection.readLine(1 << 20)).isEmpty();
        }
    }

    @Test
    void whoAsksForThePortsWaitsUntilPeersHaveTriedThem() throws Exception {
        assertThat(ask(ControlRequest.PORTS.line()))
                .isEqualTo("{\"version\": 1, \"kind\": \"ports\", \"addresses\": []}");
        assertThat(loop.submit(() -> looks).get()).isEqualTo(3);
    }

    @Test
    void aRefusedReloadSaysWhy() throws IOException {
        reloadProblem = Optional.of("--pp 0 udp: not a port");
        assertThat(ask(ControlRequest.RELOAD.line())).contains("\"kind\": \"error\"", "--pp 0 udp: not a port");
    }

    @Test
    void aLoopThatDoesNotAnswerIsReported() throws InterruptedException {
        ControlService deaf = new ControlService(task -> {}, null, Duration.ofMillis(10));
        assertThat(Json.write(deaf.answer(ControlRequest.STATUS.line())))
                .contains("\"kind\": \"error\"", "the daemon does not answer");
    }

    private LocalConnection connect() throws IOException {
        return LocalConnection.to(UnixDomainSocketAddress.of(ControlRequest.socket(run)), PATIENCE);
    }

    private String ask(String line) throws IOException {
        try (LocalConnection connection = connect()) {
            connection.write(line);
            return connection.readLine(1 << 20).orElse("");
        }
    }
}
