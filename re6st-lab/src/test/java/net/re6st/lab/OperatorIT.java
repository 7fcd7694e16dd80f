package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/** What an administrator has around the programs: rotated logs, commands and daemons of their own. One host. */
@ExtendWith(KeepLogs.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class OperatorIT {
    private static final boolean ALL = Boolean.getBoolean("re6st.all");
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static ReNetwork network;

    @BeforeAll
    static void start() {
        network = ReNetwork.build(NetworkPlan.of(1));
        network.startRegistry(List.of());
        network.enrol();
    }

    @AfterAll
    static void end() {
        network.close();
    }

    @Test
    void logsAreOpenedAgainAfterRotation() throws IOException {
        LabNode node = network.node(1);
        Task registry = network.registry().task().orElseThrow();
        Path registryLog = registryLog();
        node.start();
        node.awaitUp(LIMIT);
        try {
            for (Path log :
                    List.of(node.log().resolve("re6stnet.log"), node.log().resolve("babeld.log"), registryLog)) {
                Await.until(log + " exists", LIMIT, () -> Files.exists(log));
                Files.move(log, log.resolveSibling(log.getFileName() + ".1"));
            }
            node.task().signal("USR1");
            registry.signal("USR1");
            for (Path log :
                    List.of(node.log().resolve("re6stnet.log"), node.log().resolve("babeld.log"), registryLog)) {
                Await.until(log + " is opened again", LIMIT, () -> Files.exists(log));
            }
            network.registry().callOrFail("getCa");
            assertThat(node.isRunning()).isTrue();
            assertThat(registry.isAlive()).isTrue();
        } finally {
            assertThat(node.stop()).isZero();
        }
        assertThat(Files.readString(node.log().resolve("re6stnet.log"))).contains("ended");
    }

    @Test
    void daemonsKnowTheNetworkAndEndWithTheNode() throws IOException {
        LabNode node = network.node(1);
        Path seen = node.host().directory().resolve("seen");
        // It does not obey: five seconds later it is killed.
        String stubborn = "trap 'echo told >> %s' TERM; env | grep ^re6stnet_ | sort > %s.new; mv %s.new %s;"
                        .formatted(seen, seen, seen, seen)
                + " for i in $(seq 600); do sleep 0.1; done";
        node.start(List.of("--daemon", stubborn), Map.of());
        try {
            Await.until("the daemon runs", LIMIT, () -> Files.exists(seen));
            assertThat(Files.readAllLines(seen))
                    .containsExactly(
                            "re6stnet_iface=lo",
                            "re6stnet_ip=" + node.address(),
                            "re6stnet_network=" + ReNetwork.NETWORK,
                            "re6stnet_subnet=" + node.subnet());
        } finally {
            long began = System.nanoTime();
            assertThat(node.stop()).isZero();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(4900));
        }
        assertThat(Files.readAllLines(seen)).contains("told");
        assertThat(node.host().processes())
                .noneMatch(process -> process.words().toString().contains("trap"));
    }

    /** Its number is of use; its prefix is the registry's, and would be nobody's. */
    @Test
    void theCertificateOfTheRegistrysOwnNodeIsRevokedAndItsPrefixIsNot() throws IOException {
        LabNode node = network.node(1);
        LabRegistry registry = network.registry();
        node.start(List.of(), Map.of("RE6ST_JAVA_FLAGS", "-Dre6st.renewal.delay=1"));
        node.awaitUp(LIMIT);
        try {
            Await.until("the server runs", LIMIT, () -> server(node) != 0);
            long server = server(node);
            BigInteger serial = node.serial();
            String advice = "revoke its serial " + serial + ", and it gets another certificate by itself";
            assertThat(registry.answer("revoke?cn_or_serial=" + node.cn().replace("/", "%2F")))
                    .startsWith("HTTP/1.1 409 ")
                    .contains(advice);
            Command.Result byName = registry.run("revoke", node.cn());
            assertThat(byName.ok()).isFalse();
            assertThat(byName.output()).contains(advice);
            assertThat(node.serial()).isEqualTo(serial);

            Command.Result byNumber = registry.run("revoke", serial.toString());
            assertThat(byNumber.ok()).as(byNumber.output()).isTrue();
            Await.until("another certificate", LIMIT, () -> !node.serial().equals(serial), node::lastWords);
            Await.until(
                    "the server is about to have it",
                    LIMIT,
                    () -> count(node, "servers are started again with the new certificate") == 1,
                    node::lastWords);
            if (ALL) {
                Await.until("it has", LIMIT, () -> !List.of(0L, server).contains(server(node)), node::lastWords);
            }
            assertThat(registry.run("show", node.cn()).output())
                    .contains(node.serial().toString(), "valid");
            assertThat(node.isRunning()).isTrue();
        } finally {
            assertThat(node.stop()).isZero();
        }
    }

    /** 0: none runs. */
    private static long server(LabNode node) {
        return node.host().processes("openvpn").stream()
                .mapToLong(HostProcess::pid)
                .findFirst()
                .orElse(0);
    }

    /**
     * A process that has no file descriptor left waits until it has; who would ask it then is told nothing, and it doesn't do
     * nothing but try.
     */
    @Test
    void aNodeWithoutFileDescriptorsWaitsForSome() throws IOException {
        LabNode node = network.node(1);
        String pid = Long.toString(node.start().pid());
        node.awaitUp(LIMIT);
        try {
            HostProcess babeld = Await.found(
                    "babeld",
                    LIMIT,
                    () -> node.host().processes("babeld").stream().findFirst(),
                    node::lastWords);
            String usual = Command.of("prlimit", "--pid", pid, "--nofile", "--raw", "--noheadings", "-o", "SOFT,HARD")
                    .output()
                    .strip()
                    .replaceAll("\\s+", ":");
            long began = System.nanoTime();
            Command.of("prlimit", "--pid", pid, "--nofile=3:" + usual.split(":")[1])
                    .output();
            babeld.kill();
            Await.until(
                    "both say so, and try again",
                    LIMIT,
                    () -> {
                        boolean twice = count(node, "AcceptLoop: control: ", "Too many open files") > 1;
                        if (!twice) {
                            ask(node);
                        }
                        return twice && count(node, "BabeldControl: ", "Too many open files") > 1;
                    },
                    () -> log(node));
            long accepted = count(node, "AcceptLoop: control: ", "Too many open files");
            long asked = count(node, "BabeldControl: ", "Too many open files");
            long millis = Duration.ofNanos(System.nanoTime() - began).toMillis();
            assertThat(accepted).isLessThanOrEqualTo(millis / 200 + 1);
            assertThat(asked).isLessThanOrEqualTo(millis / 20 + 20);
            Command.of("prlimit", "--pid", pid, "--nofile=" + usual).output();
            Await.until("another babeld is connected", LIMIT, () -> isBabeldConnected(node), node::lastWords);
        } finally {
            assertThat(node.stop()).isZero();
        }
    }

    /** Somebody else who wants in: some kernels forget who could not be let in. */
    private static void ask(LabNode node) {
        try (SocketChannel asking =
                SocketChannel.open(UnixDomainSocketAddress.of(node.run().resolve("control.sock")))) {
            assertThat(asking.isConnected()).isTrue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isBabeldConnected(LabNode node) {
        Command.Result status = node.host()
                .command(
                        Programs.node(), "status", "--json", "--run", node.run().toString())
                .run();
        return status.ok()
                && JsonParser.parseString(status.output())
                        .getAsJsonObject()
                        .getAsJsonObject("babeld")
                        .get("connected")
                        .getAsBoolean();
    }

    /** Lines of its log that contain all of these. */
    private static long count(LabNode node, String... texts) {
        return log(node)
                .lines()
                .filter(line -> Stream.of(texts).allMatch(line::contains))
                .count();
    }

    private static String log(LabNode node) {
        try {
            return Files.readString(node.log().resolve("re6stnet.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Nobody loses what works because somebody is editing a file: it goes on until both can be used. */
    @Test
    @Order(Integer.MAX_VALUE)
    void parametersThatNeedARestartWaitForOptionsThatCanBeUsed() throws IOException {
        LabNode node = network.node(1);
        Path options = node.host().directory().resolve("etc/re6stnet.conf");
        String right = Files.readString(options);
        node.start();
        node.awaitUp(LIMIT);
        try {
            Await.until("the server runs", LIMIT, () -> server(node) != 0);
            long server = server(node);
            Files.writeString(options, right + "table x\n");
            network.registry().stop();
            network.restartRegistry(List.of("--max-clients", "0"));
            Await.until(
                    "it says why it does not start again",
                    LIMIT,
                    () -> count(node, "not restarting, the options can't be used: ", "--table") == 1,
                    node::lastWords);
            assertThat(node.isRunning()).isTrue();
            assertThat(server(node)).isEqualTo(server);
            Files.writeString(options, right);
            node.reload();
            node.awaitUp(LIMIT);
            assertThat(server(node)).isZero();
        } finally {
            assertThat(node.stop()).isZero();
        }
    }

    /** While the registry makes it wait for its certificate. */
    @Test
    void whoInterruptsTheEnrolmentFindsNoRemains() throws IOException {
        Host host = network.node(1).host();
        Path folder = Files.createDirectory(host.directory().resolve("joining"));
        byte[] authority = network.registry().callOrFail("getCa").getBytes(StandardCharsets.US_ASCII);
        CountDownLatch asked = new CountDownLatch(1);
        HttpServer slow =
                host.inside(() -> HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        slow.createContext("/", call -> {
            if (call.getRequestURI().getPath().equals("/getCa")) {
                call.sendResponseHeaders(200, authority.length);
                call.getResponseBody().write(authority);
                call.close();
            } else {
                asked.countDown();
            }
        });
        slow.start();
        try {
            String url = "http://127.0.0.1:" + slow.getAddress().getPort();
            Task task = host.start(
                    "re6st-conf",
                    host.directory(),
                    Map.of(),
                    List.of(Programs.conf(), "--registry", url, "-d", folder.toString(), "--token", "x"));
            Await.until("it asks for a certificate", LIMIT, () -> asked.getCount() == 0, task::output);
            assertThat(names(folder)).anyMatch(name -> name.startsWith(".cert.crt."));
            task.signal("INT");
            task.awaitExit(LIMIT);
            // These are good for another attempt.
            assertThat(names(folder)).containsExactlyInAnyOrder("ca.crt", "cert.key");
        } finally {
            slow.stop(0);
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void aCommandThatFailsEndsTheNodeWithItsStatus() {
        LabNode node = network.node(1);
        Task task = node.start(List.of("--up", "exit 7"), Map.of());
        assertThat(task.awaitExit(LIMIT)).isEqualTo(7);
        assertThat(node.host().interfaces()).doesNotContain("re6stnet-tcp");
    }

    private static Path registryLog() {
        return network.registry().folder().resolve("registry.log");
    }
}
