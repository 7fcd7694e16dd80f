package net.re6st.node.command;

import static net.re6st.node.command.FoundFindings.found;
import static net.re6st.node.command.FoundFindings.only;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.re6st.config.Json;
import net.re6st.crypto.Certificate;
import net.re6st.node.command.Finding.Level;
import net.re6st.testing.Schemas;
import net.re6st.testing.Vectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each check finds what it looks for, and nothing on a host where everything is right. */
class DoctorTest {
    private static final String SECOND = "\"outcome\": null, \"millis\": null";
    private static final String PING = "ping -6 -n -c 1 -i 0.2 -w 2 ";

    @TempDir
    Path root;

    private FakeHost host;

    /** How the registry answers them. */
    private volatile String hellos = "200 OK";

    @BeforeEach
    void healthy() {
        host = new FakeHost(root);
    }

    @Test
    void aHealthyHostHasNoFinding() {
        Examination seen = host.seen();
        List<Finding> findings = List.of(
                only(ProgramChecks.openvpn(seen)),
                only(ProgramChecks.babeld(seen)),
                only(ProgramChecks.devices(seen)),
                only(KernelChecks.address(seen)),
                only(KernelChecks.forwarding(seen)),
                only(KernelChecks.acceptRa(seen)),
                only(KernelChecks.reversePath(seen)),
                only(KernelChecks.networkManager(seen)),
                only(CloneChecks.clones(seen)),
                only(PortChecks.ports(seen)),
                only(RouterChecks.mapping(seen)),
                only(LinkChecks.babel(seen)),
                only(LinkChecks.sessions(seen)),
                only(LinkChecks.icmp(seen)),
                only(LinkChecks.loss(seen)),
                only(LinkChecks.mtu(seen)));
        assertThat(findings)
                .allSatisfy(f -> assertThat(f.level()).as(f.toString()).isEqualTo(Level.OK));
        assertThat(Doctor.status(findings)).isZero();
    }

    @Test
    void theExitStatusIsThatOfTheWorstFinding() {
        Finding fine = Finding.ok("a", "fine");
        Finding skipped = Finding.skipped("b", "not looked at");
        Finding warning = Finding.warning("c", "odd", "look");
        Finding error = Finding.error("d", "broken", "mend it");
        assertThat(Doctor.status(List.of(fine, skipped))).isZero();
        assertThat(Doctor.status(List.of(warning, fine))).isEqualTo(1);
        assertThat(Doctor.status(List.of(error, warning))).isEqualTo(2);
        String json = Json.write(Doctor.json(host.seen(), List.of(fine, skipped, warning, error)));
        Schemas.assertValid("re6stnet-doctor", json);
        assertThat(json).contains("\"verdict\": \"errors\"", "\"remedy\": \"mend it\"");
        assertThat(Doctor.lines(List.of(error, warning), Terminal.plain()))
                .containsExactly(
                        "error   d              broken",
                        "                       -> mend it",
                        "warning c              odd",
                        "                       -> look",
                        "1 error, 1 warning");
    }

    @Test
    void aLossyTunnelIsTold() {
        found(
                Level.WARNING,
                "re6stnet1 to 2/16: 5 % of probes lost, 1 % late",
                LinkChecks.loss(host.status("\"lossy\": []", FakeHost.LOSSY).seen()));
        String unknown = "\"lostShare\": null";
        found(
                Level.SKIPPED,
                "no tunnel of ours answers",
                LinkChecks.loss(host.tunnels("\"lostShare\": 0.05", unknown).seen()));
    }

    @Test
    void programsMustBeThereAndNewEnough() throws IOException {
        found(
                Level.ERROR,
                "OpenVPN 2.4 is too old",
                ProgramChecks.openvpn(
                        host.prints("openvpn", "OpenVPN 2.4.12 x86_64").seen()));
        found(
                Level.ERROR,
                "openvpn can't be run",
                ProgramChecks.openvpn(host.prints("openvpn", "error=2, No such file or directory")
                        .seen()));
        found(
                Level.ERROR,
                "version 1.9 is too old",
                ProgramChecks.babeld(host.prints("babeld", "babeld-1.9.2").seen()));
        found(
                Level.ERROR,
                "babeld can't be run",
                ProgramChecks.babeld(host.prints("babeld", "").seen()));
        found(
                Level.ERROR,
                "no /dev/net/tun",
                ProgramChecks.devices(host.without("/dev/net/tun").seen()));
    }

