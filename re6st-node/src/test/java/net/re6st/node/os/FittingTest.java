package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.re6st.net.Iface;
import net.re6st.net.Prefix;
import net.re6st.net.Remote;
import net.re6st.net.Transport;
import org.junit.jupiter.api.Test;

class FittingTest {
    private static final Iface CLIENT = new Iface("re6stnet1");
    private static final Iface SERVER = new Iface("re6stnet-udp");
    private static final Prefix PEER = Prefix.parseCn("5/16").orElseThrow();
    private static final Remote REMOTE = new Remote("203.0.113.5", 1194, Transport.TCP);
    private static final RunState.Up UP = new RunState.Up("5/16", BigInteger.TEN, null);
    private static final List<String> BABELD =
            List.of("babeld", "-h", "15", "-C", "key id sign type blake2s128 value 00ff", "re6st-none");

    private final OpenVpnCommand command = command(true, 60);
    private final Fitting fitting =
            new Fitting(command, Map.of(SERVER, command.server(SERVER, Transport.UDP, 1194)), BABELD);

    @Test
    void keepsWhatWouldBeStartedInTheSameWay() {
        assertThat(fitting.fits(client(command).with(UP))).isTrue();
        assertThat(fitting.fits(server(command))).isTrue();
        assertThat(fitting.fits(babeld(BABELD))).isTrue();
    }

    @Test
    void keepsWhatRunsUnderAnOlderHello() {
        OpenVpnCommand before = command(true, 8);
        assertThat(fitting.fits(client(before).with(UP))).isTrue();
        assertThat(fitting.fits(server(before))).isTrue();
        List<String> words = new ArrayList<>(BABELD);
        words.set(2, "2");
        assertThat(fitting.fits(babeld(words))).isTrue();
    }

    @Test
    void keepsABabeldWithOtherOptionsOfInterfacesUnlessItBelievesOtherPackets() {
        String believing = " key sign accept-bad-signatures true";
        List<String> words = new ArrayList<>(BABELD);
        words.addAll(3, List.of("-C", "default rtt-max 500" + believing));
        Fitting other = new Fitting(command, Map.of(), words);
        List<String> running = new ArrayList<>(words);
        running.set(4, "default rtt-max 300" + believing);
        assertThat(other.fits(babeld(running))).isTrue();
        running.set(4, "default rtt-max 500 key sign accept-bad-signatures false");
        assertThat(other.fits(babeld(running))).isFalse();
    }

    @Test
    void endsABabeldWhoseInterfacesGotOtherOptionsWithIt() {
        List<String> words = new ArrayList<>(BABELD);
        words.add("eth0");
        List<String> running = new ArrayList<>(words);
        running.set(2, "2");
        assertThat(new Fitting(command, Map.of(), words).fits(babeld(running))).isFalse();
    }

    @Test
    void keepsABabeldWithAnotherKey() {
        List<String> words = new ArrayList<>(BABELD);
        words.set(4, "key id sign type blake2s128 value abcd");
        assertThat(fitting.fits(babeld(words))).isTrue();
        assertThat(BabeldCommand.key(words).orElseThrow().toHex()).isEqualTo("abcd");
    }

    @Test
    void keepsABabeldThatTookUpInPlaceWhatAnotherOneWouldBeStartedWith() {
        List<String> words = new ArrayList<>(BABELD);
        words.addAll(3, List.of("-C", "default key sign"));
        Fitting strict = new Fitting(command, Map.of(), words);
        RunState.Child started = babeld(BABELD);
        assertThat(strict.fits(started)).isFalse();
        assertThat(strict.fits(started.asIf(words))).isTrue();
        assertThat(fitting.fits(started.asIf(words))).isFalse();
    }

    @Test
    void endsWhatWouldBeStartedInAnotherWay() {
        List<String> client = new ArrayList<>(command.client(CLIENT, PEER, REMOTE));
        client.addAll(List.of("--verb", "9"));
        assertThat(fitting.fits(child(client, CLIENT, "5/16").with(UP))).isFalse();
        List<String> words = new ArrayList<>(BABELD);
        words.add(5, "-s");
        assertThat(fitting.fits(babeld(words))).isFalse();
        assertThat(fitting.fits(babeld(List.of("/bin/sh", "-c", "daemon")))).isFalse();
    }

