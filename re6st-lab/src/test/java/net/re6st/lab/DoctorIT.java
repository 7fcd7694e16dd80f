package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

    /** A doctor that finds at once what it finds a minute or ten after the start. */
    private static final String IMPATIENT =
            "RE6ST_JAVA_FLAGS='-Dre6st.ports.settledSeconds=0 -Dre6st.peers.answeredSeconds=0' \"$@\"";

    private static ReNetwork network;
    private static LabNode node;
    private static DoctorRun doctor;
    private static BrokenHost broken;

    @BeforeAll
    static void build() {
        network = ReNetwork.build(NetworkPlan.of(3));
        network.startRegistry(List.of("--ipv4", "10.42.0.0/16", "8"));
        network.enrol();
        network.startNodes();
        network.awaitFirstReachability(LIMIT);
        node = network.node(2);
        doctor = new DoctorRun(node);
        broken = new BrokenHost(node.host());
        Await.until(
                "a healthy node",
                LIMIT,
                () -> doctor.findings("error").isEmpty()
                        && doctor.findings("warning").isEmpty(),
                () -> doctor.examine().toString());
    }

    @AfterAll
    static void end() {
        network.close();
    }

    @Test
    @Order(1)
    void aHealthyNodeIsFine() {
        Await.until("all is well", LIMIT, () -> doctor.command().run().ok(), () -> doctor.examine()
                .toString());
        Command.Result result = doctor.command().run();
        Schemas.assertValid("re6stnet-doctor", result.output());
        assertThat(doctor.findings("ok"))
                .contains("daemon", "registry", "clock", "certificate", "babel", "ports", "peers", "icmpv6", "mtu");
        doctor.awaitReached();
    }

    /** Its tunnels go on, those that others dialled too: only who is new does not get in. */
    @Test
    @Order(2)
    void aPortThatIsFilteredIsFoundAtOnce() {
        broken.filter("iifname \"eth0\" tcp dport 1194 tcp flags syn / syn,ack");
        doctor.awaitUnreached(
                address(), ": no answer", "open 1194 tcp for all of the Internet, in this host's firewall");
        unfilter();
        doctor.awaitReached();
        broken.load("iifname \"eth0\" tcp dport 1194 tcp flags syn / syn,ack reject with tcp reset");
        doctor.awaitUnreached(address(), ": refused", "open 1194 tcp for all of the Internet");
        unfilter();
        doctor.awaitReached();
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
            doctor.awaitUnreached(address(), "an answer that is not OpenVPN's", "another program answers there");
        } finally {
            node.host()
                    .command("nft", "add table ip test; delete table ip test")
                    .output();
        }
        doctor.awaitReached();
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
        broken.load("iifname \"re6stnet*\" udp sport 326 @th,96,8 0x10 drop");
        assertThat(doctor.ports())
                .hasSize(1)
                .allMatch(text -> text.startsWith("ok: port 1194 tcp is reachable: it has clients")
                        || text.startsWith("skipped: nobody came to port 1194 tcp yet, and no peer could try it"));
        unfilter();
        doctor.awaitReached();
    }

    @Test
    @Order(2)
    void forwardingTurnedOffIsFound() {
        broken.set("net.ipv6.conf.all.forwarding", "0");
        assertThat(doctor.findings("error")).containsExactly("forwarding");
        doctor.assertFinds(
                "error",
                "forwarding",
                "IPv6 forwarding is off: packets of others end here",
                "sysctl -w net.ipv6.conf.all.forwarding=1");
        broken.set("net.ipv6.conf.all.forwarding", "1");
        doctor.assertFine();
    }

    @Test
    @Order(3)
    void anAddressThatWasRemovedIsFound() {
        String address = node.address() + "/" + node.subnet().length();
        node.host().command("ip", "addr", "del", address, "dev", "lo").output();
        doctor.assertFinds("error", "address", "our address " + node.address(), "then re6stnet reload");
        node.reload();
        node.awaitUp(LIMIT);
        network.awaitReachability(LIMIT);
        doctor.assertFine();
    }

    @Test
    @Order(5)
    void largePacketsThatVanishAreFound() {
        broken.filter("iifname \"re6stnet*\" meta length > 1300");
        doctor.assertFound("error", "mtu", " bytes don't pass re6stnet", "allow fragments and ICMP");
        unfilter();
        doctor.assertFine();
    }

    @Test
    @Order(6)
    void aSilentRegistryIsAWarningWhileTheNetworkWorks() {
        network.registry().stop();
        doctor.assertFound("warning", "registry", "; the network works without it for now", "the registry runs");
        assertThat(doctor.examine().get("verdict").getAsString()).isEqualTo("warnings");
        network.restartRegistry(List.of("--ipv4", "10.42.0.0/16", "8"));
        doctor.assertFine();
    }

    @Test
    @Order(6)
    void aKeyThatEverybodyCanReadIsFound() {
        Path key = node.host().directory().resolve("etc/cert.key");
        Command.of("chmod", "644", key.toString()).output();
        try {
            doctor.assertFound("error", "certificate", "cert.key is readable by everybody", "chmod 600 " + key);
        } finally {
            Command.of("chmod", "600", key.toString()).output();
        }
    }

    @Test
    @Order(6)
    void aStrictReversePathFilterIsFound() {
        broken.set("net.ipv4.conf.all.rp_filter", "1");
        try {
            doctor.assertFound("warning", "rp_filter", "IPv4 packets are dropped on re6stnet", "rp_filter=2");
        } finally {
            broken.set("net.ipv4.conf.all.rp_filter", "2");
        }
    }

    @Test
    @Order(6)
    void programsThatAreTooOldAreFound() throws IOException {
        Path folder = Files.createDirectories(node.host().directory().resolve("old"));
        script(folder.resolve("openvpn"), "echo 'OpenVPN 2.4.12 x86_64-pc-linux-gnu'");
        script(folder.resolve("babeld"), "echo babeld-1.9.2 >&2");
        List<JsonObject> found = DoctorRun.found(doctor.examine("PATH=" + folder + ":$PATH; \"$@\""));
        assertThat(found).hasSize(2);
        assertThat(found)
                .anySatisfy(
                        one -> DoctorRun.isFinding(one, "error", "openvpn", "2.4", "install the version of Debian"));
        assertThat(found)
                .anySatisfy(one -> DoctorRun.isFinding(one, "error", "babeld", "1.9", "install 1.12 or later"));
    }

    @Test
    @Order(6)
    void aMissingDeviceIsFound() {
        List<JsonObject> found =
                DoctorRun.found(doctor.examine("unshare -m sh -c 'mount -t tmpfs none /dev/net && \"$@\"' sh \"$@\""));
        assertThat(found).hasSize(1);
        DoctorRun.isFinding(found.get(0), "error", "devices", "there is no /dev/net/tun", "modprobe tun");
    }

    @Test
    @Order(6)
    void aNetworkManagerThatMayReconfigureTunnelsIsFound() throws IOException {
        List<JsonObject> found = DoctorRun.found(doctor.examine(broken.besides("NetworkManager", "")));
        assertThat(found).hasSize(1);
        DoctorRun.isFinding(
                found.get(0),
                "warning",
                "networkmanager",
                "may reconfigure",
                "unmanaged-devices=interface-name:re6stnet*");
    }

    @Test
    @Order(6)
    void aStrictFirewalldIsFound() throws IOException {
        Path etc = node.host().directory().resolve("etc-with-firewalld");
        Files.createDirectories(etc);
        String prepared = "mount -t tmpfs none " + etc + " && cp -a /etc/. " + etc + " && mkdir -p " + etc
                + "/firewalld && echo IPv6_rpfilter=yes > " + etc + "/firewalld/firewalld.conf && mount --bind " + etc
                + " /etc && ";
        List<JsonObject> found = DoctorRun.found(doctor.examine(broken.besides("firewalld", prepared)));
        assertThat(found).hasSize(1);
        DoctorRun.isFinding(
                found.get(0),
                "error",
                "rp_filter",
                "firewalld drops IPv6 packets that come another way",
                "IPv6_rpfilter=no in /etc/firewalld/firewalld.conf");
    }

    @Test
    @Order(6)
    void aTunnelThatDoesNotForwardIsFound() {
        List<LabNode.Tunnel> dialled = node.tunnels();
        String iface = dialled.isEmpty() ? "re6stnet-tcp" : dialled.get(0).iface();
        String setting = "net.ipv6.conf." + iface + ".forwarding";
        broken.set(setting, "0");
        try {
            doctor.assertFound(
                    "error", "forwarding", "IPv6 forwarding is off on " + iface, "sysctl -w " + setting + "=1");
        } finally {
            broken.set(setting, "1");
        }
        doctor.assertFine();
    }

    @Test
    @Order(6)
    void aNeighbourThatAnswersNoPingsIsFound() {
        broken.filter("ip6 saddr " + network.node(3).address() + " icmpv6 type echo-reply");
        doctor.assertFound(
                "warning",
                "icmpv6",
                "no answer to pings from " + network.node(3).cn(),
                "allow ICMPv6 in the firewalls");
        unfilter();
    }

    @Test
    @Order(6)
    void programsThatCantBeRunAreFound() {
        String hidden = "mount --bind /etc/hostname $(command -v openvpn)"
                + " && mount --bind /etc/hostname $(command -v babeld)";
        List<JsonObject> found =
                DoctorRun.found(doctor.examine("unshare -m sh -c '" + hidden + " && \"$@\"' sh \"$@\""));
        assertThat(found).hasSize(2);
        DoctorRun.isFinding(found.get(0), "error", "openvpn", "openvpn can't be run", "apt install openvpn");
        DoctorRun.isFinding(found.get(1), "error", "babeld", "babeld can't be run", "apt install babeld");
    }

    @Test
    @Order(6)
    void aHostWithoutIpv6IsFound() {
        String off = "ip link set lo up; sysctl -qw net.ipv6.conf.all.disable_ipv6=1";
        assertThat(DoctorRun.found(doctor.examine("unshare -n sh -c '" + off + "; \"$@\"' sh \"$@\"")))
                .anySatisfy(one -> DoctorRun.isFinding(
                        one, "error", "devices", "IPv6 is turned off", "net.ipv6.conf.all.disable_ipv6=0"));
    }

    @Test
    @Order(6)
    void lossesInTunnelsAreFound() {
        broken.load("iifname \"re6stnet*\" numgen random mod 100 < 12 drop");
        Await.until(
                "the losses are told",
                LIMIT,
                () -> doctor.of("loss").stream()
                        .anyMatch(one -> one.get("level").getAsString().equals("warning")),
                () -> doctor.examine().toString());
        unfilter();
        assertThat(doctor.of("loss")).allSatisfy(one -> {
            assertThat(one.get("text").getAsString()).contains("re6stnet", " % of probes lost");
            assertThat(one.get("remedy").getAsString())
                    .containsAnyOf("look at this host's own network", "look at the way to its remote address");
        });
    }

    @Test
    @Order(6)
    @EnabledIfSystemProperty(named = "re6st.all", matches = "true", disabledReason = "needs faketime: bin/test --all")
    void aClockThatIsWrongIsFound() {
        List<JsonObject> found = DoctorRun.found(doctor.examine("faketime -f +1h \"$@\""));
        assertThat(found)
                .anySatisfy(
                        one -> DoctorRun.isFinding(one, "error", "clock", "ahead of the registry's", "timedatectl"));
    }

    @Test
    @Order(7)
    void filteredBabelIsFound() {
        broken.filter("udp dport 6696");
        Await.until("no Babel is found", LIMIT, () -> doctor.findings("error").contains("babel"), () -> doctor.examine()
                .toString());
        doctor.assertFinds("error", "babel", "no Babel comes through re6stnet", "allow UDP port 6696 from fe80::/10");
        unfilter();
        network.awaitReachability(LIMIT);
    }

    @Test
    @Order(8)
    void filteredPingsAreFound() {
        Await.until("Babel is back", LIMIT, () -> doctor.findings("error").isEmpty());
        broken.filter("icmpv6 type echo-request", "icmpv6 type echo-reply");
        doctor.assertFound("error", "icmpv6", "no answer to pings from ", "allow ICMPv6 in the firewalls");
        unfilter();
        assertThat(doctor.findings("error")).isEmpty();
    }

    @Test
    @Order(9)
    void filteredHandshakesAreFound() {
        stop();
        broken.filter("udp dport 326");
        node.start();
        node.awaitUp(LIMIT);
        network.awaitReachability(LIMIT);
        // It asks its neighbours, of whom babeld may have told it nothing yet.
        Await.until(
                "neighbours",
                LIMIT,
                () -> doctor.of("peers").toString().contains("they may wait up to a minute"),
                () -> doctor.examine().toString());
        assertThat(doctor.findings("error")).isEmpty();
        assertThat(DoctorRun.found(doctor.examine(IMPATIENT)).stream()
                        .filter(one -> one.get("level").getAsString().equals("error")))
                .singleElement()
                .satisfies(one -> DoctorRun.isFinding(
                        one,
                        "error",
                        "peers",
                        "no neighbour answers on UDP 326",
                        "allow UDP port 326 within 2001:db8:42::/48"));
        unfilter();
        if (ALL) {
            // A minute may pass before the next handshake.
            Await.until("a session", LIMIT, () -> doctor.of("peers").toString().contains("nodes in contact"));
        }
    }

    @Test
    @Order(10)
    void whatAKilledDaemonLeftIsFoundAndAStoppedOneToo() {
        node.kill();
        assertThat(doctor.findings("warning")).containsExactly("daemon", "leftovers");
        doctor.assertFinds("warning", "daemon", "does not run", "systemctl start re6stnet");
        doctor.assertFinds("warning", "leftovers", "an earlier run left ", "it takes them over, or ends them");
        assertThat(doctor.examine().toString()).contains("interface re6stnet-tcp", "(openvpn)", "(babeld)");
        node.start();
        node.awaitUp(LIMIT);
        node.stop();
        assertThat(doctor.findings("warning")).containsExactly("daemon");
        assertThat(doctor.findings("ok")).contains("leftovers", "certificate", "registry", "peers");
    }

    @Test
    @Order(11)
    void filesOfAnotherNodeOrNetworkAreFound() throws IOException {
        stop();
        Path etc = node.host().directory().resolve("etc");
        Path other = node.host().directory().resolve("other");
        Path theirs = network.node(3).host().directory().resolve("etc/cert.crt");
        Command.of(List.of(
                        Programs.registry(),
                        "init",
                        "--network",
                        "2001:db8:43::/48",
                        "--dir",
                        other.toString(),
                        "--email",
                        "other@example.com"))
                .output();
        String url = "registry " + network.registry().url();
        Path own = etc.resolve("cert.crt");
        assertFoundWithout(
                List.of(url, "ca " + etc.resolve("ca.crt"), "cert " + theirs, "key " + etc.resolve("cert.key")),
                "error",
                "certificate",
                "cert.key",
                "name the right files in the configuration, or run re6st-conf");
        assertFoundWithout(
                List.of(url, "ca " + other.resolve("ca.crt"), "cert " + own, "key " + etc.resolve("cert.key")),
                "error",
                "certificate",
                own + ": ",
                "join again: re6st-conf in a new directory");
        // That configuration has the wrong CA, so the registry seems to be of another network, too.
        assertFoundWithout(
                List.of(url, "ca " + other.resolve("ca.crt"), "cert " + own, "key " + etc.resolve("cert.key")),
                "error",
                "registry",
                network.registry().url() + " answers, but is not the registry of our network",
                "correct --registry, or join that network");
        // The right files: what was wrong is gone.
        List<String> right = List.of("ca " + etc.resolve("ca.crt"), "cert " + own, "key " + etc.resolve("cert.key"));
        List<String> silent = new ArrayList<>(right);
        silent.add("registry " + network.registry().url().replaceFirst("/?$", ":81/"));
        assertFoundWithout(silent, "error", "registry", " does not answer: ", "whether the registry runs");
        silent.add(url);
        assertFoundWithout(silent, "warning", "registry", "; another one does", "whether the registry runs");
    }

    /** Without a daemon, and with such a configuration. */
    private static void assertFoundWithout(List<String> options, String level, String check, String text, String remedy)
            throws IOException {
        Path file = Files.write(node.host().directory().resolve("other.conf"), options);
        JsonObject answer = doctor.examine("\"$@\" --config " + file);
        assertThat(DoctorRun.found(answer))
                .as(answer.toString())
                .anySatisfy(one -> DoctorRun.isFinding(one, level, check, text, remedy));
    }

    @Test
    @Order(11)
    void aPortOfNodesThatAnotherProgramHasIsFound() throws IOException {
        stop();
        try (DatagramSocket other = node.host().inside(() -> new DatagramSocket(326))) {
            assertThat(other.isBound()).isTrue();
            assertThat(DoctorRun.found(doctor.examine()))
                    .anySatisfy(one -> DoctorRun.isFinding(
                            one, "error", "peers", "UDP port 326 is taken by another program", "ss -lunp | grep 326"));
        }
        assertThat(doctor.findings("ok")).contains("peers");
    }

    /** Nobody dials UDP here, so that nobody ever comes to that port. */
    @Test
    @Order(12)
    void portsOfServersAndOfBabelThatOtherProgramsHaveAreFound() throws IOException {
        stop();
        try (ServerSocket tcp = node.host().inside(() -> new ServerSocket(1194));
                DatagramSocket babel = node.host().inside(() -> new DatagramSocket(6696))) {
            assertThat(tcp.isBound() && babel.isBound()).isTrue();
            node.start(List.of("--disable-proto", "none", "--pp", "1194", "tcp", "--pp", "1194", "udp"), Map.of());
            node.awaitUp(LIMIT);
            Await.until(
                    "both are found",
                    LIMIT,
                    () -> doctor.findings("error").containsAll(List.of("ports", "babel")),
                    () -> doctor.examine().toString());
            assertThat(DoctorRun.found(doctor.examine()))
                    .anySatisfy(one -> DoctorRun.isFinding(
                            one, "error", "ports", "the server for port 1194 tcp does not run", "ss -lnp | grep 1194"))
                    .anySatisfy(one ->
                            DoctorRun.isFinding(one, "error", "babel", "babeld does not run", "is UDP 6696 taken?"));
        }
        network.awaitReachability(LIMIT);
        Await.until("the server runs", LIMIT, () -> doctor.findings("error").isEmpty(), () -> doctor.examine()
                .toString());
        broken.load("iifname \"re6stnet*\" udp sport 326 @th,96,8 0x10 drop");
        assertThat(DoctorRun.found(doctor.examine(IMPATIENT)))
                .anySatisfy(one -> DoctorRun.isFinding(
                        one,
                        "warning",
                        "ports",
                        "nobody ever came to port 1194 udp",
                        "open it for all of the Internet"));
        unfilter();
        node.stop();
    }

    /** Sessions take a while after a start, so that others may be missing, too. */
    @Test
    @Order(13)
    void aNodeThatTellsNoAddressIsFound() {
        stop();
        node.advertise("127.0.0.1");
        node.start();
        node.awaitUp(LIMIT);
        network.awaitReachability(LIMIT);
        List<JsonObject> found = DoctorRun.found(doctor.examine());
        assertThat(found)
                .anySatisfy(
                        one -> DoctorRun.isFinding(one, "warning", "ports", "nobody can dial us: no address", "--ip"));
    }

    @Test
    @Order(14)
    void aCertificateThatWasRevokedIsFound() {
        LabNode revoked = network.node(3);
        network.registry().revoke(revoked.cn());
        new DoctorRun(revoked)
                .assertFinds(
                        "error",
                        "certificate",
                        "the registry does not know our certificate",
                        "to join again, run re6st-conf in a new directory");
    }

    @Test
    @Order(15)
    void aNodeThatWaitsForItsRegistryIsFound() {
        stop();
        node.forget();
        network.registry().stop();
        node.start();
        Await.until(
                "it is starting",
                LIMIT,
                () -> doctor.of("daemon").stream()
                        .anyMatch(one -> one.get("text").getAsString().startsWith("is starting")),
                () -> doctor.examine().toString());
        List<JsonObject> found = DoctorRun.found(doctor.examine());
        DoctorRun.isFinding(
                found.get(0),
                "warning",
                "daemon",
                "waits for the network parameters",
                "the registry must be reachable");
        DoctorRun.isFinding(
                found.get(1), "error", "registry", " does not answer: ", "whether a firewall or proxy is between");
        network.restartRegistry(List.of("--ipv4", "10.42.0.0/16", "8"));
        node.awaitUp(LIMIT);
    }

    /** Also if the test is tried again, by itself. */
    private static void stop() {
        if (node.isRunning()) {
            node.stop();
        }
    }

    private static String address() {
        return node.host().ip4() + ",1194,tcp";
    }

    private static void script(Path program, String line) throws IOException {
        Files.writeString(program, "#!/bin/sh\n" + line + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Also after a test that failed in between, and if there is nothing to undo. */
    @AfterEach
    void unfilter() {
        broken.unfilter();
    }
}