    @Test
    void ipv6MustNotBeTurnedOff() {
        found(
                Level.ERROR,
                "IPv6 is turned off",
                ProgramChecks.devices(
                        host.sysctl("net/ipv6/conf/all/disable_ipv6", "1").seen()));
    }

    @Test
    void forwardingMustBeOnWhileTheNodeRuns() {
        host.sysctl("net/ipv6/conf/all/forwarding", "0").sysctl("net/ipv6/conf/re6stnet1/forwarding", "0");
        assertThat(only(KernelChecks.forwarding(host.seen())).text())
                .isEqualTo("IPv6 forwarding is off: packets of others end here");
        assertThat(KernelChecks.forwarding(host.stopped().seen()))
                .allSatisfy(f -> assertThat(f.level()).isEqualTo(Level.SKIPPED));
    }

    @Test
    void forwardingMustBeOnForEachTunnel() {
        host.sysctl("net/ipv6/conf/re6stnet1/forwarding", "0");
        found(Level.ERROR, "off on re6stnet1", KernelChecks.forwarding(host.seen()));
    }

    @Test
    void theMainAddressMustBeThere() {
        found(
                Level.ERROR,
                "2001:db8:42:1::1 is not on lo any more",
                KernelChecks.address(host.prints("ip -6 -o addr show dev lo", "1: lo inet6 ::1/128")
                        .seen()));
    }

    @Test
    void aStrictReversePathFilterMattersToIpv4() {
        host.sysctl("net/ipv4/conf/all/rp_filter", "1");
        assertThat(KernelChecks.reversePath(host.seen()))
                .allSatisfy(f -> assertThat(f.level()).isEqualTo(Level.OK));
        host.status("\"ipv4\": false", "\"ipv4\": true");
        found(Level.WARNING, "IPv4 packets are dropped on re6stnet1", KernelChecks.reversePath(host.seen()));
        assertThat(KernelChecks.reversePath(
                        host.sysctl("net/ipv4/conf/all/rp_filter", "2").seen()))
                .allSatisfy(f -> assertThat(f.level()).isEqualTo(Level.OK));
    }

    @Test
    void firewalldMustNotFilterByReversePath() {
        host.file("/etc/firewalld/firewalld.conf", "# x\nIPv6_rpfilter=yes\n");
        assertThat(KernelChecks.reversePath(host.seen()))
                .allSatisfy(f -> assertThat(f.level()).isEqualTo(Level.OK));
        host.file("/proc/77/comm", "firewalld\n");
        found(Level.ERROR, "firewalld drops IPv6 packets", KernelChecks.reversePath(host.seen()));
    }

    @Test
    void anAdvertisedDefaultRouteIsLostWithoutAcceptRa2() {
        host.sysctl("net/ipv6/conf/eth0/accept_ra", "1");
        assertThat(KernelChecks.acceptRa(host.seen()))
                .allSatisfy(f -> assertThat(f.level()).isEqualTo(Level.OK));
        host.prints("ip -6 route show default", "default via fe80::1 dev eth0 proto ra metric 1024 expires 1798sec");
        found(
                Level.WARNING,
                "eth0 has its default route from router advertisements",
                KernelChecks.acceptRa(host.seen()));
        host.sysctl("net/ipv6/conf/eth0/accept_ra", "2");
        assertThat(KernelChecks.acceptRa(host.seen()))
                .allSatisfy(f -> assertThat(f.level()).isEqualTo(Level.OK));
    }

    @Test
    void anAdvertisedAddressTellsOfARouteThatIsLostAlready() {
        host.sysctl("net/ipv6/conf/eth0/accept_ra", "1")
                .prints(
                        "ip -6 -o addr show scope global dynamic",
                        "2: eth0    inet6 2001:db8:9::5/64 scope global dynamic");
        found(Level.WARNING, "eth0", KernelChecks.acceptRa(host.seen()));
    }

