package net.re6st.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.re6st.registry.core.NetworkOptions;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final int NODES = 50;

    private static Simulation.Plan plan(long seed, int nodes, int hello, int refreshSeconds) {
        NetworkOptions options = new NetworkOptions(Optional.empty(), List.of(), 5, true, hello, 10, 0, refreshSeconds);
        Internet.Plan internet = new Internet.Plan(0.16, 0.1, 0.01, 1, 0, 0, 0, 0, 0);
        return new Simulation.Plan(seed, nodes, options, internet, Set.of());
    }

    private static Simulation whole(long seed, int refreshSeconds) {
        Simulation simulation = new Simulation(plan(seed, NODES, 2, refreshSeconds));
        simulation.startAll(Duration.ofSeconds(3));
        assertThat(simulation.runUntilWhole(Duration.ofSeconds(60))).isPresent();
        return simulation;
    }

    @Test
    void replacesTunnelsWithoutPartingTheNetwork() {
        Seeds.forEach(1, (seed, random) -> {
            try (Simulation simulation = whole(seed, 20)) {
                simulation.run(Duration.ofSeconds(30));
                long before = simulation.tunnels().closedCount();
                for (int i = 0; i < 200; i++) {
                    simulation.run(Duration.ofMillis(500));
                    assertThat(new Connectivity(simulation).isWhole()).isTrue();
                }
                assertThat(simulation.tunnels().closedCount() - before).isGreaterThan(50);
            }
        });
    }

    @Test
    void nodesComeBackWithTheirCacheWhileTheRegistryIsAway() {
        try (Simulation simulation = whole(4, 300)) {
            simulation.run(Duration.ofMinutes(2));
            simulation.registry().setAway(true);
            for (int i : new int[] {0, 3, 9}) {
                simulation.nodes().get(i).kill();
            }
            simulation.run(Duration.ofSeconds(30));
            for (int i : new int[] {0, 3, 9}) {
                simulation.nodes().get(i).start();
            }
            assertThat(simulation.runUntilWhole(Duration.ofMinutes(2))).isPresent();
        }
    }

    @Test
    void eightNodesMeetWithinSecondsAndWithinFortyAtTheDefaultHello() {
        Seeds.forEach(5, (seed, random) -> {
            for (int hello : new int[] {2, 15}) {
                try (Simulation simulation = new Simulation(plan(seed, 8, hello, 300))) {
                    simulation.startAll(Duration.ofSeconds(1));
                    Duration limit = Duration.ofSeconds(hello == 2 ? 10 : 40);
                    assertThat(simulation.runUntilWhole(limit))
                            .as("hello %d", hello)
                            .isPresent();
                }
            }
        });
    }

    @Test
    void whoHearsOfEachOtherAtTheSameMomentNeedNotWaitForAMinute() {
        Seeds.forEach(20, (seed, random) -> {
            NetworkOptions options = new NetworkOptions(Optional.empty(), List.of(), 8, true, 2, 10, 0, 300);
            Internet.Plan reachable = new Internet.Plan(0, 0, 0, 1, 0, 0, 0, 0, 0);
            try (Simulation simulation = new Simulation(new Simulation.Plan(seed, 5, options, reachable, Set.of()))) {
                simulation.startAll(Duration.ofSeconds(1));
                int seconds = 0;
                while (linked(simulation) < 10) {
                    simulation.run(Duration.ofSeconds(1));
                    assertThat(++seconds)
                            .as("seconds until all have tunnels with all")
                            .isLessThan(40);
                }
            }
        });
    }

    /** How many pairs have a tunnel. */
    private static long linked(Simulation simulation) {
        return simulation.nodes().stream()
                .flatMap(node -> simulation.tunnels().linksOf(node).stream())
                .distinct()
                .count();
    }
}
