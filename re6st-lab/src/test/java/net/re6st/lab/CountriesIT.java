package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.re6st.testing.TinyGeoDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A network that keeps tunnels of Japan within Japan ({@code --same-country JP}). Each node finds its country another way.
 *
 * <pre>
 *   h1  registry, in a country that nobody knows      h2  --country JP
 *   h3  JP by the registry's GeoIP database           h4  FR by a database of its own      h5  --country FR
 * </pre>
 *
 * Everybody has more tunnels to make than there are nodes.
 */
@ExtendWith(KeepLogs.class)
final class CountriesIT {
    /** A peer that was dialled before it listened is left alone for a while, longer each time. */
    private static final Duration LIMIT = Duration.ofMinutes(4);

    private static final Set<Integer> JAPAN = Set.of(2, 3);
    private static final Set<Integer> FRANCE = Set.of(4, 5);

    private static ReNetwork network;

    @BeforeAll
    static void build() throws IOException {
        network = ReNetwork.build(NetworkPlan.of(5).withClientCount(8));
        Path countries = network.lab().directory().resolve("countries.mmdb");
        new TinyGeoDatabase()
                .block("198.51.100.2", 32, "JP")
                .block("198.51.100.3", 32, "JP")
                .block("198.51.100.4", 32, "FR")
                .block("198.51.100.5", 32, "FR")
                .write(countries);
        Map<String, String> database = Map.of("GEOIP2_MMDB", countries.toString());
        network.registry().setEnvironment(database);
        network.startRegistry(List.of("--same-country", "JP"));
        network.enrol();
        network.probe();
        network.node(1).start();
        network.node(2).start(List.of("--country", "JP"), Map.of());
        network.node(3).start();
        network.node(4).start(List.of(), database);
        network.node(5).start(List.of("--country", "FR"), Map.of());
        network.awaitFirstReachability(LIMIT);
    }

    @AfterAll
    static void end() {
        assertThat(network.end()).isEmpty();
    }

    @Test
    void noTunnelCrossesTheBorderAndThoseWithinAreMade() {
        Set<Set<Integer>> allowed = Set.of(Set.of(1, 2), Set.of(1, 3), Set.of(1, 4), Set.of(1, 5), JAPAN, FRANCE);
        Await.until(
                "tunnels within both countries",
                LIMIT,
                () -> {
                    Set<Set<Integer>> dialled = dialled();
                    // Not only in the end: none is ever begun.
                    assertThat(allowed).containsAll(dialled);
                    return dialled.containsAll(Set.of(JAPAN, FRANCE));
                },
                () -> dialled().toString());
        for (int number = 2; number <= 5; number++) {
            String country = JAPAN.contains(number) ? "JP" : "FR";
            LabNode node = network.node(number);
            String status = node.host()
                    .command(Programs.node(), "status", "--run", node.run().toString())
                    .within(LIMIT)
                    .output();
            assertThat(status).contains("198.51.100." + number + ",1194,tcp," + country + "\n");
        }
    }

    /** Pairs with a tunnel between them, begun by either. */
    private static Set<Set<Integer>> dialled() {
        return network.nodes().stream()
                .flatMap(node -> node.tunnels().stream()
                        .flatMap(tunnel -> network.byCn(tunnel.peerCn()).stream())
                        .map(peer -> Set.of(number(node), number(peer))))
                .collect(Collectors.toSet());
    }

    private static int number(LabNode node) {
        return Integer.parseInt(node.name().substring(1));
    }
}