    @Test
    void networkManagerMustLeaveTunnelsAlone() {
        host.file("/proc/99/comm", "NetworkManager\n");
        found(Level.WARNING, "NetworkManager runs", KernelChecks.networkManager(host.seen()));
        host.file("/etc/NetworkManager/conf.d/x.conf", "[keyfile]\nunmanaged-devices=interface-name:re6stnet*\n");
        assertThat(KernelChecks.networkManager(host.seen()))
                .allSatisfy(f -> assertThat(f.level()).isEqualTo(Level.OK));
    }

    @Test
    void aPortThatPeersReachIsFineWhoeverElseDoesNot() {
        found(Level.OK, "198.51.100.1,1194,udp is reached by 1 of 1 peer", PortChecks.ports(host.seen()));
        host.tunnels("\"clients\": 1", "\"clients\": 0").ports(SECOND, "\"outcome\": \"silent\", \"millis\": 5000");
        found(
                Level.OK,
                "198.51.100.1,1194,udp is reached by 1 of 2 peers (6/16: no answer)",
                PortChecks.ports(host.seen()));
    }

    @Test
    void aPortThatPeersTryInVainIsAWarningAtOnce() {
        host.status("\"uptimeSeconds\": 7200", "\"uptimeSeconds\": 60");
        host.ports("\"reached\"", "\"refused\"").ports(SECOND, "\"outcome\": \"silent\", \"millis\": 5000");
        String text = "198.51.100.1,1194,udp is reached by 0 of 2 peers (5/16: refused, 6/16: no answer)";
        Finding behindRouter = only(PortChecks.ports(host.seen()));
        assertThat(behindRouter.level()).isEqualTo(Level.WARNING);
        assertThat(behindRouter.text()).isEqualTo(text + "; those that are connected came earlier");
        assertThat(behindRouter.remedy()).startsWith("let the router pass 1194 udp on to this host");
        host.tunnels("\"clients\": 1", "\"clients\": 0");
        host.prints("ip -o addr show", "2: eth0    inet 198.51.100.1/24 scope global eth0");
        Finding own = only(PortChecks.ports(host.seen()));
        assertThat(own.text()).isEqualTo(text);
        assertThat(own.remedy()).startsWith("open 1194 udp for all of the Internet, in this host's firewall");
        host.ports("\"refused\"", "\"strange\"");
        Finding strange = only(PortChecks.ports(host.seen()));
        assertThat(strange.text()).contains("5/16: an answer that is not OpenVPN's");
        assertThat(strange.remedy()).startsWith("another program answers there");
        host.ports("198.51.100.1,", "node.example.org,").ports("\"strange\"", "\"silent\"");
        assertThat(only(PortChecks.ports(host.seen())).remedy())
                .endsWith("Does node.example.org mean this host's public address?");
    }

    @Test
    void aPortThatNoPeerTriesIsSuspectIfNobodyComesForAWhile() {
        for (String nothing : List.of("unable", "declined")) {
            host.ports("\"reached\"", "\"" + nothing + "\"");
            found(Level.OK, "port 1194 udp is reachable: it has clients", PortChecks.ports(host.seen()));
            host.ports("\"" + nothing + "\"", "\"reached\"");
        }
        host.ports("\"reached\"", "\"busy\"");
        found(Level.SKIPPED, "too often", PortChecks.ports(host.seen()));
        host.ports("\"busy\"", "\"declined\"").tunnels("\"clients\": 1", "\"clients\": 0");
        found(Level.SKIPPED, "don't dial it themselves", PortChecks.ports(host.seen()));
        host.ports("198.51.100.1,", "10.1.2.3,");
        found(Level.WARNING, "nobody ever came to port 1194 udp", PortChecks.ports(host.seen()));
        host.ports("10.1.2.3,", "198.51.100.1,");
        host.ports("\"declined\"", "null");
        found(Level.WARNING, "nobody ever came to port 1194 udp", PortChecks.ports(host.seen()));
        found(
                Level.SKIPPED,
                "nobody came",
                PortChecks.ports(host.status("\"uptimeSeconds\": 7200", "\"uptimeSeconds\": 60")
                        .seen()));
        found(
                Level.WARNING,
                "no address is advertised",
                PortChecks.ports(host.status("\"advertised\": \"198.51.100.1,1194,udp\"", "\"advertised\": \"\"")
                        .seen()));
    }

