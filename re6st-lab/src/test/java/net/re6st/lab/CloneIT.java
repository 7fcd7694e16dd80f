package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import net.re6st.store.SqliteStore;
import net.re6st.testing.Schemas;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A machine that was copied with its certificate and its database, in a network where others start again at the same time: the
 * copy is reported, they are not.
 *
 * <pre>
 *   h1 (registry), h2, h3 --- internet --- NAT --- h4
 *                                |
 *                                +-------- NAT --- h5, a copy of h4
 * </pre>
 */
@ExtendWith(KeepLogs.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class CloneIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int METRICS_PORT = 9106;

    /** Two that use different servers don't throw each other out. */
    private static final List<String> ONLY_TCP = options("udp", "udp6");

    private static final List<String> ONLY_UDP = options("tcp", "tcp6", "udp6");
    private static final List<String> ALL_PROTOCOLS = options("none");

    /** It calls the registry, and that is all. */
    private static final List<String> NO_TUNNELS = options("tcp", "tcp6", "udp", "udp6");

    private static final boolean ALL = Boolean.getBoolean("re6st.all");

    private static ReNetwork network;
    private static LabNode original;
    private static LabNode copy;

    private static List<String> options(String... disabled) {
        List<String> words = new ArrayList<>(List.of("--metrics", Integer.toString(METRICS_PORT), "--disable-proto"));
        words.addAll(List.of(disabled));
        return words;
    }

    @BeforeAll
    static void build() {
        // What is certain after 30 hellos takes half a minute.
        network = ReNetwork.build(NetworkPlan.of(4).withBehindNat(1).withHello(1));
        original = network.node(4);
        copy = new LabNode(network.lab().hostBehindNat("h5"), ReNetwork.NETWORK);
        network.registry().setEnvironment(Map.of("RE6ST_JAVA_FLAGS", "-Dre6st.overtakenSeconds=0"));
        network.startRegistry(List.of());
        network.enrol();
        network.probe();
        witnesses().forEach(node -> node.start(ALL_PROTOCOLS, Map.of()));
        original.start(ONLY_TCP, Map.of());
        network.awaitReachability(LIMIT);
    }

    @AfterAll
    static void end() {
        network.close();
    }

    /** The copy calls once, then the original finds its session replaced: the second time leaves no doubt. */
    @Test
    @Order(1)
    void theRegistryNoticesThatTwoBreakEachOthersSessions() throws IOException {
        // These start again now, so that whatever others remember of them is old when the copy is reported by its
        // routes.
        network.node(3).stop();
        network.node(3).start(ALL_PROTOCOLS, Map.of());
        network.node(2).host().processes("babeld").forEach(HostProcess::kill);
        copy("etc");
        assertThat(registryMetrics()).contains("re6st_registry_nodes_cloned 0.0");
        for (int i = 0; i < 2; i++) {
            assertThat(audited()).isEmpty();
            copy.start(NO_TUNNELS, Map.of());
            copy.awaitUp(LIMIT);
            copy.stop();
            copy.forget();
            String before = original.cachedVersion();
            network.registry().updateHmac();
            Await.until(
                    "the original has new parameters",
                    LIMIT,
                    () -> !original.cachedVersion().equals(before),
                    original::lastWords);
        }
        Await.until("the registry is certain", LIMIT, () -> audited().size() == 1, () -> audited()
                .toString());
        assertThat(audited().get(0)).contains(original.cn());
        assertThat(registryMetrics()).contains("re6st_registry_nodes_cloned 1.0");
        assertThat(Files.readString(network.registry().folder().resolve("registry.log")))
                .containsOnlyOnce("two machines use the certificate of " + original.cn());
    }

    @Test
    @Order(2)
    void bothAndOthersHearThatThereAreTwoAndARestartIsNone() throws IOException {
        copy("state");
        copy.start(ONLY_UDP, Map.of());
        // The registry's node, which is asked for its own, may take longer.
        List<LabNode> awaited = ALL ? List.of(network.node(1)) : witnesses();
        Await.until(
                "another node and one of the two report the clone",
                LIMIT,
                () -> awaited.stream().anyMatch(node -> !reported(node).isEmpty())
                        && Stream.of(original, copy).anyMatch(CloneIT::isOwn),
                () -> everybody()
                        .map(node -> node + " " + reported(node))
                        .toList()
                        .toString());
        assertThat(everybody().flatMap(node -> reported(node).stream()).distinct())
                .as("nodes that started again are no clones")
                .containsExactly(original.cn());
        for (LabNode node : everybody().toList()) {
            assertThat(logged(node)).as(node + " never thought so").allMatch(line -> line.contains(original.cn()));
        }
        LabNode self = isOwn(original) ? original : copy;
        LabNode witness = awaited.stream()
                .filter(node -> !reported(node).isEmpty())
                .findFirst()
                .orElseThrow();
        assertThat(command(witness, "status").output()).contains("two machines are " + original.cn());
        assertThat(command(self, "status").output()).contains("another machine has our certificate");
        assertThat(finding(self)).contains("error", "re6st-registry revoke " + original.cn());
        assertThat(finding(witness)).contains("warning", "re6st-registry revoke " + original.cn(), "heard: ");
        assertThat(logged(witness)).hasSize(1);
        assertThat(logged(self))
                .hasSize(1)
                .allMatch(line -> line.contains("two machines use our certificate (that of " + original.cn() + "): "));
        assertThat(metrics(witness)).contains("re6st_cloned_nodes 1\n", "re6st_cloned 0\n");
        assertThat(metrics(self)).contains("re6st_cloned 1\n");
    }

    /** Where both can dial one server only, they throw each other out, and no route lasts. */
    @Test
    @Order(3)
    @EnabledIfSystemProperty(named = "re6st.all", matches = "true", disabledReason = "takes long: bin/test --all")
    void twoClientsOfOneServerAreReportedWithTheirAddresses() {
        for (LabNode node : List.of(original, copy)) {
            node.stop();
            network.lab().block(node.host(), network.node(2).host());
            network.lab().block(node.host(), network.node(3).host());
        }
        original.start(ONLY_TCP, Map.of());
        copy.start(ONLY_TCP, Map.of());
        Await.until(
                "their addresses are told",
                LIMIT,
                () -> clones(network.node(1))
                        .anyMatch(clone -> clone.getAsJsonArray("addresses").size() == 2),
                () -> clones(network.node(1)).toList().toString());
        assertThat(finding(network.node(1))).contains("connecting in turn from");
    }

    /** It can't be revoked by its CN; without its copy all is well again. */
    @Test
    @Order(4)
    @EnabledIfSystemProperty(named = "re6st.all", matches = "true", disabledReason = "takes long: bin/test --all")
    void aCopyOfTheRegistrysOwnNodeMustGo() throws IOException {
        LabNode own = network.node(1);
        LabNode witness = network.node(2);
        original.stop();
        copy.stop();
        copy.forget();
        network.lab().unblock(copy.host(), witness.host());
        network.lab().unblock(copy.host(), network.node(3).host());
        copy(own, "etc");
        // The registry tells its own node of no peer.
        try (SqliteStore store = SqliteStore.open(copy.state().resolve("cache.db"))) {
            store.putPeer(witness.subnet().prefix(), witness.host().ip4() + ",1194,udp");
        }
        copy.start(ONLY_UDP, Map.of());
        Await.until("the clone is reported", LIMIT, () -> reported(witness).contains(own.cn()), () -> everybody()
                .filter(LabNode::isRunning)
                .map(node -> node + " " + reported(node))
                .toList()
                .toString());
        assertThat(finding(witness))
                .contains("two machines are " + own.cn(), "end re6stnet on the machine that is a copy")
                .doesNotContain("re6st-registry revoke " + own.cn());
        assertThat(logged(witness))
                .anyMatch(line -> line.contains("the certificate of " + own.cn() + ": ")
                        && line.contains("It is the registry's own node: end the one that is a copy"));
        Command.Result revoked = network.registry().run("revoke", own.cn());
        assertThat(revoked.ok()).isFalse();
        assertThat(revoked.output()).contains("registry's own node");
        copy.stop();
        Await.until(
                "it is over", LIMIT, () -> !reported(witness).contains(own.cn()) && !isOwn(own), () -> reported(witness)
                        .toString());
    }

    private static Stream<LabNode> everybody() {
        return Stream.concat(network.nodes().stream(), Stream.of(copy));
    }

    private static List<LabNode> witnesses() {
        return List.of(network.node(1), network.node(2), network.node(3));
    }

    /** Copies a folder of the original's host. */
    private static void copy(String folder) throws IOException {
        copy(original, folder);
    }

    private static void copy(LabNode node, String folder) throws IOException {
        Path from = node.host().directory().resolve(folder);
        Path to = copy.host().directory().resolve(folder);
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static Command.Result command(LabNode node, String... words) {
        List<String> all = new ArrayList<>(List.of(Programs.node()));
        all.addAll(List.of(words));
        all.addAll(List.of("--run", node.run().toString()));
        return node.host().command(all).environment(Map.of("NO_COLOR", "1")).run();
    }

    private static Stream<JsonObject> clones(LabNode node) {
        String json = command(node, "status", "--json").output();
        Schemas.assertValid("re6stnet-status", json);
        JsonObject status = JsonParser.parseString(json).getAsJsonObject();
        return status.has("clones") ? objects(status, "clones") : Stream.of();
    }

    private static Stream<JsonObject> objects(JsonObject answer, String name) {
        return StreamSupport.stream(answer.getAsJsonArray(name).spliterator(), false)
                .map(JsonElement::getAsJsonObject);
    }

    /** The nodes that it reports as cloned. */
    private static List<String> reported(LabNode node) {
        return clones(node).map(clone -> clone.get("prefix").getAsString()).toList();
    }

    /** Whether it reports that it is cloned itself. */
    private static boolean isOwn(LabNode node) {
        return clones(node).anyMatch(clone -> clone.get("own").getAsBoolean());
    }

    /** What the doctor finds about clones. */
    private static String finding(LabNode node) {
        String json = command(node, "doctor", "--json").output();
        return objects(JsonParser.parseString(json).getAsJsonObject(), "findings")
                .filter(finding -> finding.get("check").getAsString().equals("clones"))
                .toList()
                .toString();
    }

    private static List<String> logged(LabNode node) throws IOException {
        return Files.readAllLines(node.log().resolve("re6stnet.log")).stream()
                .filter(line -> line.contains("two machines use"))
                .toList();
    }

    private static List<String> audited() {
        return network.registry()
                .run("audit", "--lines", "100")
                .output()
                .lines()
                .filter(line -> line.contains("clone-suspected"))
                .toList();
    }

    private static String registryMetrics() {
        return network.registry().callOrFail("metrics");
    }

    private static String metrics(LabNode node) throws IOException {
        return node.host().inside(() -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), METRICS_PORT)) {
                socket.getOutputStream()
                        .write("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            }
        });
    }
}
