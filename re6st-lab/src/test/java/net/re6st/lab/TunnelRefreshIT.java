package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tunnels are replaced all the time, and nobody notices: five nodes for half a minute or more, or eight for three minutes. */
@ExtendWith(KeepLogs.class)
final class TunnelRefreshIT {
    private static final boolean ALL = Boolean.getBoolean("re6st.all");
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Test
    void replacedTunnelsLoseNoPacket() {
        NetworkPlan plan =
                ALL ? NetworkPlan.of(8).withClientCount(4) : NetworkPlan.of(5).withClientCount(2);
        Duration time = ALL ? Duration.ofMinutes(3) : Duration.ofSeconds(35);
        int wanted = ALL ? 10 : 3;
        // A removal that finds no other way in time is given up and tried again 20 s later: chance decides how many
        // succeed.
        Duration patience = time.plusMinutes(4);
        try (ReNetwork network = ReNetwork.running(plan.withTunnelRefresh(20), LIMIT)) {
            network.awaitSteadyReachability(LIMIT);
            long start = network.prober().now();
            Set<String> gone = new HashSet<>();
            Set<String> open = new HashSet<>(tunnels(network));
            Await.until(
                    wanted + " tunnels were replaced",
                    patience,
                    () -> {
                        Set<String> seen = tunnels(network);
                        open.stream().filter(tunnel -> !seen.contains(tunnel)).forEach(gone::add);
                        open.addAll(seen);
                        return network.prober().now() - start > time.toNanos() && gone.size() >= wanted;
                    },
                    () -> gone.size() + " were");
            Prober.Report report = network.prober().since(start);
            long seconds = Duration.ofNanos(network.prober().now() - start).toSeconds();
            Figures.print("%d tunnels ended in %d s: %s".formatted(gone.size(), seconds, report));
            assertThat(report.lost()).as(report.toString()).isZero();
            List<String> errors = network.errors();
            assertThat(errors).isEmpty();
        }
    }

    /** Client tunnels that carry Babel, by node and process. */
    private static Set<String> tunnels(ReNetwork network) {
        return network.nodes().stream()
                .flatMap(node -> {
                    BabelTable table = node.babel();
                    return node.tunnels().stream()
                            .filter(tunnel -> table.neighbours().stream()
                                    .anyMatch(n -> n.iface().equals(tunnel.iface())))
                            .map(tunnel -> node.name() + " " + tunnel.pid());
                })
                .collect(Collectors.toSet());
    }
}
