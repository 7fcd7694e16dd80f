package net.re6st.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import net.re6st.config.Parameter;
import net.re6st.config.Value;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final int NODES = 50;

    private static Simulation whole(long seed, int refreshSeconds) {
        Simulation simulation = new Simulation(new Simulation.Plan(seed, NODES, 8, 2, 5, refreshSeconds, 0.01));
        simulation.startAll(Duration.ofSeconds(3));
        assertThat(simulation.runUntilWhole(Duration.ofSeconds(60))).isPresent();
        return simulation;
    }

    @Test
    void everybodyReachesEverybodySoonAndTunnelCountsStayWithinLimits() {
        Seeds.forEach(3, (seed, random) -> {
            Simulation simulation = whole(seed, 300);
            for (int i = 0; i < 60; i++) {
                simulation.run(Duration.ofSeconds(1));
                assertThat(new Connectivity(simulation).lost()).isEmpty();
                assertThat(new Degrees(simulation).violations()).isEmpty();
            }
            Degrees degrees = new Degrees(simulation);
            double mean = simulation.nodes().stream()
                    .mapToInt(degrees::dialledBy)
                    .average()
                    .orElseThrow();
            assertThat(mean).isGreaterThan(3);
        });
    }

    @Test
    void replacesTunnelsWithoutLosingAnyPair() {
        Seeds.forEach(1, (seed, random) -> {
            Simulation simulation = whole(seed, 20);
            int before = simulation.tunnels().closedCount();
            for (int i = 0; i < 200; i++) {
                simulation.run(Duration.ofMillis(500));
                assertThat(new Connectivity(simulation).lost()).isEmpty();
            }
            assertThat(simulation.tunnels().closedCount() - before).isGreaterThan(50);
            assertThat(new Degrees(simulation).violations()).isEmpty();
        });
    }

    @Test
    void isWholeAgainAfterNodesDieAndComeBack() {
        Seeds.forEach(2, (seed, random) -> {
            Simulation simulation = whole(seed, 300);
            simulation.run(Duration.ofSeconds(60));
            List<SimNode> victims = List.of(5, 11, 17, 23, 29).stream()
                    .map(simulation.nodes()::get)
                    .toList();
            victims.forEach(SimNode::kill);
            assertThat(simulation.runUntilWhole(Duration.ofMinutes(2))).isPresent();
            victims.forEach(SimNode::start);
            assertThat(simulation.runUntilWhole(Duration.ofSeconds(60))).isPresent();
        });
    }

    @Test
    void nodesComeBackWithTheirCacheWhileTheRegistryIsAway() {
        Simulation simulation = whole(4, 300);
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

    @Test
    void aNewVersionReachesEverybody() {
        Simulation simulation = whole(5, 300);
        simulation.run(Duration.ofSeconds(30));
        simulation.registry().publish(Parameter.TUNNEL_REFRESH, Value.of(1234));
        simulation.run(Duration.ofSeconds(10));
        assertThat(simulation.nodes()).allMatch(node -> node.parameters().tunnelRefreshSeconds() == 1234);
    }

    @Test
    void aRevokedNodeIsCutOffByEverybodyWithinTenSeconds() {
        Simulation simulation = whole(6, 300);
        simulation.run(Duration.ofSeconds(30));
        SimNode revoked = simulation.nodes().get(7);
        assertThat(simulation.routing().linksOf(revoked)).isNotEmpty();
        Value serial = Value.of(revoked.serial().longValueExact());
        simulation.registry().publish(Parameter.CRL, Value.of(List.of(serial)));
        simulation.run(Duration.ofSeconds(10));
        assertThat(simulation.tunnels().linksOf(revoked)).isEmpty();
        simulation.run(Duration.ofMinutes(2));
        assertThat(simulation.tunnels().linksOf(revoked)).isEmpty();
        assertThat(revoked.serial()).isEqualTo(BigInteger.valueOf(8));
    }

    @Test
    void eightNodesMeetWithinTenSecondsAndWithinFortyAtTheDefaultHello() {
        Seeds.forEach(10, (seed, random) -> {
            for (int hello : new int[] {2, 15}) {
                Simulation simulation = new Simulation(new Simulation.Plan(seed, 8, 2, hello, 4, 300, 0.01));
                simulation.startAll(Duration.ofSeconds(1));
                Duration limit = Duration.ofSeconds(hello == 2 ? 8 : 38);
                assertThat(simulation.runUntilWhole(limit))
                        .as("hello %d", hello)
                        .isPresent();
            }
        });
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        assertThat(fingerprint(9)).isEqualTo(fingerprint(9)).isNotEqualTo(fingerprint(10));
    }

    private static String fingerprint(long seed) {
        Simulation simulation = whole(seed, 60);
        simulation.run(Duration.ofSeconds(10));
        return simulation.queue().eventCount() + " events, " + simulation.datagramCount() + " datagrams, "
                + simulation.tunnels().links().stream()
                        .map(l -> l.client + "-" + l.server)
                        .toList();
    }
}
