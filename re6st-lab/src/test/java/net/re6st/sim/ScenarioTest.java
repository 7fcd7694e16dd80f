package net.re6st.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.re6st.cli.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScenarioTest {
    /** Runs a scenario; what was told is what failed. */
    private static Run run(Scenario scenario, long seed) throws Failure {
        try (Run run = new Run(scenario, seed, -1, line -> {})) {
            run.run();
            return run;
        }
    }

    private static void holds(Scenario scenario, long seed) throws Failure {
        Run run = run(scenario, seed);
        assertThat(run.violations().found())
                .as("bin/simulate %s --nodes %d --seed %d", scenario.name(), scenario.nodes(), seed)
                .isEmpty();
    }

    @Test
    void aThousandNodesFindEachOtherAndReplaceTunnels() throws Failure {
        Run run = run(Scenario.read("steady").with(1000, Duration.ofMinutes(12)), 1);
        assertThat(run.violations().found()).isEmpty();
        assertThat(run.simulation().tunnels().closedCount()).isGreaterThan(200);
    }

    @ParameterizedTest
    @CsvSource({
        "all-of-it, 60, 35m",
        "flash-crowd, 150, 12m",
        "failures, 120, 40m",
        "version-storm, 120, 40m",
        "hostile, 80, 25m",
        "borders, 100, 20m",
        "partition, 60, 1h",
        "churn, 40, 3h",
        "registry-outage, 20, 26h"
    })
    void smallNetworksSurviveWhatHappensToThem(String name, int nodes, String until) throws Failure {
        holds(Scenario.read(name).with(nodes, Words.parse(until)), 1);
    }

    @ParameterizedTest
    @FieldSource("net.re6st.sim.Scenario#NAMES")
    @EnabledIfSystemProperty(named = "re6st.all", matches = "true", disabledReason = "long: bin/test --all")
    void everyScenarioHoldsAsItIs(String name) throws Failure {
        holds(Scenario.read(name), 1);
    }

    /** Nodes that lost all tunnels knew other peers, and waited for a minute with them when the first two were dead, too. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void whoLosesAllTunnelsFindsAnotherWayWithinThreeMinutes(long seed) throws Failure {
        holds(Scenario.read("lost"), seed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "steady",
                "flash-crowd",
                "churn",
                "partition",
                "failures",
                "registry-outage",
                "version-storm",
                "hostile",
                "borders",
                "lost",
                "all-of-it"
            })
    void everyScenarioCanBeRead(String name) throws Failure {
        Scenario scenario = Scenario.read(name);
        assertThat(Scenario.NAMES).contains(name).hasSize(11);
        assertThat(scenario.about()).endsWith(".");
        assertThat(scenario.checks()).isNotEmpty();
    }

    @Test
    void theSameSeedGivesTheSameTranscriptAndAnotherOneAnother() throws Failure {
        Scenario scenario = Scenario.read("all-of-it").with(30, Duration.ofMinutes(10));
        List<String> transcript = run(scenario, 3).transcript();
        assertThat(run(scenario, 3).transcript()).isEqualTo(transcript);
        assertThat(run(scenario, 4).transcript()).isNotEqualTo(transcript);
        assertThat(transcript).hasSizeGreaterThan(10).noneMatch(line -> line.startsWith("wall"));
        assertThat(transcript.get(transcript.size() - 1)).contains("fingerprint");
    }

    /** Sets without order have another one in every process; threads are more or fewer, and memory is collected otherwise. */
    @Test
    void theTranscriptIsTheSameInAnotherProcess(@TempDir Path folder) throws Exception {
        List<String> words = List.of("all-of-it", "--nodes", "30", "--until", "10m", "--trace", "2");
        SimulateProcess process = SimulateProcess.in(folder);
        List<String> one =
                withoutRealTime(process.with("-XX:+UseSerialGC", "-XX:+UnlockExperimentalVMOptions", "-XX:hashCode=2")
                        .run(words));
        List<String> other =
                withoutRealTime(process.with("-XX:+UseParallelGC", "-Xmx200m").run(words));
        assertThat(one).hasSizeGreaterThan(20).anyMatch(line -> line.contains("fingerprint"));
        assertThat(other).isEqualTo(one);
    }

    private static List<String> withoutRealTime(String output) {
        return output.lines().filter(line -> !line.startsWith("wall")).toList();
    }

    @Test
    void aFailureTellsTheSeedAndTheLastEventsOfTheNode() throws Failure {
        Scenario scenario = Scenario.parse(
                "lost",
                "nodes 5\nuntil 5m\nat 0s start within 5s\nat 1m registry away\nat 1m divide\ncheck removals\n"
                        + "check registry at-most 1 per-node-and-hour from 0s");
        List<String> told = new ArrayList<>();
        try (Run run = new Run(scenario, 7, -1, told::add)) {
            assertThat(run.run()).isFalse();
        }
        int at = told.indexOf(told.stream()
                .filter(line -> line.startsWith("FAILED"))
                .findFirst()
                .orElseThrow());
        assertThat(told.get(at)).contains("registry", "node 0", "(seed 7)");
        assertThat(told.get(at + 1)).contains("the last events of node 0");
        assertThat(told.get(at + 2)).matches("    \\d+\\.\\d{3} s .+");
    }

    @Test
    void everyEventOfATracedNodeIsTold() throws Failure {
        Scenario scenario = Scenario.read("all-of-it").with(10, Duration.ofMinutes(1));
        List<String> told = new ArrayList<>();
        try (Run run = new Run(scenario, 1, 3, told::add)) {
            run.run();
        }
        assertThat(told.stream().filter(line -> line.startsWith("node 3: ")).count())
                .isGreaterThan(20);
        assertThat(told).noneMatch(line -> line.startsWith("node 4: "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nodes many",
                "hosts closed 10",
                "hosts closed 110%",
                "at 5 kill 3%",
                "at 5m kill",
                "at 5m explode",
                "check happiness",
                "check traffic at-most 5",
                "network colour 5",
                "until forever",
                "weather fine",
                "nodes 10 20"
            })
    void aLineThatCantBeUnderstoodIsNamed(String line) {
        assertThatThrownBy(() -> Scenario.parse("broken", line))
                .isInstanceOf(Failure.class)
                .hasMessageContaining(line.substring(line.lastIndexOf(' ') + 1));
    }
}