    /** Its clients have the same size of packets; it starts again when they can do without it. */
    @Test
    void keepsAServerOfBeforeTheNetworkEncrypted() {
        assertThat(fitting.fits(server(command(false, 60)))).isTrue();
        assertThat(fitting.isOutdated(server(command(false, 60)))).isTrue();
        assertThat(fitting.isOutdated(server(command(true, 8)))).isFalse();
        assertThat(fitting.isOutdated(client(command(false, 60)).with(UP))).isFalse();
        assertThat(fitting.isOutdated(babeld(BABELD))).isFalse();
    }

    /** All nodes learn of that within seconds: who restarts just then would lose all its ways at once. */
    @Test
    void keepsClientsOfBeforeTheNetworkEncryptedOrEndedTo() {
        assertThat(fitting.fits(client(command(false, 60)).with(UP))).isTrue();
        assertThat(fitting.fits(client(command(false, 8)).with(UP))).isTrue();
        Fitting plain = new Fitting(command(false, 60), Map.of(), BABELD);
        assertThat(plain.fits(client(command).with(UP))).isTrue();
    }

    /** It has one tunnel, to one of those that it was told. */
    @Test
    void endsClientsOfBeforeTheNodeBecameAMereClient() {
        Fitting mere = new Fitting(null, Map.of(), BABELD);
        assertThat(mere.fits(client(command).with(UP))).isFalse();
        assertThat(mere.fits(babeld(BABELD))).isTrue();
    }

    @Test
    void endsServersThatAreNotWanted() {
        Iface tcp = new Iface("re6stnet-tcp");
        assertThat(fitting.fits(child(command.server(tcp, Transport.TCP, 1194), tcp, null)))
                .isFalse();
        assertThat(fitting.fits(child(command.server(SERVER, Transport.UDP, 1195), SERVER, null)))
                .isFalse();
    }

    @Test
    void endsClientsThatAreNotConnectedOrToSomebodyElse() {
        assertThat(fitting.fits(client(command))).isFalse();
        assertThat(fitting.fits(client(command).with(new RunState.Up("6/16", BigInteger.TEN, null))))
                .isFalse();
        assertThat(fitting.fits(child(command.client(CLIENT, PEER, REMOTE), CLIENT, "6/16")
                        .with(UP)))
                .isFalse();
        assertThat(fitting.fits(child(command.client(CLIENT, PEER, REMOTE), CLIENT, null)
                        .with(UP)))
                .isFalse();
    }

    @Test
    void isNotConfusedByDamage() {
        RunState.Child child = client(command).with(UP);
        for (String iface : List.of("", "re6stnet 1", "a/b", "much-too-long-for-a-name")) {
            assertThat(fitting.fits(new RunState.Child(5, 1, child.words(), iface, "5/16", UP, List.of(), null, null)))
                    .isFalse();
        }
        assertThat(fitting.fits(
                        new RunState.Child(5, 1, List.of("openvpn"), CLIENT.name(), "x", UP, List.of(), null, null)))
                .isFalse();
        assertThat(fitting.fits(new RunState.Child(
                        5,
                        1,
                        List.of("openvpn", "--remote", "x", "99999999999", "udp4"),
                        CLIENT.name(),
                        "5/16",
                        UP,
                        List.of(),
                        null,
                        null)))
                .isFalse();
    }

    private static OpenVpnCommand command(boolean encrypt, int pingExitSeconds) {
        return new OpenVpnCommand(new OpenVpnCommand.Settings(
                OpenVpnVersion.parse("OpenVPN 2.6.14 x").orElseThrow(),
                Path.of("/etc/ca.crt"),
                Path.of("/etc/cert.crt"),
                Path.of("/etc/cert.key"),
                null,
                Path.of("/run/re6stnet"),
                null,
                encrypt,
                pingExitSeconds,
                TunnelIp4.NONE,
                List.of()));
    }

    private static RunState.Child client(OpenVpnCommand command) {
        return child(command.client(CLIENT, PEER, REMOTE), CLIENT, "5/16");
    }

    private static RunState.Child server(OpenVpnCommand command) {
        return child(command.server(SERVER, Transport.UDP, 1194), SERVER, null);
    }

    private static RunState.Child babeld(List<String> words) {
        return new RunState.Child(4243, 1, words, null, null);
    }

    private static RunState.Child child(List<String> words, Iface iface, String peer) {
        return new RunState.Child(4242, 1, words, iface.name(), peer);
    }
}
