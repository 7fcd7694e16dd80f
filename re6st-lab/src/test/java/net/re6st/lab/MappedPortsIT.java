package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
 * A node behind a router with miniupnpd, which dials one other only: whoever else has a tunnel with it came in through the
 * router.
 *
 * <pre>
 *   h1  registry          h2          11.51.100.3 h3-nat 192.168.3.1 --- 192.168.3.2 h3
 * </pre>
 */
@ExtendWith(KeepLogs.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class MappedPortsIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** The router is asked again every so many seconds; a lease lasts three times as long. */
    private static final int REFRESH_SECONDS = 5;

    /** The versions that begin their packets. */
    private static final int NAT_PMP = 0;

    private static final int PCP = 2;

    private static final String NEIGHBOUR = "192.168.3.9";

    private static ReNetwork network;
    private static LabNode node;
    private static UpnpRouter router;

    /** The external port of its first life. */
    private static String first;

    @BeforeAll
    static void build() {
        network = ReNetwork.build(NetworkPlan.of(3).withBehindNat(1).withUpnp());
        node = network.node(3);
        router = node.host().router();
        router.start(true, true);
        network.startRegistry(List.of());
        network.enrol();
        network.probe();
        network.node(1).start();
        network.node(1).awaitUp(LIMIT);
        start(true);
        awaitMapped();
        network.node(2).start();
        network.awaitFirstReachability(LIMIT);
    }

    @AfterAll
    static void end() {
        assertThat(network.end()).isEmpty();
    }

    @Test
    @Order(1)
    void othersDialItThroughItsMapping() {
        first = externalPort();
        assertThat(Integer.parseInt(first)).isBetween(32_768, 49_151);
        assertThat(router.mappings()).containsExactly("tcp " + first + " 192.168.3.2:1194");
        Await.until(
                "h2 has a tunnel to the router's port",
                LIMIT,
                () -> rows(json(node, "tunnels")).stream()
                        .anyMatch(tunnel ->
                                text(tunnel, "peer").equals(network.node(2).cn())
                                        && text(tunnel, "direction").equals("served")
                                        && text(tunnel, "state").equals("up")
                                        && !tunnel.get("rttMillis").isJsonNull()),
                () -> json(node, "tunnels").toString());
        assertThat(network.node(2).host().processes("openvpn"))
                .anySatisfy(process -> assertThat(String.join(" ", process.words()))
                        .contains("--remote " + router.externalIp() + " " + first + " tcp"));
    }

    @Test
    @Order(2)
    void itTellsOfTheMapping() {
        Schemas.assertValid("re6stnet-status", run(node, "status", "--json"));
        JsonObject status = json(node, "status");
        assertThat(text(status, "advertised")).isEqualTo(router.externalIp() + "," + first + ",tcp");
        JsonObject mapping = status.getAsJsonObject("mapping");
        assertThat(text(mapping, "state")).isEqualTo("mapped");
        assertThat(text(mapping, "routerProtocol")).isEqualTo("UPnP");
        assertThat(text(mapping, "seenIp")).isEqualTo(router.externalIp());
        assertThat(run(node, "status")).contains("11.51.100.3 lets in " + first + " for 1194 tcp, by UPnP");
        assertThat(doctor()).startsWith("ok: 11.51.100.3 lets in " + first + " for 1194 tcp");
    }

    @Test
    @Order(3)
    void aRouterThatWasRestartedIsAskedForTheSamePort() {
        router.stop();
        router.forget();
        assertThat(router.mappings()).isEmpty();
        router.start(true, true);
        Await.until("the mapping is back", LIMIT, () -> !router.mappings().isEmpty(), () -> json(node, "status")
                .toString());
        assertThat(router.mappings()).containsExactly("tcp " + first + " 192.168.3.2:1194");
        assertThat(node.isRunning()).isTrue();
    }

    @Test
    @Order(4)
    void whatAKilledNodeHadEndsWithItsLease() {
        node.kill();
        assertThat(router.mappings()).hasSize(1);
        Await.until("the lease ends", LIMIT, () -> router.mappings().isEmpty());
    }

    @Test
    @Order(5)
    void aPortThatSomebodyElseTookIsLeftToThem() {
        node.host()
                .command("ip", "addr", "add", NEIGHBOUR + "/24", "dev", "eth0")
                .output();
        router.map(node.host(), NEIGHBOUR, 2222, Integer.parseInt(first), "TCP");
        start(false, "--ip", "upnp");
        awaitMapped();
        String second = externalPort();
        assertThat(second).isNotEqualTo(first);
        assertThat(router.mappings())
                .containsExactlyInAnyOrder(
                        "tcp " + first + " " + NEIGHBOUR + ":2222", "tcp " + second + " 192.168.3.2:1194");
    }

    @Test
    @Order(6)
    void nothingIsLeftAfterAStop() {
        assertThat(node.stop()).isZero();
        assertThat(router.mappings()).containsExactly("tcp " + first + " " + NEIGHBOUR + ":2222");
    }

    @Test
    @Order(7)
    void theDoctorSeesWhatTheRouterForgot() {
        start(false, "--ip", "upnp");
        awaitMapped();
        String port = externalPort();
        assertThat(doctor()).startsWith("ok: ");
        router.stop();
        router.forget();
        router.start(true, true);
        assertThat(router.mappings()).isEmpty();
        assertThat(doctor())
                .startsWith("error: has forgotten its port " + port + " for 1194 tcp")
                .contains("re6stnet reload");
    }

    @Test
    @Order(8)
    void aRouterThatIsSilentDoesNotHoldUpTheEnd() {
        String drop = "table ip test { chain out { type filter hook output priority 0; ip daddr 192.168.3.1 drop; }; }";
        node.host().command("nft", drop).output();
        assertThat(node.stop()).isZero();
        node.host().command("nft", "delete", "table", "ip", "test").output();
    }

    @Test
    @Order(9)
    void aRouterWithPcpOnlyWillDo() throws IOException {
        router.stop();
        router.forget();
        router.drop(NAT_PMP);
        router.start(false, true);
        startWithoutUpnp();
        awaitMapped();
        String port = externalPort();
        JsonObject mapping = json(node, "status").getAsJsonObject("mapping");
        assertThat(text(mapping, "routerProtocol")).isEqualTo("PCP");
        assertThat(text(mapping, "externalIp")).isEqualTo(router.externalIp());
        Schemas.assertValid("re6stnet-status", run(node, "status", "--json"));
        assertThat(run(node, "status")).contains("11.51.100.3 lets in " + port + " for 1194 tcp, by PCP");
        assertThat(doctor()).startsWith("ok: 11.51.100.3 lets in " + port + " for 1194 tcp");
        awaitRenewal();
        assertThat(router.mappings()).containsExactly("tcp " + port + " 192.168.3.2:1194");

        router.stop();
        router.forget();
        router.start(false, true);
        Await.until("the mapping is back", LIMIT, () -> !router.mappings().isEmpty(), () -> json(node, "status")
                .toString());
        assertThat(router.mappings()).containsExactly("tcp " + port + " 192.168.3.2:1194");

        node.kill();
        startWithoutUpnp();
        awaitMapped();
        assertThat(externalPort()).isEqualTo(port);
        assertThat(router.nonces()).hasSizeGreaterThan(3);
        assertThat(router.nonces().stream().distinct()).hasSize(1);
        assertThat(node.stop()).isZero();
        assertThat(router.mappings()).isEmpty();
    }

    @Test
    @Order(10)
    @EnabledIfSystemProperty(named = "re6st.all", matches = "true")
    void pcpAndNatPmpComeAfterASearchForUpnp() {
        for (String protocol : List.of("PCP", "NAT-PMP")) {
            router.stop();
            router.forget();
            router.drop(protocol.equals("PCP") ? NAT_PMP : PCP);
            router.start(false, true);
            start(true, "--ip", "upnp");
            awaitMapped();
            assertThat(text(json(node, "status").getAsJsonObject("mapping"), "routerProtocol"))
                    .isEqualTo(protocol);
            assertThat(doctor()).startsWith("ok: 11.51.100.3 lets in ");
            assertThat(node.stop()).isZero();
            assertThat(router.mappings()).isEmpty();
        }
    }

    /** The time that is left falls until then. */
    private static void awaitRenewal() {
        long[] least = {Long.MAX_VALUE};
        Await.until("the mapping is renewed", LIMIT, () -> {
            long left = mappedPort().get("leaseSeconds").getAsLong();
            boolean renewed = left > least[0];
            least[0] = Math.min(left, least[0]);
            return renewed;
        });
    }

    /** With programs that find no router at once, where the real ones search for ten seconds. */
    private static void startWithoutUpnp() throws IOException {
        Path folder = node.host().directory().resolve("without-upnp");
        Files.createDirectories(folder);
        for (String program : List.of("upnpc", "natpmpc")) {
            Path script = Files.writeString(folder.resolve(program), "#!/bin/sh\nexit 1\n");
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Map<String, String> environment =
                Map.of("PATH", folder + ":" + System.getenv("PATH"), "RE6ST_JAVA_FLAGS", "-Dre6st.mapping.refresh=3");
        node.start(List.of("--client-count", "1", "--ip", "upnp"), environment);
        node.awaitUp(LIMIT);
    }

    private static void start(boolean often, String... options) {
        List<String> words = new ArrayList<>(List.of("--client-count", "1"));
        words.addAll(List.of(options));
        String flags = "-Dre6st.mapping.refresh=" + REFRESH_SECONDS;
        node.start(words, often ? Map.of("RE6ST_JAVA_FLAGS", flags) : Map.of());
        node.awaitUp(LIMIT);
    }

    private static void awaitMapped() {
        Await.until(
                "h3 has a mapping",
                LIMIT,
                () -> json(node, "status")
                                .getAsJsonObject("mapping")
                                .getAsJsonArray("ports")
                                .size()
                        == 1,
                () -> json(node, "status") + node.lastWords());
    }

    private static String externalPort() {
        return text(mappedPort(), "externalPort");
    }

    private static JsonObject mappedPort() {
        return json(node, "status")
                .getAsJsonObject("mapping")
                .getAsJsonArray("ports")
                .get(0)
                .getAsJsonObject();
    }

    /** What the doctor says of the router: level, text and remedy. */
    private static String doctor() {
        JsonObject answer = JsonParser.parseString(node.host()
                        .command(
                                Programs.node(),
                                "doctor",
                                "--json",
                                "--run",
                                node.run().toString())
                        .within(LIMIT)
                        .run()
                        .output())
                .getAsJsonObject();
        for (JsonElement element : answer.getAsJsonArray("findings")) {
            JsonObject finding = element.getAsJsonObject();
            if (text(finding, "check").equals("router")) {
                return text(finding, "level") + ": " + text(finding, "text") + " " + finding.get("remedy");
            }
        }
        return "nothing: " + answer;
    }

    private static List<JsonObject> rows(JsonObject answer) {
        List<JsonObject> rows = new ArrayList<>();
        answer.getAsJsonArray("tunnels").forEach(row -> rows.add(row.getAsJsonObject()));
        return rows;
    }

    private static String text(JsonObject object, String name) {
        return object.get(name).getAsString();
    }

    private static JsonObject json(LabNode asked, String command) {
        return JsonParser.parseString(run(asked, command, "--json")).getAsJsonObject();
    }

    private static String run(LabNode asked, String... words) {
        List<String> all = new ArrayList<>(List.of(Programs.node()));
        all.addAll(List.of(words));
        all.addAll(List.of("--run", asked.run().toString()));
        return asked.host().command(all).within(LIMIT).output();
    }
}