    @Test
    void aServerThatDoesNotRunIsAnError() {
        host.tunnels("\"pid\": 79, \"clients\": 1", "\"pid\": null, \"clients\": 0");
        host.ports("\"reached\"", "null");
        found(Level.ERROR, "the server for port 1194 udp does not run", PortChecks.ports(host.seen()));
    }

    @Test
    void aCertificateOnTwoMachinesIsAWarningAndOursAnError() {
        String other = "{\"prefix\": \"4/16\", \"own\": false, \"since\": \"2027-01-15T07:00:00Z\", \"announcers\":"
                + " [{\"routerId\": \"a0::1\", \"neighbours\": [\"2/16\", \"4/16\"]}], \"addresses\": [\"a\", \"b\"]}";
        host.status("\"clones\": []", "\"clones\": [" + other + "]");
        found(
                Level.WARNING,
                "two machines are 4/16 since 2027-01-15T07:00:00Z; heard: a0::1 through 2/16, 4/16; connecting in turn from a, b",
                CloneChecks.clones(host.seen()));
        assertThat(only(CloneChecks.clones(host.seen())).remedy())
                .contains("re6st-registry revoke 4/16", "re6st-conf on each");
        host.status("\"own\": false", "\"own\": true");
        found(Level.ERROR, "another machine has our certificate, that of 4/16", CloneChecks.clones(host.seen()));
        assertThat(only(CloneChecks.clones(host.stopped().seen())).level()).isEqualTo(Level.SKIPPED);
    }

    /** It can't be revoked by CN. */
    @Test
    void ofTheRegistrysOwnNodeTheCopyMustGo() {
        String node = host.seen().status().at("registry").text("prefix");
        String clone = "{\"prefix\": \"" + node + "\", \"own\": false, \"since\": \"2027-01-15T07:00:00Z\","
                + " \"announcers\": [], \"addresses\": []}";
        host.status("\"clones\": []", "\"clones\": [" + clone + "]");
        for (String own : List.of("false", "true")) {
            assertThat(only(CloneChecks.clones(host.seen())).remedy())
                    .contains("registry's own node", "end re6stnet on the machine that is a copy", "re6st-conf there")
                    .doesNotContain("revoke");
            host.status("\"own\": " + own, "\"own\": true");
        }
    }

    @Test
    void aTunnelWithoutBabelIsAnErrorOnceItHadTime() {
        host.tunnels("\"cost\": 96", "\"cost\": 65535");
        assertThat(LinkChecks.babel(host.seen()))
                .allSatisfy(f -> assertThat(f.level()).isEqualTo(Level.OK));
        host.tunnels("\"upSeconds\": 60", "\"upSeconds\": 66");
        found(Level.ERROR, "no Babel comes through re6stnet1 from 2/16", LinkChecks.babel(host.seen()));
    }

    @Test
    void babeldMustRun() {
        host.status("\"pid\": 77, \"connected\": true", "\"pid\": null, \"connected\": false");
        found(Level.ERROR, "babeld does not run", LinkChecks.babel(host.seen()));
    }

    @Test
    void withoutAnySessionOneNeighbourMustHaveAnswered() {
        host.status("\"connected\": 2", "\"connected\": 0");
        found(Level.OK, "a neighbour answers", LinkChecks.sessions(host.seen()));
        host.status("\"identified\": 3", "\"identified\": 0");
        found(Level.ERROR, "no neighbour answers on UDP 326 (2001:db8:42:2::1", LinkChecks.sessions(host.seen()));
    }

    /** Who talked with the daemon before a reload does not answer the next one for a minute. */
    @Test
    void aDaemonThatJustStartedMayWaitForAnswers() {
        host.status("\"connected\": 2", "\"connected\": 0").status("\"identified\": 3", "\"identified\": 0");
        host.status("\"uptimeSeconds\": 7200", "\"uptimeSeconds\": 61");
        found(Level.SKIPPED, "may wait up to a minute", LinkChecks.sessions(host.seen()));
    }

