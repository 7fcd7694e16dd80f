package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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

/** {@code re6stnet doctor} on a node of which one thing after the other is broken, and mended again. */
@ExtendWith(KeepLogs.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class DoctorIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static ReNetwork network;
    private static LabNode node;

    @BeforeAll
    static void build() {
        network = ReNetwork.running(NetworkPlan.of(3), LIMIT);
        node = network.node(2);
        Await.until(
                "a healthy node",
                LIMIT,
                () -> findings("error").isEmpty() && findings("warning").isEmpty(),
                () -> examine().toString());
    }

    @AfterAll
    static void end() {
        network.close();
    }

    @Test
    @Order(1)
    void aHealthyNodeIsFine() {
        Command.Result result = node.host().command(words()).run();
        Schemas.assertValid("re6stnet-doctor", result.output());
        assertThat(result.status()).as(result.output()).isZero();
        assertThat(findings("ok"))
                .contains("daemon", "registry", "clock", "certificate", "babel", "peers", "icmpv6", "mtu");
    }

    @Test
    @Order(2)
    void forwardingTurnedOffIsFound() {
        set("net.ipv6.conf.all.forwarding", "0");
        assertThat(findings("error")).containsExactly("forwarding");
        set("net.ipv6.conf.all.forwarding", "1");
        assertFine();
    }

    @Test
    @Order(3)
    void anAddressThatWasRemovedIsFound() {
        String address = node.address() + "/" + node.subnet().length();
        node.host().command("ip", "addr", "del", address, "dev", "lo").output();
        assertThat(findings("error")).contains("address");
        node.host().command("ip", "addr", "add", address, "dev", "lo").output();
        network.awaitReachability(LIMIT);
    }

    @Test
    @Order(4)
    void filteredPingsAreFound() {
        filter("icmpv6 type echo-request", "icmpv6 type echo-reply");
        assertThat(findings("error")).containsExactly("icmpv6");
        unfilter();
        assertFine();
    }

    @Test
    @Order(5)
    void largePacketsThatVanishAreFound() {
        filter("iifname \"re6stnet*\" meta length > 1300");
        assertThat(findings("error")).containsExactly("mtu");
        unfilter();
        assertFine();
    }

    @Test
    @Order(6)
    void aSilentRegistryIsAWarningWhileTheNetworkWorks() {
        network.registry().stop();
        assertThat(findings("warning")).containsExactly("registry");
        assertThat(examine().get("verdict").getAsString()).isEqualTo("warnings");
        network.restartRegistry();
        assertFine();
    }

    @Test
    @Order(7)
    void filteredBabelIsFound() {
        filter("udp dport 6696");
        Await.until(
                "no Babel is found",
                LIMIT,
                () -> findings("error").equals(List.of("babel"))
                        || findings("error").contains("babel"),
                () -> examine().toString());
        unfilter();
        network.awaitReachability(LIMIT);
    }

    @Test
    @Order(8)
    void filteredHandshakesAreFound() {
        node.stop();
        filter("udp dport 326");
        node.start();
        node.awaitUp(LIMIT);
        network.awaitReachability(LIMIT);
        assertThat(findings("error")).containsExactly("peers");
        unfilter();
        Await.until("a session", LIMIT.multipliedBy(2), () -> findings("error").isEmpty());
    }

    @Test
    @Order(9)
    void whatAKilledDaemonLeftIsFoundAndAStoppedOneToo() {
        node.kill();
        assertThat(findings("warning")).containsExactly("daemon", "leftovers");
        assertThat(examine().toString()).contains("interface re6stnet-tcp", "(openvpn)", "(babeld)");
        node.start();
        node.awaitUp(LIMIT);
        node.stop();
        assertThat(findings("warning")).containsExactly("daemon");
        assertThat(findings("ok")).contains("leftovers", "certificate", "registry", "peers");
    }

    private static List<String> words() {
        Path options = node.host().directory().resolve("etc/re6stnet.conf");
        return List.of(
                Programs.node(), "doctor", "--json", "--run", node.run().toString(), "--config", options.toString());
    }

    private static JsonObject examine() {
        String output = node.host().command(words()).run().output();
        return JsonParser.parseString(output).getAsJsonObject();
    }

    /** The checks that found something of this level. */
    private static List<String> findings(String level) {
        return StreamSupport.stream(examine().getAsJsonArray("findings").spliterator(), false)
                .map(element -> element.getAsJsonObject())
                .filter(finding -> finding.get("level").getAsString().equals(level))
                .map(finding -> finding.get("check").getAsString())
                .distinct()
                .collect(Collectors.toList());
    }

    private static void assertFine() {
        JsonObject result = examine();
        assertThat(result.get("verdict").getAsString()).as(result.toString()).isEqualTo("fine");
    }

    private static void set(String name, String value) {
        node.host().command("sysctl", "-q", "-w", name + "=" + value).output();
    }

    /** Drops what comes in and fits one of the rules of nftables. */
    private static void filter(String... rules) {
        StringBuilder table = new StringBuilder("table inet test {\nchain in {\ntype filter hook input priority 0\n");
        for (String rule : rules) {
            table.append(rule).append(" drop\n");
        }
        node.host().command("nft", "-f", "-").input(table + "}\n}\n").output();
    }

    private static void unfilter() {
        node.host().command("nft", "delete table inet test").output();
    }
}
