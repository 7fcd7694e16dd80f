package net.re6st.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.re6st.testing.PostgresServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Two registries over one PostgreSQL, each with a node on its machine. The first machine is lost; a node that is revoked at the
 * second registry is cut off.
 *
 * <pre>
 *   h1 (registry, lost)      h2 (registry)      h3      h4 (revoked)
 * </pre>
 */
@ExtendWith(KeepLogs.class)
final class LostRegistryIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final NetworkPlan PLAN = NetworkPlan.of(4);

    @Test
    void theOtherOneRevokes() throws IOException {
        PostgresServer.assumeInstalled();
        List<PortRelay> relays = new ArrayList<>();
        try (PostgresServer database = PostgresServer.start("fsync=off");
                ReNetwork network = ReNetwork.build(PLAN)) {
            database.createDatabase("lab");
            for (LabNode node : network.nodes().subList(0, 2)) {
                relays.add(PortRelay.open(node.host(), database.port()));
            }
            List<String> options =
                    List.of("--db", "postgresql://%s@127.0.0.1:%d/lab".formatted(PostgresServer.USER, database.port()));
            network.startRegistry(options);
            LabRegistry second = second(network);
            second.start(PLAN, options);
            network.enrol();
            // A node to which nobody connects dials two. If all chose among all, there would at times be none of the
            // tunnels
            // that are waited for below.
            for (LabNode node : network.nodes()) {
                boolean third = node == network.node(3);
                network.introduce("tcp", node, third ? List.of(network.node(2), network.node(4)) : network.nodes());
            }
            network.nodes().forEach(node -> node.start(List.of("--registry", second.url()), Map.of()));
            List<LabNode> others = List.of(network.node(2), network.node(3));
            LabNode revoked = network.node(4);
            Await.until(
                    "tunnels that need neither the first nor the revoked one",
                    LIMIT,
                    () -> linked(others.get(0), others.get(1))
                            && (linked(others.get(0), revoked) || linked(others.get(1), revoked)));
            network.node(1).host().cut();
            network.registry().task().orElseThrow().kill();
            Await.until("a network without the first machine", LIMIT, () -> others.stream()
                    .allMatch(node -> knowsWay(node, revoked) && !knowsWay(node, network.node(1))));
            long began = System.nanoTime();
            second.revoke(revoked.cn());
            Await.until("no packet gets to it", LIMIT, () -> others.stream().noneMatch(node -> reaches(node, revoked)));
            told("cut off", began);
            Await.until(
                    "nobody knows a way to it",
                    LIMIT,
                    () -> others.stream().noneMatch(node -> knowsWay(node, revoked)),
                    () -> others.stream()
                            .map(node -> node + " " + node.cachedVersion() + " " + node.tunnels())
                            .toList()
                            .toString());
            told("known to nobody", began);
            Await.until("both have the new parameters", LIMIT, () -> others.get(1)
                    .cachedVersion()
                    .equals(others.get(0).cachedVersion()));
        } finally {
            relays.forEach(PortRelay::close);
        }
    }

    private static void told(String what, long began) {
        Figures.print("revoked at the registry that is left: %s after %.1f s"
                .formatted(what, (System.nanoTime() - began) / 1e9));
    }

    private static boolean reaches(LabNode from, LabNode to) {
        return from.host()
                .command("ping", "-c", "1", "-W", "1", to.address())
                .run()
                .ok();
    }

    private static boolean linked(LabNode one, LabNode other) {
        return Stream.of(List.of(one, other), List.of(other, one)).anyMatch(pair -> pair.get(0).tunnels().stream()
                .anyMatch(tunnel -> tunnel.peerCn().equals(pair.get(1).cn())));
    }

    private static boolean knowsWay(LabNode from, LabNode to) {
        return from.babel()
                .installed(to.subnet().toString())
                .filter(BabelTable.Route::isInUse)
                .isPresent();
    }

    /** On the second host, with the same CA and options. */
    private static LabRegistry second(ReNetwork network) throws IOException {
        LabRegistry second = new LabRegistry(network.node(2).host(), ReNetwork.NETWORK);
        Files.createDirectories(second.folder());
        try (Stream<Path> files = Files.list(network.registry().folder())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, second.folder().resolve(file.getFileName()));
            }
        }
        return second;
    }
}