    @Test
    void aStoppedNodeNeedsThePortOfPeers() {
        host.stopped().file("/proc/net/udp6", "  sl  local\n 12: 00000000000000000000000000000000:0147 x 07\n");
        found(Level.OK, "UDP port 326 is free", LinkChecks.sessions(host.seen()));
        host.file("/proc/net/udp6", "  sl  local\n 12: 00000000000000000000000000000000:0146 x 07\n");
        found(Level.ERROR, "taken by another program", LinkChecks.sessions(host.seen()));
    }

    @Test
    void pingsThatAreNotAnsweredAreFound() {
        host.prints(PING + "2001:db8:42:3::1", "");
        found(Level.WARNING, "no answer to pings from 3/16", LinkChecks.icmp(host.seen()));
        found(
                Level.ERROR,
                "no answer to pings from 2/16, 3/16, 5/16",
                LinkChecks.icmp(host.prints("ping ", "").seen()));
    }

    @Test
    void largePacketsMustPassEachTunnel() {
        host.prints(PING + "-M do -s 1452 fe80::2%re6stnet1", "ping: local error: message too long");
        found(Level.ERROR, "packets of 1500 bytes don't pass re6stnet1 to 2/16", LinkChecks.mtu(host.seen()));
        found(
                Level.SKIPPED,
                "no link that answers",
                LinkChecks.mtu(host.prints("ping ", "").seen()));
    }

    @Test
    void certificatesAreJudgedByTheirDates() throws IOException {
        NodeFiles files = files("http://localhost/");
        Certificate own = Certificate.ofPem(Files.readString(files.cert())).orElseThrow();
        Certificate authority = Certificate.ofPem(Files.readString(files.ca())).orElseThrow();
        Instant begin = own.notBefore();
        Instant end = own.notAfter();
        assertThat(IdentityChecks.dates(own, authority, begin.plusSeconds(1)).level())
                .isEqualTo(Level.OK);
        assertThat(IdentityChecks.dates(own, authority, begin.minusSeconds(1)).text())
                .contains("begins at");
        assertThat(IdentityChecks.dates(own, authority, end.plusSeconds(1)).text())
                .contains("ended at");
        if (end.isBefore(authority.notAfter())) {
            assertThat(IdentityChecks.dates(own, authority, end.minus(Duration.ofDays(3)))
                            .text())
                    .contains("was not renewed yet");
        }
        host.with(files).at(begin.plusSeconds(1));
        found(Level.OK, "valid until", IdentityChecks.certificate(host.seen()));
        host.status("\"revoked\": false", "\"revoked\": true");
        found(Level.ERROR, "our certificate is revoked", IdentityChecks.certificate(host.seen()));
    }

    @Test
    void aKeyForEverybodyAndAKeyOfAnotherAreErrors() throws IOException {
        NodeFiles files = files("http://localhost/");
        Certificate own = Certificate.ofPem(Files.readString(files.cert())).orElseThrow();
        host.with(files).at(own.notBefore().plusSeconds(1));
        Files.setPosixFilePermissions(files.key(), PosixFilePermissions.fromString("rw-r--r--"));
        found(Level.ERROR, "is readable by everybody", IdentityChecks.certificate(host.seen()));
        Files.writeString(files.key(), ca("key"));
        found(Level.ERROR, "is not the private key of", IdentityChecks.certificate(host.seen()));
        found(
                Level.ERROR,
                "can't read",
                IdentityChecks.certificate(host.with(new NodeFiles(
                                List.of(), root.resolve("none"), files.cert(), files.key(), Optional.empty()))
                        .seen()));
    }

    @Test
    void theRegistryMustAnswerAndBeOurs() throws IOException {
        host.stopped();
        assertThat(askRegistry(ca("pem"), Instant.now()))
                .allSatisfy(f -> assertThat(f.level()).as(f.toString()).isEqualTo(Level.OK));
        found(Level.ERROR, "is not the registry of our network", askRegistry("another", Instant.now()));
        NodeFiles nobody = files("http://127.0.0.1:1/");
        found(
                Level.ERROR,
                "does not answer",
                IdentityChecks.registry(host.with(nobody).seen()));
    }

