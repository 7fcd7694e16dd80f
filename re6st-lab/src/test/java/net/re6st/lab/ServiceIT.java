package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.re6st.testing.Documents;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The service of {@code systemd/re6stnet.service} under a real systemd, on the host that carries what two others, which can't
 * reach each other, say to each other.
 */
@ExtendWith(KeepLogs.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@EnabledIfSystemProperty(named = "re6st.all", matches = "true", disabledReason = "long: bin/test --all")
final class ServiceIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String UNIT = "re6stnet.service";

    private static ReNetwork network;
    private static LabNode node;
    private static SystemdContainer container;
    private static ProgramCopy program;

    private FastPing ping;
    private Set<Long> before = Set.of();

    @BeforeAll
    static void build() throws IOException {
        network = ReNetwork.build(NetworkPlan.of(3));
        network.startRegistry(List.of());
        network.enrol();
        network.lab().block(network.node(2).host(), network.node(3).host());
        node = network.node(1);
        program = ProgramCopy.make(node.host().directory().resolve("program"));
        container = SystemdContainer.boot(node.host(), files());
        network.probe();
        install();
        network.node(2).start();
        network.node(3).start();
        Await.until("all reach each other", LIMIT.multipliedBy(2), () -> network.prober()
                .allReachedNanos()
                .isPresent());
    }

    /** Types docs/running.rst, in a folder that is laid out as the build tree. */
    private static void install() throws IOException {
        Path tree = program.program().getParent().getParent();
        Path systemd = Files.createDirectories(tree.resolve("systemd"));
        for (String name : List.of(UNIT, "main-interface-is-up")) {
            Files.copy(
                    Path.of(Programs.node())
                            .getParent()
                            .resolveSibling("systemd")
                            .resolve(name),
                    systemd.resolve(name),
                    StandardCopyOption.COPY_ATTRIBUTES);
        }
        for (Documents.Block block : Documents.story("service")) {
            container.output("sh", "-ec", "cd " + tree + "\n" + String.join("\n", block.lines()));
        }
    }

    /** Less patience than the unit has as it is shipped, and the node's configuration where it looks for that. */
    private static Map<String, String> files() throws IOException {
        Path etc = node.host().directory().resolve("etc");
        String options = Files.readString(etc.resolve("re6stnet.conf"))
                + "ip %s\nverbose 3\nlog %s\nrun %s\nstate %s\nca %s\ncert %s\nkey %s\n"
                        .formatted(
                                node.host().ip4(),
                                node.log(),
                                node.run(),
                                node.host().directory().resolve("state"),
                                etc.resolve("ca.crt"),
                                etc.resolve("cert.crt"),
                                etc.resolve("cert.key"));
        return Map.of(
                "/etc/re6stnet/re6stnet.conf",
                options,
                "/etc/systemd/system/" + UNIT + ".d/test.conf",
                "[Service]\nTimeoutStopSec=3\n");
    }

    @AfterAll
    static void end() {
        container.end();
        assertThat(network.end()).isEmpty();
    }

    @BeforeEach
    void watch() {
        before = children();
        ping = FastPing.start(network.node(2), network.node(3), network.prober());
    }

    @AfterEach
    void endPing() {
        ping.end();
    }

    @Test
    @Order(1)
    void theUnitIsWellFormed() {
        assertThat(container.run("systemd-analyze", "verify", "--man=no", UNIT).output())
                .isEmpty();
        assertThat(container.property(UNIT, "KillMode")).isEqualTo("process");
        assertThat(before).hasSizeGreaterThanOrEqualTo(2);
        network.awaitSteadyReachability(LIMIT);
    }

    @Test
    @Order(2)
    void restartLosesNothing() {
        String pid = mainPid();
        container.output("systemctl", "restart", UNIT);
        assertThat(mainPid()).isNotEqualTo(pid);
        assertNothingLost("systemctl restart");
    }

    @Test
    @Order(3)
    void reloadLosesNothing() {
        String pid = mainPid();
        container.output("systemctl", "reload", UNIT);
        assertNothingLost("systemctl reload");
        assertThat(mainPid()).isEqualTo(pid);
    }

    @Test
    @Order(4)
    void aKilledDaemonIsStartedAgainAndNothingIsLost() {
        String pid = mainPid();
        container.output("systemctl", "kill", "-s", "KILL", "--kill-who=main", UNIT);
        Await.until("it is back", LIMIT, () -> !mainPid().equals(pid) && isActive());
        assertNothingLost("SIGKILL under systemd");
    }

    @Test
    @Order(5)
    void anUpgradeLosesNothing() throws IOException {
        program.exchangeJar();
        container.output("systemctl", "restart", UNIT);
        assertNothingLost("new jar, systemctl restart");
    }

    @Test
    @Order(6)
    void stopEndsEverything() {
        container.output("systemctl", "stop", UNIT);
        assertThat(children()).isEmpty();
        assertThat(keepers()).isEmpty();
        assertThat(node.host().interfaces()).noneMatch(name -> name.startsWith("re6stnet"));
        assertThat(node.host().routes()).noneMatch(route -> route.contains("2001:db8:42:"));
    }

    @Test
    @Order(7)
    void theKeeperEndsWhatADaemonThatHangsCanNot() {
        start();
        container.output("systemctl", "kill", "-s", "STOP", "--kill-who=main", UNIT);
        container.output("systemctl", "stop", UNIT);
        Await.until(
                "nothing runs any more",
                LIMIT,
                () -> children().isEmpty() && keepers().isEmpty());
    }

    @Test
    @Order(8)
    void theKeeperEndsWhatNoDaemonWillFollow() throws IOException {
        start();
        Set<Long> running = children();
        Path away = program.jar().resolveSibling("away.jar");
        Files.move(program.jar(), away);
        container.output("systemctl", "kill", "-s", "KILL", "--kill-who=main", UNIT);
        Await.until(
                "it failed to start again", LIMIT, () -> Integer.parseInt(container.property(UNIT, "NRestarts")) > 3);
        assertThat(children()).containsAll(running);
        container.output("systemctl", "stop", UNIT);
        Await.until(
                "nothing runs any more",
                LIMIT,
                () -> children().isEmpty() && keepers().isEmpty());
        Files.move(away, program.jar(), StandardCopyOption.REPLACE_EXISTING);
    }

    private void start() {
        container.output("systemctl", "start", UNIT);
        Await.until("both others are its clients", LIMIT, () -> children().size() >= 2);
        network.awaitSteadyReachability(LIMIT);
    }

    private void assertNothingLost(String what) {
        Await.until("it is active", LIMIT, this::isActive);
        ping.assertNothingLost(what);
        assertThat(children()).isEqualTo(before);
        assertThat(keepers()).hasSize(1);
    }

    private boolean isActive() {
        return container.property(UNIT, "ActiveState").equals("active");
    }

    private static String mainPid() {
        return container.property(UNIT, "MainPID");
    }

    private static Set<Long> children() {
        return pids(process -> Set.of("openvpn", "babeld").contains(process.program()));
    }

    private static Set<Long> keepers() {
        return pids(process -> process.has("re6stnet-keeper"));
    }

    private static Set<Long> pids(java.util.function.Predicate<HostProcess> filter) {
        return node.host().processes().stream()
                .filter(filter)
                .map(HostProcess::pid)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
