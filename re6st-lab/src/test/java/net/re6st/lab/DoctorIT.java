package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import net.re6st.testing.Schemas;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code re6stnet doctor} on a node of which one thing after the other is broken, and mended again. */
@ExtendWith(KeepLogs.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class DoctorIT {
    private static final boolean ALL = Boolean.getBoolean("re6st.all");
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static ReNetwork network;
    private static LabNode node;

    @BeforeAll
    static void build() {
        network = ReNetwork.build(NetworkPlan.of(3));
        network.startRegistry(List.of("--ipv4", "10.42.0.0/16", "8"));
        network.enrol();
        network.startNodes();
        network.awaitFirstReachability(LIMIT);
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
        Await.until(
                "all is well", LIMIT, () -> node.host().command(words()).run().ok(), () -> examine()
                        .toString());
        Command.Result result = node.host().command(words()).run();
        Schemas.assertValid("re6stnet-doctor", result.output());
        assertThat(findings("ok"))
                .contains("daemon", "registry", "clock", "certificate", "babel", "ports", "peers", "icmpv6", "mtu");
        assertThat(ports()).containsExactly("ok: " + address() + " is reached by 2 of 2 peers");
    }

    /** Its tunnels go on, those that others dialled too: only who is new does not get in. */
    @Test
    @Order(2)
    void aPortThatIsFilteredIsFoundAtOnce() {
        filter("iifname \"eth0\" tcp dport 1194 tcp flags syn / syn,ack");
        JsonObject finding = found(examine()).get(0);
        isFinding(
                finding,
                "warning",
                "ports",
                address() + " is reached by 0 of 2 peers (0/16: no answer, 2/16: no answer)",
                "open 1194 tcp for all of the Internet, in this host's firewall");
        unfilter();
        awaitReached();
        load("iifname \"eth0\" tcp dport 1194 tcp flags syn / syn,ack reject with tcp reset");
        assertFound("warning", "ports", ": refused", "open 1194 tcp for all of the Internet");
        unfilter();
        awaitReached();
    }

    @Test
    @Order(2)
    void anotherProgramOnThePortIsFound() throws Exception {
        try (ServerSocket other = node.host().inside(() -> new ServerSocket(11_194))) {
            Thread closing = new Thread(() -> closeAll(other), "other-program");
            closing.start();
            node.host()
                    .command("nft", "-f", "-")
                    .input("table ip test {\nchain in {\ntype nat hook prerouting priority -100\n"
                            + "iifname eth0 tcp dport 1194 redirect to :11194\n}\n}\n")
                    .output();
            assertFound("warning", "ports", "an answer that is not OpenVPN's", "another program answers there");
        } finally {
            node.host()
                    .command("nft", "add table ip test; delete table ip test")
                    .output();
        }
        awaitReached();
    }

    /** Takes whoever comes, and says nothing. */
    private static void closeAll(ServerSocket server) {
        try {
            while (true) {
                server.accept().close();
            }
        } catch (IOException e) {
            // The end of the test.
        }
    }

    /** As if all others were nodes that don't know the question: then what is known is who came by itself. */
    @Test
    @Order(2)
    void peersThatDontKnowTheQuestionProveNothing() {
        load("iifname \"re6stnet*\" udp sport 326 @th,96,8 0x10 drop");
        assertThat(ports())
                .hasSize(1)
                .allMatch(text -> text.startsWith("ok: port 1194 tcp is reachable: it has clients")
                        || text.startsWith("skipped: nobody came to port 1194 tcp yet, and no peer could try it"));
        unfilter();
        awaitReached();
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
        network.restartRegistry(List.of("--ipv4", "10.42.0.0/16", "8"));
        assertFine();
    }

    @Test
    @Order(6)
    void aKeyThatEverybodyCanReadIsFound() {
        Path key = node.host().directory().resolve("etc/cert.key");
        Command.of("chmod", "644", key.toString()).output();
        assertFound("error", "certificate", "cert.key is readable by everybody", "chmod 600 " + key);
        Command.of("chmod", "600", key.toString()).output();
    }

    @Test
    @Order(6)
    void aStrictReversePathFilterIsFound() {
        set("net.ipv4.conf.all.rp_filter", "1");
        assertFound("warning", "rp_filter", "IPv4 packets are dropped on re6stnet", "rp_filter=2");
        set("net.ipv4.conf.all.rp_filter", "2");
    }

    @Test
    @Order(6)
    void programsThatAreTooOldAreFound() throws IOException {
        Path folder = Files.createDirectories(node.host().directory().resolve("old"));
        script(folder.resolve("openvpn"), "echo 'OpenVPN 2.4.12 x86_64-pc-linux-gnu'");
        script(folder.resolve("babeld"), "echo babeld-1.9.2 >&2");
        List<JsonObject> found = found(examine("PATH=" + folder + ":$PATH; \"$@\""));
        assertThat(found).hasSize(2);
        assertThat(found).anySatisfy(one -> isFinding(one, "error", "openvpn", "2.4", "install the version of Debian"));
        assertThat(found).anySatisfy(one -> isFinding(one, "error", "babeld", "1.9", "install 1.12 or later"));
    }

    @Test
    @Order(6)
    void aMissingDeviceIsFound() {
        List<JsonObject> found = found(examine("unshare -m sh -c 'mount -t tmpfs none /dev/net && \"$@\"' sh \"$@\""));
        assertThat(found).hasSize(1);
        isFinding(found.get(0), "error", "devices", "there is no /dev/net/tun", "modprobe tun");
    }

    /** In a space of process ids of its own: other laboratories would see such a process, too. */
    @Test
    @Order(6)
    void aNetworkManagerThatMayReconfigureTunnelsIsFound() throws IOException {
        Path program = node.host().directory().resolve("NetworkManager");
        Files.copy(Path.of("/bin/sleep"), program);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<JsonObject> found = found(examine("unshare -p -f --mount-proc sh -c '" + program
                + " 300 & \"$@\"; status=$?; kill $!; exit $status' sh \"$@\""));
        assertThat(found).hasSize(1);
        isFinding(
                found.get(0),
                "warning",
                "networkmanager",
                "may reconfigure",
                "unmanaged-devices=interface-name:re6stnet*");
    }

    @Test
    @Order(6)
    @EnabledIfSystemProperty(named = "re6st.all", matches = "true", disabledReason = "needs faketime: bin/test --all")
    void aClockThatIsWrongIsFound() {
        List<JsonObject> found = found(examine("faketime -f +1h \"$@\""));
        assertThat(found).anySatisfy(one -> isFinding(one, "error", "clock", "ahead of the registry's", "timedatectl"));
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
    void filteredPingsAreFound() {
        Await.until("Babel is back", LIMIT, () -> findings("error").isEmpty());
        filter("icmpv6 type echo-request", "icmpv6 type echo-reply");
        assertThat(findings("error")).containsExactly("icmpv6");
        unfilter();
        assertThat(findings("error")).isEmpty();
    }

    @Test
    @Order(9)
    void filteredHandshakesAreFound() {
        node.stop();
        filter("udp dport 326");
        node.start();
        node.awaitUp(LIMIT);
        network.awaitReachability(LIMIT);
        // It asks its neighbours, of whom babeld may have told it nothing yet.
        Await.until("just that is found", LIMIT, () -> findings("error").equals(List.of("peers")), () -> examine()
                .toString());
        unfilter();
        if (ALL) {
            // A minute may pass before the next handshake.
            Await.until(
                    "a session", LIMIT.multipliedBy(2), () -> findings("error").isEmpty());
        }
    }

    @Test
    @Order(10)
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

    /** Sessions take a while after a start, so that others may be missing, too. */
    @Test
    @Order(11)
    void aNodeThatTellsNoAddressIsFound() {
        if (node.isRunning()) {
            node.stop();
        }
        node.advertise("127.0.0.1");
        node.start();
        node.awaitUp(LIMIT);
        network.awaitReachability(LIMIT);
        List<JsonObject> found = found(examine());
        assertThat(found)
                .anySatisfy(one -> isFinding(one, "warning", "ports", "nobody can dial us: no address", "--ip"));
    }

    private static String address() {
        return node.host().ip4() + ",1194,tcp";
    }

    /** What is said of ports, with its level. */
    private static List<String> ports() {
        return StreamSupport.stream(examine().getAsJsonArray("findings").spliterator(), false)
                .map(element -> element.getAsJsonObject())
                .filter(finding -> finding.get("check").getAsString().equals("ports"))
                .map(finding -> finding.get("level").getAsString() + ": "
                        + finding.get("text").getAsString())
                .toList();
    }

    /** Peers try a port a few times a minute only. */
    private static void awaitReached() {
        Await.until(
                "peers get in again",
                LIMIT,
                () -> ports().stream().allMatch(text -> text.contains(" is reached by ") && text.startsWith("ok: ")),
                () -> examine().toString());
    }

    private static List<String> words() {
        Path options = node.host().directory().resolve("etc/re6stnet.conf");
        return List.of(
                Programs.node(), "doctor", "--json", "--run", node.run().toString(), "--config", options.toString());
    }

    private static JsonObject examine() {
        return examine("\"$@\"");
    }

    /** The doctor's answer where a shell runs it in other circumstances. */
    private static JsonObject examine(String script) {
        List<String> all = new ArrayList<>(List.of("sh", "-c", script, "sh"));
        all.addAll(words());
        String output = node.host().command(all).within(LIMIT).run().output();
        return JsonParser.parseString(output).getAsJsonObject();
    }

    /** Warnings and errors, but for losses: on a busy machine some of the daemon's probes may really be late. */
    private static List<JsonObject> found(JsonObject answer) {
        return StreamSupport.stream(answer.getAsJsonArray("findings").spliterator(), false)
                .map(element -> element.getAsJsonObject())
                .filter(finding -> List.of("warning", "error")
                        .contains(finding.get("level").getAsString()))
                .filter(finding -> !finding.get("check").getAsString().equals("loss"))
                .toList();
    }

    private static void isFinding(JsonObject finding, String level, String check, String text, String remedy) {
        assertThat(finding.get("level").getAsString()).isEqualTo(level);
        assertThat(finding.get("check").getAsString()).isEqualTo(check);
        assertThat(finding.get("text").getAsString()).contains(text);
        assertThat(finding.get("remedy").getAsString()).contains(remedy);
    }

    /** Just that is wrong, maybe in several places. */
    private static void assertFound(String level, String check, String text, String remedy) {
        assertThat(found(examine())).isNotEmpty().allSatisfy(one -> isFinding(one, level, check, text, remedy));
    }

    private static void script(Path program, String line) throws IOException {
        Files.writeString(program, "#!/bin/sh\n" + line + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** The checks that found something of this level. */
    private static List<String> findings(String level) {
        return StreamSupport.stream(examine().getAsJsonArray("findings").spliterator(), false)
                .map(element -> element.getAsJsonObject())
                .filter(finding -> finding.get("level").getAsString().equals(level))
                .filter(finding -> !finding.get("check").getAsString().equals("loss"))
                .map(finding -> finding.get("check").getAsString())
                .distinct()
                .collect(Collectors.toList());
    }

    private static void assertFine() {
        JsonObject result = examine();
        assertThat(found(result)).as(result.toString()).isEmpty();
    }

    private static void set(String name, String value) {
        node.host().command("sysctl", "-q", "-w", name + "=" + value).output();
    }

    /** Drops what comes in and fits one of the conditions of nftables. */
    private static void filter(String... conditions) {
        load(Stream.of(conditions).map(condition -> condition + " drop").toArray(String[]::new));
    }

    private static void load(String... rules) {
        String table = "table inet test {\nchain in {\ntype filter hook input priority 0\n";
        node.host()
                .command("nft", "-f", "-")
                .input(table + String.join("\n", rules) + "\n}\n}\n")
                .output();
    }

    /** Also after a test that failed in between, and if there is nothing to undo. */
    @AfterEach
    void unfilter() {
        node.host()
                .command("nft", "add table inet test; delete table inet test")
                .output();
    }
}
