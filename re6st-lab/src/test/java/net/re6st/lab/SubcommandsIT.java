package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The registry's subcommands beside a running registry, on a network whose CA is about to end. */
@ExtendWith(KeepLogs.class)
final class SubcommandsIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int NODES = 5;

    /** Nodes look for a renewed CA in its last thirty days. */
    private static final int FEW_DAYS = 20;

    @Test
    void renewsTheAuthorityWithoutLossAndRevokesAtOnce() throws Exception {
        try (ReNetwork network = ReNetwork.build(NetworkPlan.of(NODES).withBehindNat(1))) {
            network.startRegistry(List.of(), FEW_DAYS);
            network.enrol();
            network.startNodes();
            network.awaitFirstReachability(LIMIT);
            network.awaitSteadyReachability(LIMIT);
            LabRegistry registry = network.registry();
            assertThat(registry.run("list").output()).contains("the CA's certificate ends in");
            renew(network);
            revoke(network);
            Command.Result verified = registry.run("verify");
            assertThat(verified.output()).contains("nothing wrong");
            assertThat(verified.status()).as(verified.output()).isZero();
        }
    }

    private static void renew(ReNetwork network) throws Exception {
        String old = network.node(1).authority();
        long start = network.prober().now();
        Command.Result renewed = network.registry().run("ca", "renew", "--days", "3650");
        assertThat(renewed.status()).as(renewed.output()).isZero();
        String authority = Files.readString(network.registry().folder().resolve("ca.crt"));
        assertThat(authority).isNotEqualTo(old);
        Await.until(
                "every node has the renewed CA",
                LIMIT,
                () -> network.nodes().stream().allMatch(node -> node.authority().equals(authority)),
                () -> network.nodes().stream()
                        .filter(node -> !node.authority().equals(authority))
                        .toList()
                        .toString());
        long taken = network.prober().now();
        // A neighbour that was lost shows after two to three hellos.
        Await.until(
                "some hellos",
                LIMIT,
                () -> network.prober().now() - taken > Duration.ofSeconds(10).toNanos());
        Prober.Report report = network.prober().since(start);
        Figures.print("ca renew: taken by all nodes after %.1f s, %s".formatted((taken - start) / 1e9, report));
        assertThat(report.lost()).as(report.toString()).isZero();
        // A node that joins now gets it, and what is issued now lives longer than the old one would have.
        Path log = network.registry().folder().resolve("registry.log");
        assertThat(Files.readString(log)).contains("the CA's certificate is that of the database");
        assertThat(network.registry().callOrFail("getCa")).isEqualTo(authority);
    }

    private static void revoke(ReNetwork network) {
        LabNode victim = network.node(NODES);
        long start = network.prober().now();
        Command.Result revoked = network.registry().run("revoke", victim.cn());
        assertThat(revoked.status()).as(revoked.output()).isZero();
        long told = network.prober().now();
        Await.until(
                "the revoked node is alone",
                LIMIT,
                () -> network.prober()
                                .unreachableSince(
                                        network.prober().now()
                                                - Duration.ofSeconds(2).toNanos(),
                                        (from, to) -> from.equals(victim.name()) || to.equals(victim.name()))
                                .size()
                        == 2 * (NODES - 1));
        double seconds = (network.prober().now() - told) / 1e9 - 2;
        Prober.Report others =
                network.prober().since(start, (from, to) -> !from.equals(victim.name()) && !to.equals(victim.name()));
        Figures.print("revoke: alone %.1f s after the command ended; the others: %s".formatted(seconds, others));
        assertThat(seconds).isLessThan(10);
    }
}
