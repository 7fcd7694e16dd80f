package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import net.re6st.lab.LabNode.Tunnel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The daemon of a node ends in every way and comes back, and what it carries for others does not notice. 3 and 4 are behind
 * NAT, and 4 can't reach 1: everything between 3 and 4 goes through 2, which has dialled 1 and serves the others.
 */
@ExtendWith(KeepLogs.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class HotRestartIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Twice what babeld and OpenVPN need to notice that a link is dead: what was cut has shown by then. */
    private static final Duration AFTERWARDS = Duration.ofSeconds(8);

    private static final Pattern ANSWER = Pattern.compile("icmp_seq=(\\d+) ");

    /** Answers that may be under way when ping is told to end: those of two seconds. */
    private static final int UNDER_WAY = 100;

    /** What takes a second alone may take longer beside other tests. */
    private static final int BUSY_MACHINE = Boolean.getBoolean("re6st.all") ? 1 : 3;

    private static ReNetwork network;
    private static LabNode transit;

    private Set<Long> before = Set.of();
    private Task ping;
    private long start;

    @BeforeAll
    static void build() {
        network = ReNetwork.running(NetworkPlan.of(4).withBehindNat(2).withClientCount(2), LIMIT);
        transit = network.node(2);
        LabNode from = network.node(3);
        LabNode to = network.node(4);
        Await.until("4 is a client of 2", LIMIT, () -> isDialled(to, transit), () -> told(to, "peers"));
        network.lab().block(network.node(1).host(), to.host());
        Await.until("2 carries what 3 and 4 say to each other", LIMIT, () -> Trace.run(network, from, to)
                .filter(trace -> trace.hops().stream().anyMatch(hop -> hop.node() == transit))
                .isPresent());
        network.awaitSteadyReachability(LIMIT);
    }

    @AfterAll
    static void end() {
        List<String> errors = network.errors();
        network.close();
        assertThat(errors).isEmpty();
    }

    @BeforeEach
    void watch() throws IOException {
        before = children();
        Host from = network.node(3).host();
        Files.deleteIfExists(from.directory().resolve("ping.out"));
        ping = from.start(
                "ping",
                from.directory(),
                Map.of(),
                List.of("ping", "-i", "0.02", network.node(4).address()));
        start = network.prober().now();
    }

    @AfterEach
    void stopPing() {
        ping.kill();
    }

    @Test
    @Order(1)
    void reloadLosesNothing() {
        long daemon = transit.task().pid();
        transit.reload();
        transit.awaitUp(LIMIT);
        assertNothingLost("HUP");
        assertThat(transit.task().pid()).isEqualTo(daemon);
    }

    @Test
    @Order(2)
    void aKilledDaemonThatComesBackLosesNothing() {
        transit.kill();
        assertThat(children()).isEqualTo(before);
        transit.start();
        transit.awaitUp(LIMIT);
        assertNothingLost("kill -9 and start");
    }

    @Test
    @Order(3)
    void jarsAreExchangedUnderARunningDaemon(@TempDir Path folder) throws IOException {
        Path jar = folder.resolve("re6st-node/target/re6stnet.jar");
        Path program = copy(folder, jar);
        transit.kill();
        transit.start(program.toString(), List.of(), Map.of());
        transit.awaitUp(LIMIT);
        // As a package does it: the running daemon goes on with the file that has no name any more.
        Files.copy(jar, jar.resolveSibling("new"));
        Files.move(jar.resolveSibling("new"), jar, StandardCopyOption.REPLACE_EXISTING);
        transit.reload();
        transit.awaitUp(LIMIT);
        transit.kill();
        transit.start(program.toString(), List.of(), Map.of());
        transit.awaitUp(LIMIT);
        assertNothingLost("exchange of jars");
        transit.kill();
        transit.start();
        transit.awaitUp(LIMIT);
    }

    /** The program with what it needs, as in the build tree. */
    private static Path copy(Path folder, Path jar) throws IOException {
        Path bin = Path.of(Programs.node()).getParent();
        Path module = bin.resolveSibling("re6st-node/target");
        Path newest = Stream.of("re6stnet.jar", "quick/re6stnet.jar")
                .map(module::resolve)
                .filter(Files::exists)
                .max(Comparator.comparing(file -> file.toFile().lastModified()))
                .orElseThrow();
        Files.createDirectories(jar.getParent());
        Files.copy(newest, jar);
        Files.createDirectories(folder.resolve("bin"));
        for (String name : List.of("re6stnet", "launch.sh")) {
            Files.copy(bin.resolve(name), folder.resolve("bin").resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
        }
        return folder.resolve("bin/re6stnet");
    }

    @Test
    @Order(4)
    void aClientThatComesWhileTheDaemonIsDeadIsUpSoonAfterItsReturn() {
        LabNode client = network.node(4);
        transit.kill();
        Tunnel tunnel = client.tunnels().stream()
                .filter(one -> one.peerCn().equals(transit.cn()))
                .findFirst()
                .orElseThrow();
        client.host().processes("openvpn").stream()
                .filter(process -> process.pid() == tunnel.pid())
                .forEach(HostProcess::kill);
        Await.until("it dials again", LIMIT, () -> client.tunnels().stream()
                .anyMatch(one -> one.peerCn().equals(transit.cn()) && one.pid() != tunnel.pid()));
        long returned = network.prober().now();
        transit.start();
        transit.awaitUp(LIMIT);
        Await.until("it is up", LIMIT, () -> isUp(client), () -> told(client, "tunnels") + told(transit, "tunnels"));
        double seconds = (network.prober().now() - returned) / 1e9;
        Figures.print("a client that came meanwhile is up %.1f s after the daemon's start".formatted(seconds));
        assertThat(seconds).isLessThan(BUSY_MACHINE * 10.0);
        network.awaitSteadyReachability(LIMIT);
        assertThat(clients()).contains(client.cn());
    }

    private static boolean isUp(LabNode client) {
        return StreamSupport.stream(
                        json(client, "tunnels").getAsJsonArray("tunnels").spliterator(), false)
                .map(JsonElement::getAsJsonObject)
                .anyMatch(one -> one.get("peer").getAsString().equals(transit.cn())
                        && one.get("state").getAsString().equals("up"));
    }

    @Test
    @Order(5)
    void stopEndsWhatWasTakenOver() {
        assertThat(transit.stop()).isZero();
        assertThat(transit.host().processes()).isEqualTo(List.of());
        assertThat(transit.host().interfaces()).containsExactlyInAnyOrder("lo", "eth0");
        assertThat(transit.host()
                        .command("ip", "-6", "addr", "show", "dev", "lo")
                        .output())
                .doesNotContain("2001:db8:42:");
        assertThat(transit.host().command("ip", "-6", "route").output()).doesNotContain("2001:db8:42:", "babel");
    }

    @Test
    @Order(6)
    void withoutAnotherDaemonTheKeeperEndsEverything() {
        transit.start(List.of(), Map.of("RE6ST_JAVA_FLAGS", "-Dre6st.keep.seconds=3"));
        transit.awaitUp(LIMIT);
        Await.until("the others are back", LIMIT, () -> clients()
                .contains(network.node(4).cn()));
        transit.kill();
        Await.until(
                "nothing runs any more", LIMIT, () -> transit.host().processes().isEmpty());
        assertThat(transit.host().routes()).noneMatch(route -> route.contains("proto babel"));
    }

    private void assertNothingLost(String what) {
        long until = network.prober().now() + AFTERWARDS.toNanos();
        Await.until(
                "it would have shown",
                AFTERWARDS.plus(LIMIT),
                () -> network.prober().now() > until);
        ping.signal("INT");
        ping.awaitExit(LIMIT);
        Prober.Report report = network.prober().since(start);
        SortedSet<Integer> answered = answers();
        List<Integer> missing = IntStream.rangeClosed(1, answered.last())
                .filter(number -> !answered.contains(number))
                .boxed()
                .toList();
        Matcher sent = Pattern.compile("(\\d+) packets transmitted").matcher(ping.output());
        assertThat(sent.find()).as(ping.output()).isTrue();
        int transmitted = Integer.parseInt(sent.group(1));
        Figures.print("%s: %d pings of %d lost; %s".formatted(what, missing.size(), transmitted, report));
        assertThat(missing).isEmpty();
        assertThat(answered.last()).isGreaterThan(Math.max(200, transmitted - UNDER_WAY));
        assertThat(report.lost()).as(report.toString()).isZero();
        assertThat(children()).isEqualTo(before);
        assertThat(clients()).contains(network.node(4).cn());
    }

    /** The numbers of the pings that were answered. */
    private SortedSet<Integer> answers() {
        try {
            SortedSet<Integer> answered = new TreeSet<>();
            Matcher matcher = ANSWER.matcher(
                    Files.readString(network.node(3).host().directory().resolve("ping.out")));
            while (matcher.find()) {
                int number = Integer.parseInt(matcher.group(1));
                assertThat(answered.add(number)).as("answered twice: " + number).isTrue();
            }
            return answered;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** OpenVPN and babeld, by number. */
    private static Set<Long> children() {
        return transit.host().processes().stream()
                .filter(process -> Set.of("openvpn", "babeld").contains(process.program()))
                // Not those that try to reach somebody behind NAT just now.
                .filter(process -> process.program().equals("babeld")
                        || !process.has("--remote")
                        || process.has(network.node(1).cn()))
                .map(HostProcess::pid)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isDialled(LabNode from, LabNode to) {
        return from.tunnels().stream().anyMatch(tunnel -> tunnel.peerCn().equals(to.cn()));
    }

    /** Who is connected to the node, as it says itself. */
    private static Set<String> clients() {
        Set<String> peers = new TreeSet<>();
        json(transit, "tunnels").getAsJsonArray("tunnels").forEach(tunnel -> {
            if (tunnel.getAsJsonObject().get("direction").getAsString().equals("served")) {
                peers.add(tunnel.getAsJsonObject().get("peer").getAsString());
            }
        });
        return peers;
    }

    private static JsonObject json(LabNode node, String command) {
        return JsonParser.parseString(told(node, command, "--json")).getAsJsonObject();
    }

    private static String told(LabNode node, String command, String... options) {
        List<String> words = new ArrayList<>(
                List.of(Programs.node(), command, "--run", node.run().toString()));
        words.addAll(List.of(options));
        return node.host().command(words).run().output();
    }
}
