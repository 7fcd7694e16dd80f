package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

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

    /** What a router believes to have that is behind another one. */
    private static final String BEHIND = "11.51.100.99";

    /** By PCP, whatever is asked for. */
    private static final String LONG_LEASES = "min_lifetime=120";

    private static final boolean ALL = Boolean.getBoolean("re6st.all");

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
        assertThat(doctor())
                .singleElement()
                .asString()
                .startsWith("ok: 11.51.100.3 lets in " + first + " for 1194 tcp");
    }

    @Test
    @Order(3)
    void aRouterThatWasRestartedIsAskedForTheSamePort() {
        restart(true, true);
        Await.until("the mapping is back", LIMIT, () -> !router.mappings().isEmpty(), () -> json(node, "status")
                .toString());
        assertThat(router.mappings()).containsExactly("tcp " + first + " 192.168.3.2:1194");
        assertThat(node.isRunning()).isTrue();
    }

    @Test
    @Order(4)
    void whatAKilledNodeHadEndsWithItsLease() {
        assertThat(router.leaseSeconds(node.host(), Integer.parseInt(first))).isBetween(1, 3 * REFRESH_SECONDS);
        node.kill();
        if (ALL) {
            Await.until("the lease ends", LIMIT, () -> router.mappings().isEmpty());
        } else {
            restart(true, true);
        }
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

    /** As behind a provider's router: the one that is asked has another address than peers see. */
    @Test
    @Order(7)
    void theDoctorSeesThatTheRouterIsBehindAnother() {
        restart(true, true, "ext_ip=" + BEHIND);
        start(false, "--ip", "upnp");
        awaitMapped();
        awaitDoctor(
                "warning: is itself behind another one: it has " + BEHIND + ", peers see " + router.externalIp(),
                "(bridge mode)");
    }

    @Test
    @Order(8)
    void theDoctorSeesWhatTheRouterForgot() {
        String port = externalPort();
        router.stop();
        assertDoctorAdds("\"$@\"", "warning: does not answer any more", "look whether it runs");
        String hidden = "mount --bind /dev/null $(command -v upnpc)";
        assertDoctorAdds(
                "unshare -m sh -c '" + hidden + " && \"$@\"' sh \"$@\"",
                "warning: can't be asked any more: upnpc can't be run",
                "apt install miniupnpc");
        router.forget();
        router.start(true, true);
        assertThat(router.mappings()).isEmpty();
        assertDoctorAdds(
                "\"$@\"",
                "error: has forgotten its port " + port + " for 1194 tcp",
                "re6stnet reload asks for it at once");
    }

    /** That it is behind another router, and one thing more. */
    private static void assertDoctorAdds(String script, String text, String remedy) {
        List<String> said = doctor(script);
        assertThat(said).hasSize(2);
        assertThat(said.get(0)).startsWith("warning: is itself behind another one");
        assertThat(said.get(1)).startsWith(text).contains(" -> ").contains(remedy);
    }

    @Test
    @Order(9)
    void aRouterThatIsSilentDoesNotHoldUpTheEnd() {
        String drop = "table ip test { chain out { type filter hook output priority 0; ip daddr 192.168.3.1 drop; }; }";
        node.host().command("nft", drop).output();
        assertThat(node.stop()).isZero();
        node.host().command("nft", "delete", "table", "ip", "test").output();
    }

    @Test
    @Order(10)
    void aRouterWithPcpOnlyWillDo() throws IOException {
        router.drop(NAT_PMP);
        restart(false, true, LONG_LEASES);
        startWithoutUpnp("--ip", "upnp");
        awaitMapped();
        String port = externalPort();
        JsonObject mapping = json(node, "status").getAsJsonObject("mapping");
        assertThat(text(mapping, "routerProtocol")).isEqualTo("PCP");
        assertThat(text(mapping, "externalIp")).isEqualTo(router.externalIp());
        Schemas.assertValid("re6stnet-status", run(node, "status", "--json"));
        assertThat(run(node, "status")).contains("11.51.100.3 lets in " + port + " for 1194 tcp, by PCP");
        assertThat(doctor()).singleElement().asString().startsWith("ok: 11.51.100.3 lets in " + port + " for 1194 tcp");
        awaitRenewal();
        assertThat(router.mappings()).containsExactly("tcp " + port + " 192.168.3.2:1194");

        restart(false, true, LONG_LEASES);
        Await.until("the mapping is back", LIMIT, () -> !router.mappings().isEmpty(), () -> json(node, "status")
                .toString());
        assertThat(router.mappings()).containsExactly("tcp " + port + " 192.168.3.2:1194");

        node.kill();
        startWithoutUpnp("--ip", "upnp");
        awaitMapped();
        assertThat(externalPort()).isEqualTo(port);
        assertThat(router.nonces()).hasSizeGreaterThan(3);
        assertThat(router.nonces().stream().distinct()).hasSize(1);
    }

    /** As if its provider had given it an address that many share meanwhile. The lease outlasts the doctor. */
    @Test
    @Order(11)
    void theDoctorSeesThatTheRouterDoesNotRenew() {
        router.stop();
        router.addInterface("wan0", "100.64.1.2");
        router.start(false, true, "ext_ifname=wan0");
        awaitDoctor(
                "warning: did not renew its ports: the router refused, by PCP: no resources",
                "ask the provider for a public address");
        assertThat(mappedPort().get("leaseSeconds").getAsLong()).isPositive();
    }

    /** Nobody says that there is a router that can be asked. */
    @Test
    @Order(12)
    void theDoctorSeesThatTheHostIsBehindNat() throws IOException {
        assertThat(node.stop()).isZero();
        startWithoutUpnp();
        awaitDoctor(
                "warning: this host is behind NAT (peers see " + router.externalIp() + "), and nobody can dial it: the"
                        + " router refused, by PCP: no resources",
                "ask the provider for a public address");
        assertThat(node.stop()).isZero();
    }

    @Test
    @Order(13)
    void theDoctorSeesThatTheRouterLetsNothingIn() {
        restart(true, false, UpnpRouter.REFUSING);
        start(false, "--ip", "upnp");
        awaitDoctor(
                "error: lets nothing in: the router refused port ",
                "look in the router's settings of UPnP and PCP why, or forward 1194 tcp by hand there");
        if (ALL) {
            restart(true, true, "ext_ifname=wan0");
            node.reload();
            node.awaitUp(LIMIT);
            awaitDoctor(
                    "error: lets nothing in: the router is not connected, or has no public address on the other side",
                    "ask the provider for a public address");
        }
        assertThat(node.stop()).isZero();
    }

    @Test
    @Order(14)
    @EnabledIfSystemProperty(named = "re6st.all", matches = "true")
    void pcpAndNatPmpComeAfterASearchForUpnp() {
        for (String protocol : List.of("PCP", "NAT-PMP")) {
            router.drop(protocol.equals("PCP") ? NAT_PMP : PCP);
            restart(false, true);
            start(true, "--ip", "upnp");
            awaitMapped();
            assertThat(text(json(node, "status").getAsJsonObject("mapping"), "routerProtocol"))
                    .isEqualTo(protocol);
            assertThat(doctor()).singleElement().asString().startsWith("ok: 11.51.100.3 lets in ");
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
    private static void startWithoutUpnp(String... options) throws IOException {
        Path folder = node.host().directory().resolve("without-upnp");
        Files.createDirectories(folder);
        for (String program : List.of("upnpc", "natpmpc")) {
            Path script = Files.writeString(folder.resolve(program), "#!/bin/sh\nexit 1\n");
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Map<String, String> environment =
                Map.of("PATH", folder + ":" + System.getenv("PATH"), "RE6ST_JAVA_FLAGS", "-Dre6st.mapping.refresh=3");
        start(environment, options);
    }

    private static void start(boolean often, String... options) {
        String flags = "-Dre6st.mapping.refresh=" + REFRESH_SECONDS;
        start(often ? Map.of("RE6ST_JAVA_FLAGS", flags) : Map.of(), options);
    }

    private static void start(Map<String, String> environment, String... options) {
        if (node.isRunning()) {
            // A test before failed.
            node.stop();
        }
        List<String> words = new ArrayList<>(List.of("--client-count", "1"));
        words.addAll(List.of(options));
        node.start(words, environment);
        node.awaitUp(LIMIT);
    }

    /** The router is switched off and on. */
    private static void restart(boolean upnp, boolean natPmp, String... more) {
        router.stop();
        router.forget();
        assertThat(router.mappings()).isEmpty();
        router.start(upnp, natPmp, more);
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

    private static List<String> doctor() {
        return doctor("\"$@\"");
    }

    /** What the doctor says of the router, where a shell runs it so: each finding with its level and remedy. */
    private static List<String> doctor(String script) {
        return DoctorRun.of("router", new DoctorRun(node).examine(script)).stream()
                .map(finding -> text(finding, "level") + ": " + text(finding, "text") + " -> " + finding.get("remedy"))
                .toList();
    }

    /** Waits until that is all the doctor says of the router. */
    private static void awaitDoctor(String text, String remedy) {
        Await.until(
                "the doctor finds it",
                LIMIT,
                () -> {
                    List<String> said = doctor();
                    return said.size() == 1
                            && said.get(0).startsWith(text)
                            && said.get(0).contains(remedy);
                },
                () -> doctor() + " " + json(node, "status"));
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
