package net.re6st.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.re6st.core.port.Avoided;
import net.re6st.core.port.ClientId;
import net.re6st.core.port.PeerChannel.Source;
import net.re6st.core.port.RoutingView.Neighbour;
import net.re6st.core.port.Ticket;
import net.re6st.crypto.Secret;
import net.re6st.net.Bytes;
import net.re6st.net.Iface;
import net.re6st.net.Ip6;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.net.Remote;
import net.re6st.net.Transport;
import net.re6st.wire.PeerPacket;

/**
 * Drives one node by hand and writes down what happens to it ({@code >}) and what it commands, to be compared with a file.
 * {@code -Dre6st.transcripts=write} writes the files instead.
 */
final class Transcript {
    static final Iface SERVER = new Iface("re6stnet-udp");

    private static final Pattern MESSAGE = Pattern.compile("(channel\\.[a-z]+ .*)#[0-9]+ ([0-9a-f]{2})([0-9a-f]*)");
    private final List<String> lines = new ArrayList<>();
    private final RecordedPorts ports = new RecordedPorts();
    private final FakeCryptography cryptography = new FakeCryptography();
    private final TreeMap<Prefix, Long> sequences = new TreeMap<>();
    final TestNode test;
    final Node node;
    Moment now = TestNode.START;
    private List<String> last = List.of();

    Transcript(TestNode test) {
        this.test = test;
        this.node = test.create(ports.with(cryptography), now);
    }

    static Prefix peer(int number) {
        return Prefix.parseCn(number + "/16").orElseThrow();
    }

    private void event(String what, Runnable event) {
        lines.add("> " + what);
        event.run();
        cryptography.deliver(node, now);
        last = ports.take();
        last.forEach(call -> lines.add("  " + call));
        ports.takeSent();
    }

    /** What the last event led to, messages as text. */
    List<String> last() {
        return last.stream().map(Transcript::readable).toList();
    }

    /** Everything so far that the node commanded. */
    List<String> all() {
        return lines.stream()
                .filter(line -> line.startsWith("  "))
                .map(String::strip)
                .toList();
    }

    Ticket lastTicket() {
        return ports.lastTicket;
    }

    private static String readable(String call) {
        Matcher message = MESSAGE.matcher(call);
        return message.matches()
                ? message.group(1) + Integer.parseInt(message.group(2), 16) + ":"
                        + Bytes.ofHex(message.group(3)).toLatin1()
                : call;
    }

    void say(String text) {
        lines.add("");
        lines.add("# " + text);
    }

    void start(String... cached) {
        TreeMap<Prefix, String> peers = new TreeMap<>();
        for (int i = 0; i < cached.length; i += 2) {
            peers.put(peer(Integer.parseInt(cached[i])), cached[i + 1]);
        }
        event("start " + Arrays.toString(cached), () -> node.start(peers, "", now));
    }

    /** Interfaces of tunnels that ended, which {@link #inherit} leaves. */
    final List<Iface> unused = new ArrayList<>();

    /** Peers to whom what {@link #inherit} leaves was dialled before something changed. */
    final Set<Integer> outdated = new HashSet<>();

    /** Starts with what an earlier daemon left: dialled tunnels, on re6stnet1 and so on, and clients. */
    void inherit(List<Integer> dialled, List<Integer> clients, Avoided... avoided) {
        List<Inheritance.Tunnel> tunnels = new ArrayList<>();
        for (int number : dialled) {
            Iface iface = new Iface("re6stnet" + (tunnels.size() + 1));
            Remote remote = new Remote("203.0.113." + number, 1194, Transport.UDP);
            BigInteger serial = BigInteger.valueOf(number);
            tunnels.add(new Inheritance.Tunnel(
                    iface, peer(number), remote, serial, "198.51.100.7", outdated.contains(number)));
        }
        List<Inheritance.Client> served = clients.stream()
                .map(number -> new Inheritance.Client(
                        new ClientId(SERVER, number), peer(number), BigInteger.valueOf(number), "203.0.113.9"))
                .toList();
        event(
                "start with tunnels to " + dialled + " and clients " + clients,
                () -> node.start(new TreeMap<>(), "", new Inheritance(tunnels, served, unused, List.of(avoided)), now));
    }

    /** Lets time pass, with every timer that becomes due on the way. */
    void pass(int seconds) {
        Moment end = now.plus(Duration.ofSeconds(seconds));
        while (end.hasReached(node.nextDeadlineNanos())) {
            long wait = Math.max(0, node.nextDeadlineNanos() - now.monotonicNanos());
            now = now.plus(Duration.ofNanos(wait));
            node.onTimer(now);
            cryptography.deliver(node, now);
            List<String> calls = ports.take();
            if (!calls.isEmpty()) {
                long millis = (now.monotonicNanos() - TestNode.START.monotonicNanos()) / 1_000_000;
                lines.add("> timer at " + millis + " ms");
                calls.forEach(call -> lines.add("  " + call));
            }
        }
        now = end;
        lines.add("> " + seconds + " s passed");
    }

    void bootstrap(int number, String addresses) {
        event("the registry names " + peer(number), () -> node.onBootstrapPeer(peer(number), addresses, now));
    }

    void registryFails() {
        event(
                "the registry fails",
                () -> node.onRegistryFailed(net.re6st.core.port.RegistryLink.Call.BOOTSTRAP_PEER, "unreachable", now));
    }

