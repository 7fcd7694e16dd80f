package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/** A node whose host has its default route from the advertisements of a real radvd, on a segment of the two. */
@ExtendWith(KeepLogs.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class AdvertisedRouteIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static ReNetwork network;
    private static LabNode node;
    private static Host router;

    @BeforeAll
    static void build() throws IOException {
        Requirements.checkRouter();
        network = ReNetwork.build(NetworkPlan.of(2));
        node = network.node(2);
        router = network.lab().host("router");
        Lab.ip(
                router.namespace(),
                "link add ra0 type veth peer name ra1 netns " + node.host().namespaceName(),
                "link set ra0 up",
                "addr add fe80::1/64 dev ra0 nodad");
        Lab.ip(node.host().namespace(), "link set ra1 up");
        router.command("sysctl", "-qw", "net.ipv6.conf.all.forwarding=1").output();
        Path configuration = router.directory().resolve("radvd.conf");
        // A route of a few seconds: it has to be advertised again and again, to stay.
        Files.writeString(
                configuration,
                """
                interface ra0 {
                  AdvSendAdvert on;
                  MinRtrAdvInterval 3;
                  MaxRtrAdvInterval 4;
                  AdvDefaultLifetime 12;
                  prefix 2001:db8:77::/64 { };
                };
                """);
        router.start(
                "radvd",
                router.directory(),
                Map.of(),
                List.of(
                        "radvd",
                        "-n",
                        "-m",
                        "stderr",
                        "-C",
                        configuration.toString(),
                        "-p",
                        router.directory().resolve("radvd.pid").toString()));
        awaitRoute();
        network.run(LIMIT);
    }

    @AfterAll
    static void end() {
        assertThat(network.end()).isEmpty();
    }

    @Test
    @Order(1)
    void theRouteStaysWhileTheHostForwards() {
        assertThat(setting("all/forwarding")).isEqualTo("1");
        assertThat(routes()).hasSize(1);
        assertThat(setting("ra1/accept_ra")).isEqualTo("2");
        assertThat(setting("re6stnet-tcp/accept_ra")).isNotEqualTo("2");
        // It was advertised after the node's start: its lifetime grew.
        awaitRenewal();
        assertThat(acceptRa()).startsWith("ok: ");
    }

    @Test
    @Order(2)
    void theDoctorSaysWhatToDoWhereItWouldBeLost() {
        set("ra1/accept_ra", "1");
        assertThat(acceptRa())
                .startsWith("warning: ra1 has its default route from router advertisements")
                .contains("sysctl -w net.ipv6.conf.ra1.accept_ra=2");
        set("ra1/accept_ra", "2");
        assertThat(acceptRa()).startsWith("ok: ");
    }

    @Test
    @Order(3)
    void aRestartKeepsItAndTheEndPutsEverythingBack() {
        node.kill();
        node.start();
        node.awaitUp(LIMIT);
        assertThat(setting("ra1/accept_ra")).isEqualTo("2");
        assertThat(routes()).hasSize(1);
        assertThat(node.stop()).isZero();
        assertThat(setting("all/forwarding")).isEqualTo("0");
        assertThat(setting("ra1/accept_ra")).isEqualTo("1");
        assertThat(setting("eth0/accept_ra")).isEqualTo("1");
        assertThat(routes()).hasSize(1);
        awaitRenewal();
    }

    @Test
    @Order(4)
    void whoseHostForwardsAnywayIsLeftAlone() {
        node.host().command("sysctl", "-qw", "net.ipv6.conf.all.forwarding=1").output();
        node.start();
        node.awaitUp(LIMIT);
        assertThat(setting("ra1/accept_ra")).isEqualTo("1");
        assertThat(node.stop()).isZero();
        assertThat(setting("all/forwarding")).isEqualTo("1");
    }

    private static List<String> routes() {
        return node.host()
                .command("ip", "-6", "route", "show", "default", "proto", "ra")
                .output()
                .lines()
                .toList();
    }

    private static void awaitRoute() {
        Await.until("a default route", LIMIT, () -> !routes().isEmpty());
    }

    /** Waits until its lifetime grows. */
    private static void awaitRenewal() {
        int[] least = {Integer.MAX_VALUE};
        Await.until(
                "the route is advertised again",
                LIMIT,
                () -> {
                    int left = routes().stream()
                            .filter(route -> route.contains("expires "))
                            .map(route -> route.replaceFirst(".*expires ([0-9]+)sec.*", "$1"))
                            .mapToInt(Integer::parseInt)
                            .max()
                            .orElse(0);
                    least[0] = Math.min(least[0], left);
                    return left > least[0];
                },
                () -> routes().toString());
    }

    private static String setting(String name) {
        return node.host()
                .command("cat", "/proc/sys/net/ipv6/conf/" + name)
                .output()
                .strip();
    }

    private static void set(String name, String value) {
        node.host()
                .command("sysctl", "-qw", "net.ipv6.conf." + name.replace('/', '.') + "=" + value)
                .output();
    }

    private static String acceptRa() {
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
            if (finding.get("check").getAsString().equals("accept_ra")) {
                return finding.get("level").getAsString() + ": "
                        + finding.get("text").getAsString() + " " + finding.get("remedy");
            }
        }
        return "nothing: " + answer;
    }
}
