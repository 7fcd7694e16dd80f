package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
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
    @EnabledIfSystemProperty(named = "re6st.all", matches = "true")
    void aRouterWithNatPmpOnlyWillDo() {
        assertThat(node.stop()).isZero();
        router.stop();
        router.forget();
        router.start(false, true);
        start(true, "--ip", "upnp");
        awaitMapped();
        assertThat(text(json(node, "status").getAsJsonObject("mapping"), "routerProtocol"))
                .isEqualTo("NAT-PMP");
        assertThat(doctor()).startsWith("ok: 11.51.100.3 lets in ");
        assertThat(node.stop()).isZero();
        assertThat(router.mappings()).isEmpty();
        start(true, "--ip", "upnp");
        awaitMapped();
    }

    @Test
    @Order(9)
    void aRouterThatIsSilentDoesNotHoldUpTheEnd() {
        String drop = "table ip test { chain out { type filter hook output priority 0; ip daddr 192.168.3.1 drop; }; }";
        node.host().command("nft", drop).output();
        assertThat(node.stop()).isZero();
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
        return json(node, "status")
                .getAsJsonObject("mapping")
                .getAsJsonArray("ports")
                .get(0)
                .getAsJsonObject()
                .get("externalPort")
                .getAsString();
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