    @Test
    void eachRegistryIsTried() throws IOException {
        host.stopped();
        String nobody = "http://127.0.0.1:1/";
        List<Finding> findings = askRegistry(ca("pem"), Instant.now(), nobody);
        assertThat(findings)
                .extracting(Finding::check, Finding::level)
                .containsExactly(
                        tuple("registry", Level.WARNING), tuple("registry", Level.OK), tuple("clock", Level.OK));
        assertThat(findings.get(0).text())
                .startsWith(nobody + " does not answer")
                .endsWith("another one does");
        assertThat(askRegistry("another", Instant.now(), nobody))
                .as("one that is not ours is no help")
                .extracting(Finding::level)
                .containsExactly(Level.ERROR, Level.ERROR, Level.OK);
    }

    @Test
    void theClockIsComparedWithTheRegistrys() throws IOException {
        found(
                Level.WARNING,
                "ahead of the registry's",
                askRegistry(ca("pem"), Instant.now().minusSeconds(60)));
        found(
                Level.ERROR,
                "behind the registry's",
                askRegistry(ca("pem"), Instant.now().plusSeconds(3600)));
    }

    /** A registry that gives this answer whatever it is asked, but for hellos. */
    private List<Finding> askRegistry(String answer, Instant time, String... before) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread registry = new Thread(() -> {
                try {
                    while (true) {
                        answer(server, answer, time);
                    }
                } catch (IOException e) {
                    // The end of the test.
                }
            });
            registry.start();
            String url = "http://127.0.0.1:" + server.getLocalPort() + "/";
            List<String> all = new ArrayList<>(List.of(before));
            all.add(url);
            return IdentityChecks.registry(
                    host.with(files(all.toArray(String[]::new))).seen());
        }
    }

    private void answer(ServerSocket server, String answer, Instant time) throws IOException {
        try (Socket client = server.accept()) {
            byte[] request = new byte[4096];
            int count = client.getInputStream().read(request);
            boolean hello = new String(request, 0, count, StandardCharsets.US_ASCII).startsWith("GET /hello?");
            String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(time.atOffset(ZoneOffset.UTC));
            String text = "HTTP/1.0 " + (hello ? hellos : "200 OK") + "\r\nDate: " + date + "\r\nContent-Length: "
                    + answer.length() + "\r\n\r\n" + answer;
            client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        }
    }

    @Test
    void aCertificateThatTheRegistryDoesNotKnowIsFound() throws Exception {
        String authority = Files.readString(files().ca());
        hellos = "404 Not Found";
        assertThat(askRegistry(authority, Instant.now())).anySatisfy(finding -> assertThat(finding.text())
                .contains("the registry does not know our certificate"));
        hellos = "503 Service Unavailable";
        assertThat(askRegistry(authority, Instant.now()))
                .allSatisfy(finding -> assertThat(finding.level()).isEqualTo(Level.OK));
    }

    @Test
    void aNodeWithoutNeighboursIsToldSoUnlessItIsTheFirst() {
        host.tunnels("\"cost\": 96", "\"cost\": 65535").tunnels("\"state\": \"up\"", "\"state\": \"dialling\"");
        found(Level.WARNING, "there is no neighbour and no tunnel", LinkChecks.babel(host.seen()));
        host.status("\"uptimeSeconds\": 7200", "\"uptimeSeconds\": 30");
        assertThat(only(LinkChecks.babel(host.seen())).level()).isEqualTo(Level.OK);
        host.status("\"uptimeSeconds\": 30", "\"uptimeSeconds\": 7200").status("\"self\": false", "\"self\": true");
        assertThat(only(LinkChecks.babel(host.seen())).level()).isEqualTo(Level.OK);
    }

    private NodeFiles files(String... registries) throws IOException {
        JsonObject node = Vectors.json("files.json").getAsJsonObject("cache").getAsJsonObject("node");
        Path key = Files.writeString(root.resolve("cert.key"), node.get("key").getAsString());
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        return new NodeFiles(
                List.of(registries),
                Files.writeString(root.resolve("ca.crt"), ca("pem")),
                Files.writeString(root.resolve("cert.crt"), node.get("cert").getAsString()),
                key,
                Optional.empty());
    }

    private static String ca(String member) {
        return Vectors.json("files.json").getAsJsonObject("ca").get(member).getAsString();
    }
}