    void up(int iface, int number) {
        event(
                "re6stnet" + iface + " up to " + peer(number),
                () -> node.onTunnelUp(
                        new Iface("re6stnet" + iface), peer(number), BigInteger.valueOf(number), "198.51.100.7", now));
    }

    void exit(int iface, String reason) {
        event(
                "re6stnet" + iface + " exits: " + reason,
                () -> node.onTunnelExit(new Iface("re6stnet" + iface), reason, now));
    }

    void client(int number) {
        ClientId id = new ClientId(SERVER, number);
        BigInteger serial = BigInteger.valueOf(number);
        event(
                "client " + peer(number) + " connecting",
                () -> node.onClientConnecting(id, peer(number), serial, "203.0.113.9", now));
        event(
                "client " + peer(number) + " connected",
                () -> node.onClientConnected(id, peer(number), serial, "203.0.113.9", now));
    }

    /** A client that wants in, or renews its keys. */
    void clientAsks(int number) {
        event(
                "client " + peer(number) + " asks",
                () -> node.onClientConnecting(
                        new ClientId(SERVER, number), peer(number), BigInteger.valueOf(number), "203.0.113.9", now));
    }

    void clientGone(int number) {
        event("client " + peer(number) + " gone", () -> node.onClientGone(new ClientId(SERVER, number), now));
    }

    /** Neighbours as {@code number@iface:routes}, then distant peers, which are reached through the first neighbour. */
    void routes(String neighbours, int... distant) {
        List<Neighbour> links = new ArrayList<>();
        for (String one : neighbours.isEmpty() ? new String[0] : neighbours.split(" ")) {
            String[] parts = one.split("[@:]");
            Iface iface = iface(parts[1]);
            double rtt = parts.length > 3 ? Double.parseDouble(parts[3]) : Double.NaN;
            links.add(new Neighbour(peer(Integer.parseInt(parts[0])), iface, Integer.parseInt(parts[2]), rtt, 96));
        }
        List<Prefix> others = Arrays.stream(distant).mapToObj(Transcript::peer).toList();
        event(
                "routes " + neighbours + ", distant " + Arrays.toString(distant),
                () -> node.onRoutes(new SmallRoutingView(links, others), now));
    }

    private static Iface iface(String name) {
        boolean number = Character.isDigit(name.charAt(0));
        return name.equals("server") ? SERVER : new Iface(number ? "re6stnet" + name : name);
    }

    /** The peer opens a session with us. */
    void session(int number) {
        Bytes ours = node.context().identity.fingerprint();
        Bytes certificate = TestNode.certificate(peer(number), number);
        event(
                "handshake of " + peer(number),
                () -> node.onDatagram(
                        source(number),
                        PeerPacket.Recognition.of(10, ours, certificate).encode(),
                        now));
        sequences.put(peer(number), 2L);
    }

    /** The peer gives a secret of its own, made by a right clock. */
    void hello(int number, Moment made) {
        Secret secret = Secret.newer(made, Optional.empty(), new Random(number));
        PeerPacket hello = new PeerPacket.Hello(10, secret.bytes(), FakeCryptography.MARK);
        event("hello of " + peer(number), () -> node.onDatagram(source(number), hello.encode(), now));
        sequences.put(peer(number), 2L);
    }

    void wallClockSteps(Duration by) {
        lines.add("> the clock steps by " + by.toMinutes() + " minutes");
        now = new Moment(now.monotonicNanos(), now.plus(by).wallMicros());
    }

    /** A message inside the session. */
    void message(int number, Bytes message) {
        Secret secret = node.sessions().get(peer(number)).orElseThrow().secret().orElseThrow();
        long sequence = sequences.merge(peer(number), 1L, Long::sum);
        Bytes mac = secret.mac(PeerPacket.Session.authenticated(sequence, message));
        Bytes datagram = new PeerPacket.Session(sequence, message, mac).encode();
        event(
                "message " + message.toHex() + " of " + peer(number),
                () -> node.onDatagram(source(number), datagram, now));
    }

    void local(Prefix about, int code) {
        local(about, code, 40000);
    }

    void local(Prefix about, int code, int port) {
        Bytes datagram = Bytes.ofLatin1(about.bits() + '\0' + (char) code);
        event(
                "the local registry asks " + code + " of " + about,
                () -> node.onDatagram(new Source(Ip6.LOOPBACK, port), datagram, now));
    }

    void parameters(net.re6st.config.NetworkParameters parameters) {
        event(
                "parameters of version " + parameters.versionNumber().orElse(-1),
                () -> node.onParameters(parameters, now));
    }

    void happens(String what, Runnable event) {
        event(what, event);
    }

    private static Source source(int number) {
        return new Source(TestNode.NETWORK.subnet(peer(number)).mainAddress(), 326);
    }

    /** Compares with the file {@code name}. */
    void check(String name) throws IOException {
        String text = String.join("\n", lines) + "\n";
        String file = "transcripts/" + name + ".txt";
        if ("write".equals(System.getProperty("re6st.transcripts"))) {
            Path target = Path.of(System.getProperty("re6st.root"), "re6st-common/src/test/resources", file);
            Files.createDirectories(target.getParent());
            Files.writeString(target, text);
            return;
        }
        try (InputStream in = Transcript.class.getResourceAsStream("/" + file)) {
            assertThat(in).as(file).isNotNull();
            assertThat(text).isEqualTo(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
