package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import net.re6st.testing.Schemas;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The subcommands of re6stnet on a network of three nodes in a row: 2 - 1 - 3, as 2 and 3 can't reach each other. They are of
 * a version that tries no ports for others.
 */
@ExtendWith(KeepLogs.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class NodeCommandsIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** In a class file: the next byte is a number. */
    private static final byte BIPUSH = 0x10;

    private static ReNetwork network;

    @BeforeAll
    static void build(@TempDir Path folder) throws IOException {
        network = ReNetwork.build(NetworkPlan.of(3));
        network.startRegistry(List.of());
        network.enrol();
        network.lab().block(network.node(2).host(), network.node(3).host());
        ProgramCopy older = ProgramCopy.make(folder);
        // In the list of messages 16 has another number: a node that is asked with 16 answers as to any other that it
        // does not know. Before it is its place in the list.
        older.replaceShared("net/re6st/wire/PeerMessage$Kind.class", new byte[] {BIPUSH, 8, BIPUSH, 16}, new byte[] {
            BIPUSH, 8, BIPUSH, 99
        });
        network.probe();
        network.node(1).start();
        network.node(2).start(older.program().toString(), List.of(), Map.of());
        network.node(3).start(older.program().toString(), List.of(), Map.of());
        network.awaitReachability(LIMIT);
    }

    @AfterAll
    static void end() {
        assertThat(network.end()).isEmpty();
    }

    @Test
    @Order(1)
    void everyAnswerOfEveryNodeIsValidAgainstItsSchema() {
        for (LabNode node : network.nodes()) {
            for (String command : List.of("status", "tunnels", "peers", "routes")) {
                Schemas.assertValid("re6stnet-" + command, run(node, 0, command, "--json"));
            }
        }
    }

    @Test
    @Order(2)
    void statusAndTunnelsTellWhatIsThere() {
        LabNode middle = network.node(1);
        JsonObject status = json(middle, "status");
        assertThat(status.get("state").getAsString()).isEqualTo("running");
        assertThat(status.get("pid").getAsLong()).isEqualTo(middle.task().pid());
        assertThat(status.getAsJsonObject("setup").get("address").getAsString()).isEqualTo(middle.address());
        assertThat(status.getAsJsonObject("routes").get("nodes").getAsInt()).isEqualTo(2);
        Await.until(
                "each end of each tunnel has a delay",
                LIMIT,
                () -> rows(json(middle, "tunnels"), "tunnels").stream()
                        .allMatch(tunnel -> !tunnel.get("rttMillis").isJsonNull()),
                () -> run(middle, 0, "tunnels"));
        List<JsonObject> tunnels = rows(json(middle, "tunnels"), "tunnels");
        assertThat(tunnels.stream().map(tunnel -> tunnel.get("peer").getAsString()))
                .containsOnly(network.node(2).cn(), network.node(3).cn());
        assertThat(tunnels).allSatisfy(tunnel -> {
            assertThat(tunnel.get("state").getAsString()).isEqualTo("up");
            assertThat(tunnel.get("upSeconds").getAsLong()).isBetween(0L, 300L);
            assertThat(tunnel.get("neighbour").getAsString()).startsWith("fe80:");
            boolean dialled = tunnel.get("direction").getAsString().equals("dialled");
            assertThat(tunnel.get("receivedBytes").isJsonNull()).isEqualTo(!dialled);
        });
        assertThat(run(middle, 0, "tunnels")).startsWith("IFACE").doesNotContain("\u001b");
    }

    @Test
    @Order(3)
    void routesNameTheNeighbourThatPacketsGoThrough() {
        List<JsonObject> routes = rows(json(network.node(2), "routes"), "routes");
        JsonObject far = routes.stream()
                .filter(route ->
                        route.get("prefix").getAsString().equals(network.node(3).cn()))
                .findFirst()
                .orElseThrow();
        assertThat(far.get("neighbour").getAsString()).isEqualTo(network.node(1).cn());
        assertThat(far.get("metric").getAsInt()).isBetween(1, 65_534);
        Set<String> peers = rows(json(network.node(2), "peers"), "peers").stream()
                .map(peer -> peer.get("prefix").getAsString())
                .collect(Collectors.toSet());
        assertThat(peers).contains(network.node(1).cn());
    }

    /** Nothing is concluded from that: what counts is who came by itself. */
    @Test
    @Order(3)
    void theDoctorSaysWhatIsKnownOfPortsThatNobodyCouldTry() {
        DoctorRun doctor = new DoctorRun(network.node(1));
        JsonObject examined = doctor.examine();
        assertThat(DoctorRun.found(examined)).isEmpty();
        assertThat(rows(examined, "findings"))
                .filteredOn(finding -> finding.get("check").getAsString().equals("ports"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.get("level").getAsString() + ": "
                                + finding.get("text").getAsString())
                        .matches("ok: port 1194 tcp is reachable: it has clients on re6stnet-tcp"
                                + "|skipped: nobody came to port 1194 tcp yet, and no peer could try it; .*"));
    }

    @Test
    @Order(3)
    void traceNamesEveryNodeOnTheWay() {
        LabNode from = network.node(2);
        LabNode to = network.node(3);
        // A router may answer too rarely to name it at once.
        String json = Await.found(
                "every hop answers",
                LIMIT,
                () -> Optional.of(run(from, 0, "trace", to.address(), "--json")).filter(NodeCommandsIT::namesAll),
                () -> run(from, 0, "trace", to.address(), "--json"));
        Schemas.assertValid("re6stnet-trace", json);
        JsonObject way = JsonParser.parseString(json).getAsJsonObject();
        List<JsonObject> hops = rows(way, "hops");
        assertThat(hops.stream().map(hop -> hop.get("prefix").getAsString()))
                .containsExactly(network.node(1).cn(), to.cn());
        assertThat(hops.stream().map(hop -> hop.get("address").getAsString()))
                .containsExactly(network.node(1).address(), to.address());
        assertThat(hops).allSatisfy(hop -> assertThat(hop.get("rttMillis").getAsDouble())
                .isPositive());
        assertThat(run(from, 0, "trace", to.cn())).contains(to.address() + " is reached through re6stnet");
        // A node that does not exist: our own "unreachable" route ends the way.
        assertThat(run(from, 1, "trace", "2001:db8:42:77::1")).contains("2001:db8:42:77::1 is not reached");
        assertThat(run(from, 2, "trace")).contains("needs an address");
    }

    @Test
    @Order(3)
    void topIsALiveViewThatLeavesTheTerminalAsItWas() throws IOException, InterruptedException {
        LabNode node = network.node(1);
        Path folder = node.host().directory();
        Path output = folder.resolve("top.out");
        String shell = "stty rows 24 cols 80; stty -g > before; %s top --run %s; echo status $?; stty -g > after"
                .formatted(Programs.node(), node.run());
        ProcessBuilder builder = new ProcessBuilder(
                        node.host().namespace().entering(List.of("script", "-qec", shell, "/dev/null")))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("TERM", "xterm");
        Process terminal = builder.start();
        try {
            // Two frames: the second is drawn over the first.
            Await.until(
                    "a second frame", LIMIT, () -> text(output).split("q quits", -1).length > 2, () -> text(output));
            terminal.getOutputStream().write('q');
            terminal.getOutputStream().flush();
            assertThat(terminal.waitFor(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            terminal.destroyForcibly();
        }
        assertThat(text(output)).contains("IFACE", network.node(2).cn(), "status 0", "\u001b[?1049h", "\u001b[?1049l");
        assertThat(Files.readString(folder.resolve("after"))).isEqualTo(Files.readString(folder.resolve("before")));
        for (String line : text(output).split("\u001b\\[K\r\n|\u001b\\[H", -1)) {
            assertThat(line.replaceAll("\u001b\\[[0-9?]*[a-zA-Z]", "").strip().length())
                    .isLessThanOrEqualTo(80);
        }
        assertThat(run(node, 1, "top")).contains("needs a terminal");
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    @Order(4)
    void onlyRootCanAsk() throws IOException {
        Path run = network.node(1).run();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(run)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(run.resolve("control.sock"))))
                .isEqualTo("rw-------");
    }

    @Test
    @Order(20)
    void reloadReadsTheOptionsAgainAndRefusesThoseThatAreWrong() throws IOException {
        LabNode node = network.node(3);
        Path options = node.host().directory().resolve("etc/re6stnet.conf");
        String right = Files.readString(options);
        long pid = node.task().pid();

        Files.writeString(options, right + "table x\n");
        assertThat(run(node, 1, "reload")).contains("the daemon refuses", "--table");
        assertThat(node.isRunning()).isTrue();

        Files.writeString(options, right + "client-count 1\n");
        String before = json(node, "status").get("startedMicros").getAsString();
        run(node, 0, "reload");
        JsonObject status = json(node, "status");
        assertThat(status.get("startedMicros").getAsString()).isNotEqualTo(before);
        assertThat(status.get("pid").getAsLong()).isEqualTo(pid);
        assertThat(status.getAsJsonObject("tunnels").get("wanted").getAsInt()).isEqualTo(1);
        network.awaitReachability(LIMIT);
    }

    @Test
    @Order(25)
    void metricsAreServedOnTheLoopbackInterfaceWhenAskedFor() throws IOException {
        LabNode node = network.node(3);
        assertThat(node.stop()).isZero();
        node.start(List.of("--metrics", "9106"), Map.of());
        node.awaitUp(LIMIT);
        network.awaitReachability(LIMIT);
        // What the node knows of routes follows the kernel's by half a second or more.
        Await.until("it knows both others", LIMIT, () -> run(node, 0, "status").contains("routes      2 nodes"));
        String metrics = metrics(node);
        assertThat(metrics)
                .startsWith("HTTP/1.1 200 OK")
                .contains("re6st_running 1\n", "re6st_reachable_nodes 2\n", "re6st_babeld_connected 1\n")
                .contains("re6st_tunnels{direction=\"dialled\",state=\"up\"} ")
                .containsPattern("re6st_received_bytes_total\\{iface=\"re6stnet1\"} [1-9]")
                .containsPattern("re6st_event_loop_delay_seconds_count [1-9]")
                .containsPattern("re6st_resident_memory_bytes [1-9][0-9]{7}");
        assertThat(run(network.node(1), 0, "status")).contains("routes      2 nodes");
    }

    private static boolean namesAll(String trace) {
        return rows(JsonParser.parseString(trace).getAsJsonObject(), "hops").stream()
                .noneMatch(hop -> hop.get("prefix").isJsonNull());
    }

    private static String metrics(LabNode node) throws IOException {
        return node.host().inside(() -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), 9106)) {
                socket.getOutputStream()
                        .write("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            }
        });
    }

    @Test
    @Order(30)
    void aStoppedNodeIsToldByTheExitStatus() {
        LabNode node = network.node(3);
        node.stop();
        assertThat(run(node, 3, "status")).contains("no daemon runs with --run " + node.run());
        String json = run(node, 3, "status", "--json");
        Schemas.assertValid("re6stnet-status", json);
        assertThat(json).contains("\"stopped\"");
        run(node, 3, "tunnels");
        run(node, 3, "reload");
        run(node, 2, "status", "--wrong");
    }

    private static String run(LabNode node, int status, String... words) {
        List<String> all = new ArrayList<>(List.of(Programs.node()));
        all.addAll(List.of(words));
        all.addAll(List.of("--run", node.run().toString()));
        Command.Result result = node.host().command(all).run();
        assertThat(result.status())
                .as(String.join(" ", words) + ": " + result.output())
                .isEqualTo(status);
        return result.output();
    }

    private static JsonObject json(LabNode node, String command) {
        return JsonParser.parseString(run(node, 0, command, "--json")).getAsJsonObject();
    }

    private static List<JsonObject> rows(JsonObject answer, String name) {
        JsonArray rows = answer.getAsJsonArray(name);
        return StreamSupport.stream(rows.spliterator(), false)
                .map(JsonElement::getAsJsonObject)
                .toList();
    }
}
