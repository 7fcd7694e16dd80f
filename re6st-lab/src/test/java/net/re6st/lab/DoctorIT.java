package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
            "RE6ST_JAVA_FLAGS='-Dre6st.ports.settledSeconds=0 -Dre6st.peers.answeredSeconds=0"
                    + " -Dre6st.babel.settledSeconds=0' \"$@\"";

    /** For the certificate, its key and the CA's certificate. */
    private static final int SMALL_KIBIBYTES = 64;

    private static ReNetwork network;
    private static LabNode node;
    private static DoctorRun doctor;
    private static BrokenHost broken;

    @BeforeAll
    static void build() {
        network = ReNetwork.build(NetworkPlan.of(3).withHello(1));
        Lab.smallDisk(configuration(network.node(3)), SMALL_KIBIBYTES);
        network.startRegistry(List.of("--ipv4", "10.42.0.0/16", "8"));
        network.enrol();
        network.startNodes();
        network.awaitFirstReachability(LIMIT);
        node = network.node(2);
        doctor = new DoctorRun(node);
        broken = new BrokenHost(node.host());
        Await.until(
                "a healthy node", LIMIT, () -> DoctorRun.found(doctor.examine()).isEmpty(), () -> doctor.examine()
                        .toString());
    }

    private static Path configuration(LabNode of) {
        return of.host().directory().resolve("etc");
    }

    @AfterAll
    static void end() {
        network.close();
    }

    @Test
    @Order(1)
    void aHealthyNodeIsFine() {
        Command.Result result = Await.found(
                "all is well",
                LIMIT,
                () -> Optional.of(doctor.command().run()).filter(DoctorIT::isFine),
                () -> doctor.examine().toString());
        Schemas.assertValid("re6stnet-doctor", result.output());
        doctor.awaitReached();
    }

    private static boolean isFine(Command.Result result) {
        JsonObject answer = JsonParser.parseString(result.output()).getAsJsonObject();
        return result.ok()
                && DoctorRun.checks("ok", answer)
                        .containsAll(
                                List.of("daemon registry clock certificate babel ports peers icmpv6 mtu".split(" ")));
    }

    /** Its tunnels go on, those that others dialled too: only who is new does not get in. */
    @Test
    @Order(2)
    void aPortThatIsFilteredIsFoundAtOnce() {
        broken.filter("iifname \"eth0\" tcp dport 1194 tcp flags syn / syn,ack");
        doctor.awaitUnreached(
                address(), ": no answer", "open 1194 tcp for all of the Internet, in this host's firewall");
        unfilter();
        broken.load("iifname \"eth0\" tcp dport 1194 tcp flags syn / syn,ack reject with tcp reset");
        doctor.awaitUnreached(address(), ": refused", "open 1194 tcp for all of the Internet");
        unfilter();
        doctor.awaitReached();
    }

    @Test
    @Order(2)
    void anotherProgramOnThePortIsFound() throws Exception {
        try (ServerSocket other = broken.anotherProgram(11_194)) {
            assertThat(other.isBound()).isTrue();
            broken.redirect(1194, 11_194);
            doctor.awaitUnreached(address(), "an answer that is not OpenVPN's", "another program answers there");
        }
        unfilter();
        doctor.awaitReached();
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
    }

    @Test
    @Order(3)
    void forwardingTurnedOffIsFound() {
        broken.set("net.ipv6.conf.all.forwarding", "0");
        try {
            doctor.assertFound(
                    "error",
                    "forwarding",
                    "IPv6 forwarding is off: packets of others end here",
                    "sysctl -w net.ipv6.conf.all.forwarding=1");
        } finally {
            broken.set("net.ipv6.conf.all.forwarding", "1");
        }
    }

    @Test
    @Order(6)
    void largePacketsThatVanishAreFound() {
        broken.filter("iifname \"re6stnet*\" meta length > 1300");
        doctor.assertFound("error", "mtu", " bytes don't pass re6stnet", "allow fragments and ICMP");
    }

    @Test
    @Order(6)
    void aSilentRegistryIsAWarningWhileTheNetworkWorks() {
        network.registry().stop();
        doctor.assertFound("warning", "registry", "; the network works without it for now", "the registry runs");
        network.restartRegistry(List.of("--ipv4", "10.42.0.0/16", "8"));
    }

    @Test
    @Order(6)
    void aKeyThatEverybodyCanReadIsFound() {
        Path key = configuration(node).resolve("cert.key");
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
        BrokenHost.script(folder.resolve("openvpn"), "echo 'OpenVPN 2.4.12 x86_64-pc-linux-gnu'");
        BrokenHost.script(folder.resolve("babeld"), "echo babeld-1.9.2 >&2");
        List<JsonObject> found = DoctorRun.found(doctor.examine("PATH=" + folder + ":$PATH; \"$@\""));
        assertThat(found).hasSize(2);
        DoctorRun.isFinding(found.get(0), "error", "openvpn", "2.4", "install the version of Debian");
        DoctorRun.isFinding(found.get(1), "error", "babeld", "1.9", "install 1.12 or later");
    }

    @Test
    @Order(6)
    void aMissingDeviceIsFound() {
        doctor.assertFoundIn(
                "unshare -m sh -c 'mount -t tmpfs none /dev/net && \"$@\"' sh \"$@\"",
                "error",
                "devices",
                "there is no /dev/net/tun",
                "modprobe tun");
    }

    @Test
    @Order(6)
    void aNetworkManagerThatMayReconfigureTunnelsIsFound() throws IOException {
        doctor.assertFoundIn(
                broken.besides("NetworkManager", ""),
                "warning",
                "networkmanager",
                "may reconfigure",
                "unmanaged-devices=interface-name:re6stnet*");
    }

    @Test
    @Order(6)
    void aStrictFirewalldIsFound() throws IOException {
        doctor.assertFoundIn(
                broken.besidesStrictFirewalld(),
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
    }

    @Test
    @Order(6)
    void programsThatCantBeRunAreFound() {
        String hidden =
                "mount --bind /dev/null $(command -v openvpn)" + " && mount --bind /dev/null $(command -v babeld)";
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

    /** Before pings are filtered: the daemon believes no probes for a while then. */
    @Test
    @Order(5)
    void lossesInTunnelsAreFound() {
        broken.load("iifname \"re6stnet*\" numgen random mod 100 < 20 drop");
        List<JsonObject> losses = Await.found(
                "the losses are told",
                LIMIT,
                () -> Optional.of(doctor.of("loss"))
                        .filter(found -> found.get(0).get("level").getAsString().equals("warning")),
                () -> doctor.examine().toString());
        assertThat(losses).allSatisfy(one -> {
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
    void filteredPingsAreFound() {
        broken.filter("icmpv6 type echo-request", "icmpv6 type echo-reply");
        doctor.assertFound("error", "icmpv6", "no answer to pings from ", "allow ICMPv6 in the firewalls");
    }

    @Test
    @Order(8)
    void filteredBabelIsFound() {
        broken.filter("udp dport 6696");
        doctor.awaitFinding(
                "\"$@\"", "error", "babel", "no Babel comes through re6stnet", "allow UDP port 6696 from fe80::/10");
    }

    /** Sessions with peers take a while after a reload, and doctors take longer until then. */
    @Test
    @Order(9)
    void anAddressThatWasRemovedIsFound() {
        String address = node.address() + "/" + node.subnet().length();
        node.host().command("ip", "addr", "del", address, "dev", "lo").output();
        doctor.assertFinds("error", "address", "our address " + node.address(), "then re6stnet reload");
        node.reload();
        node.awaitUp(LIMIT);
        network.awaitReachability(LIMIT);
        doctor.assertFine();
    }

    /** Nobody dials UDP here, so that nobody ever comes to that port; and nobody can tell that he tried. */
    @Test
    @Order(10)
    void filteredHandshakesAndPortsToWhichNobodyComesAreFound() {
        stop();
        broken.filter("udp dport 326");
        node.start(List.of("--disable-proto", "none", "--pp", "1194", "tcp", "--pp", "1194", "udp"), Map.of());
        node.awaitUp(LIMIT);
        // It asks its neighbours, of whom babeld may have told it nothing yet.
        Await.until(
                "neighbours, and nothing wrong",
                LIMIT,
                () -> {
                    JsonObject answer = doctor.examine();
                    return DoctorRun.found(answer).isEmpty()
                            && DoctorRun.of("peers", answer).toString().contains("they may wait up to a minute");
                },
                () -> doctor.examine().toString());
        List<JsonObject> found = Await.found(
                "that in vain, and nothing else",
                LIMIT,
                () -> Optional.of(DoctorRun.found(doctor.examine(IMPATIENT)))
                        .filter(all -> all.size() > 1 && DoctorRun.areOf(all, "peers", "ports")),
                () -> doctor.examine(IMPATIENT).toString());
        assertThat(found)
                .anySatisfy(one -> DoctorRun.isFinding(
                        one,
                        "error",
                        "peers",
                        "no neighbour answers on UDP 326",
                        "allow UDP port 326 within 2001:db8:42::/48"))
                .anySatisfy(one -> DoctorRun.isFinding(
                        one,
                        "warning",
                        "ports",
                        "nobody ever came to port 1194 udp",
                        "open it for all of the Internet"));
        unfilter();
        if (ALL) {
            // A minute may pass before the next handshake.
            Await.until("a session", LIMIT, () -> doctor.of("peers").toString().contains("nodes in contact"));
        }
    }

    @Test
    @Order(11)
    void whatAKilledDaemonLeftIsFoundAndAStoppedOneToo() {
        node.kill();
        List<JsonObject> left = DoctorRun.found(doctor.examine());
        assertThat(left).hasSize(2);
        DoctorRun.isFinding(left.get(0), "warning", "daemon", "does not run", "systemctl start re6stnet");
        DoctorRun.isFinding(
                left.get(1), "warning", "leftovers", "an earlier run left ", "it takes them over, or ends them");
        assertThat(left.get(1).get("text").getAsString()).contains("interface re6stnet-tcp", "(openvpn)", "(babeld)");
        node.start();
        node.awaitUp(LIMIT);
        node.stop();
        JsonObject stopped = doctor.examine();
        assertThat(DoctorRun.checks("warning", stopped)).containsExactly("daemon");
        assertThat(DoctorRun.checks("error", stopped)).isEmpty();
        assertThat(DoctorRun.checks("ok", stopped)).contains("leftovers", "certificate", "registry", "peers");
    }

    @Test
    @Order(12)
    void filesOfAnotherNodeOrNetworkAreFound() throws IOException {
        stop();
        Path etc = configuration(node);
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
        doctor.assertFoundWith(
                List.of(url, "ca " + etc.resolve("ca.crt"), "cert " + theirs, "key " + etc.resolve("cert.key")),
                "error",
                "certificate",
                "cert.key",
                "name the right files in the configuration, or run re6st-conf");
        // With the wrong CA the registry seems to be of another network, too.
        JsonObject strange = doctor.examineWith(
                List.of(url, "ca " + other.resolve("ca.crt"), "cert " + own, "key " + etc.resolve("cert.key")));
        assertThat(DoctorRun.found(strange))
                .as(strange.toString())
                .anySatisfy(one -> DoctorRun.isFinding(
                        one, "error", "certificate", own + ": ", "join again: re6st-conf in a new directory"))
                .anySatisfy(one -> DoctorRun.isFinding(
                        one,
                        "error",
                        "registry",
                        network.registry().url() + " answers, but is not the registry of our network",
                        "correct --registry, or join that network"));
        // The right files: what was wrong is gone.
        List<String> right = List.of("ca " + etc.resolve("ca.crt"), "cert " + own, "key " + etc.resolve("cert.key"));
        List<String> silent = new ArrayList<>(right);
        silent.add("registry " + network.registry().url().replaceFirst("/?$", ":81/"));
        doctor.assertFoundWith(silent, "error", "registry", " does not answer: ", "whether the registry runs");
        silent.add(url);
        doctor.assertFoundWith(silent, "warning", "registry", "; another one does", "whether the registry runs");
    }

    @Test
    @Order(12)
    void aPortOfNodesThatAnotherProgramHasIsFound() throws IOException {
        stop();
        try (DatagramSocket other = node.host().inside(() -> new DatagramSocket(326))) {
            assertThat(other.isBound()).isTrue();
            assertThat(DoctorRun.found(doctor.examine()))
                    .anySatisfy(one -> DoctorRun.isFinding(
                            one, "error", "peers", "UDP port 326 is taken by another program", "ss -lunp | grep 326"));
        }
    }

    @Test
    @Order(13)
    void portsOfServersAndOfBabelThatOtherProgramsHaveAreFound() throws IOException {
        stop();
        try (ServerSocket tcp = node.host().inside(() -> new ServerSocket(1194));
                DatagramSocket babel = node.host().inside(() -> new DatagramSocket(6696))) {
            assertThat(tcp.isBound() && babel.isBound()).isTrue();
            node.start();
            node.awaitUp(LIMIT);
            List<JsonObject> found = Await.found(
                    "both are found",
                    LIMIT,
                    () -> Optional.of(DoctorRun.found(doctor.examine())).filter(all -> all.size() == 2),
                    () -> doctor.examine().toString());
            DoctorRun.isFinding(
                    found.get(0), "error", "ports", "the server for port 1194 tcp does not run", "ss -lnp | grep 1194");
            DoctorRun.isFinding(found.get(1), "error", "babel", "babeld does not run", "is UDP 6696 taken?");
        }
        if (ALL) {
            network.awaitReachability(LIMIT);
            Await.until(
                    "all is well",
                    LIMIT,
                    () -> DoctorRun.found(doctor.examine()).isEmpty(),
                    () -> doctor.examine().toString());
        }
    }

    /** Nothing of OpenVPN gets in; and what it advertises leads nowhere. */
    @Test
    @Order(14)
    void aNodeWithoutNeighboursAndOneThatTellsNoAddressAreFound() {
        stop();
        node.advertise("127.0.0.1");
        broken.filter("iifname \"eth0\" tcp dport 1194", "iifname \"eth0\" tcp sport 1194");
        node.start();
        node.awaitUp(LIMIT);
        node.advertise(node.host().ip4());
        List<JsonObject> found = Await.found(
                "both are found",
                LIMIT,
                () -> Optional.of(DoctorRun.found(doctor.examine(ALL ? "\"$@\"" : IMPATIENT)))
                        .filter(all -> all.size() == 2),
                () -> doctor.examine().toString());
        DoctorRun.isFinding(found.get(0), "warning", "ports", "nobody can dial us: no address", "--ip");
        DoctorRun.isFinding(
                found.get(1),
                "warning",
                "babel",
                "there is no neighbour and no tunnel: nobody can be reached",
                "connect to all TCP ports outside");
    }

    /** It would have another one in a moment, if it could write that down. */
    @Test
    @Order(15)
    void aCertificateThatWasRevokedAndCannotBeReplacedIsFound() throws IOException {
        LabNode revoked = network.node(3);
        DoctorRun its = new DoctorRun(revoked);
        Path filler = configuration(revoked).resolve("filler");
        Command.of("sh", "-c", "cat /dev/zero > " + filler + " 2> /dev/null; test -s " + filler)
                .output();
        network.registry()
                .revoke(its.status()
                        .getAsJsonObject("certificate")
                        .get("serial")
                        .getAsString());
        its.awaitFinding(
                "\"$@\"",
                "error",
                "certificate",
                "our certificate is revoked, and there is no other yet",
                "RENEW_CERTIFICATE in re6stnet.log tells why it has none");
        Path log = revoked.log().resolve("re6stnet.log");
        Await.until("the log tells why", LIMIT, () -> Command.of(
                        "grep",
                        "RENEW_CERTIFICATE failed: can't write cert.crt: .*No space left on device",
                        log.toString())
                .run()
                .ok());
        Files.delete(filler);
        // It asks again within a minute, or at once.
        if (!ALL) {
            revoked.reload();
        }
        Await.until(
                "it has another one",
                LIMIT,
                () -> its.of("certificate").toString().contains("valid until"),
                () -> its.examine().toString());
    }

    @Test
    @Order(16)
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
    @Order(17)
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
                "the registry must be reachable once");
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

    /** Also after a test that failed in between, and if there is nothing to undo. */
    @AfterEach
    void unfilter() {
        broken.unfilter();
    }
}
