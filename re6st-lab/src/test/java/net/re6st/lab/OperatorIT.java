package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What an administrator has around the programs: rotated logs, commands and daemons of their own. One host. */
@ExtendWith(KeepLogs.class)
final class OperatorIT {
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
