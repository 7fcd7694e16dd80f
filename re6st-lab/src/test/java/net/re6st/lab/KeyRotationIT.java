package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/** A rotation of the Babel keys at the hello interval of production; takes some minutes. */
@ExtendWith(KeepLogs.class)
@EnabledIfSystemProperty(named = "re6st.all", matches = "true", disabledReason = "long: bin/test --all")
final class KeyRotationIT {
    private static final Duration LIMIT = Duration.ofMinutes(4);

    @Test
    void losesNothingAtHelloFifteen() {
        NetworkPlan plan = NetworkPlan.of(8).withBehindNat(2).withHello(15);
        try (ReNetwork network = ReNetwork.running(plan, LIMIT)) {
            network.awaitSteadyReachability(LIMIT);
            long start = network.prober().now();
            for (int step = 1; step <= 3; step++) {
                network.rotateKeys(LIMIT);
                // A neighbour that was lost shows after two to three hellos.
                long rotated = network.prober().now();
                Await.until(
                        "four hellos",
                        LIMIT,
                        () -> network.prober().now() - rotated
                                > Duration.ofSeconds(60).toNanos());
            }
            Prober.Report report = network.prober().since(start);
            Figures.print("key rotation at hello 15: %s".formatted(report));
            assertThat(report.lost()).as(report.toString()).isZero();
        }
    }
}
