package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Four nodes, each with tunnels to all others; what goes from one to another is lost in part: first a little, which the node
 * tells, then much, and the tunnel is left and not dialled again.
 */
@ExtendWith(KeepLogs.class)
final class LossyTunnelIT {
    private static final boolean ALL = Boolean.getBoolean("re6st.all");
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final List<String> PROTOCOLS = List.of("udp", "tcp", "udp6", "tcp6");

    /** What is promised; more where other tests run at the same time. */
    private static final Duration LEFT = Duration.ofSeconds(ALL ? 20 : 45);

    private static final Duration TOLD = Duration.ofMinutes(ALL ? 1 : 4);

    private final ReNetwork network = ReNetwork.build(NetworkPlan.of(4));

    /** A tunnel of a node that has others, too. */
    private record Link(LabNode from, LabNode to, LabNode.Tunnel tunnel) {}

    static List<String> protocols() {
        return ALL ? List.of("udp", "tcp") : List.of("udp");
    }

    @AfterEach
    void end() {
        network.close();
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void lossIsToldAndATunnelThatLosesMuchIsGivenUp(String protocol) throws IOException {
        start(protocol);
        Link link = Await.found("a node with several tunnels", LIMIT, this::chosen, () -> "");

        long began = System.nanoTime();
        lose(link, 5);
        Await.until("status tells the loss", TOLD, () -> isToldLossy(link), () -> status(link.from()));
        Figures.print("%s: 5 %% loss is told after %.1f s".formatted(protocol, seconds(began)));
        assertThat(isOpen(link))
                .as("5 %% loss is no reason to give a tunnel up")
                .isTrue();

        began = System.nanoTime();
        lose(link, 30);
        Await.until("the tunnel is left", LIMIT, () -> !isUsed(link), () -> status(link.from()));
        Figures.print("%s: 30 %% loss is left after %.1f s".formatted(protocol, seconds(began)));
        Await.until("the tunnel is closed", LIMIT, () -> !isOpen(link), () -> status(link.from()));
        Figures.print("%s: the tunnel is closed after %.1f s".formatted(protocol, seconds(began)));

        // The next daemon must not dial the peer either.
        link.from().reload();
        link.from().awaitUp(LIMIT);
        String record = Files.readString(link.from().run().resolve("state.json"));
        assertThat(record).contains("\"avoided\": [{\"peer\": \"" + link.to().cn() + "\", ");

        // So long nobody dials who would meet the losses again.
        Duration calm = !ALL ? Duration.ofSeconds(15) : Duration.ofSeconds(protocol.equals("udp") ? 570 : 60);
        // Nor the peer, which may not have heard why the tunnel ended: then it finds out by itself, once.
        Set<LabNode.Tunnel> back = new HashSet<>();
        long calmFrom = System.nanoTime();
        Await.until(
                "it stayed so",
                calm.plus(LIMIT),
                () -> {
                    assertThat(dialled(link.from(), link.to())).isFalse();
                    back.addAll(tunnels(link.to(), link.from()));
                    return System.nanoTime() - calmFrom > calm.toNanos();
                },
                () -> "");
        assertThat(back).hasSizeLessThan(2);
        Duration lossy = Duration.ofNanos(network.prober().steadySince(began) - began);
        Figures.print("%s: the last packet was lost after %.1f s".formatted(protocol, lossy.toMillis() / 1000.0));
        assertThat(lossy).isLessThan(LEFT);
        assertThat(network.errors()).isEmpty();
    }

    private void start(String protocol) throws IOException {
        network.startRegistry(List.of());
        network.enrol();
        network.probe();
        network.introduce(protocol);
        for (LabNode node : network.nodes()) {
            List<String> options = new ArrayList<>(List.of("--pp", "1194", protocol));
            for (String other : PROTOCOLS) {
                if (!other.equals(protocol)) {
                    options.addAll(List.of("--disable-proto", other));
                }
            }
            node.start(options, Map.of());
        }
        network.awaitReachability(LIMIT);
        network.awaitSteadyReachability(LIMIT);
    }

    /** The last good one of a node that dialled several and knows how good they are. */
    private Optional<Link> chosen() {
        return network.nodes().stream()
                .filter(node -> node.tunnels().size() > 1
                        && measured(node) == node.tunnels().size())
                .flatMap(node -> node.tunnels().stream()
                        .map(tunnel ->
                                new Link(node, network.byCn(tunnel.peerCn()).orElseThrow(), tunnel)))
                .filter(link -> isUsed(link) && !isToldLossy(link))
                .reduce((before, last) -> last);
    }

    private static long measured(LabNode node) {
        long measured = 0;
        for (JsonElement row : json(node, "tunnels").getAsJsonArray("tunnels")) {
            measured += row.getAsJsonObject().get("lostShare").isJsonNull() ? 0 : 1;
        }
        return measured;
    }

    private void lose(Link link, double percent) {
        network.lab().loss(link.from().host(), link.to().host(), percent);
    }

    private static boolean isToldLossy(Link link) {
        for (JsonElement row :
                json(link.from(), "status").getAsJsonObject("tunnels").getAsJsonArray("lossy")) {
            if (row.getAsJsonObject()
                    .get("iface")
                    .getAsString()
                    .equals(link.tunnel().iface())) {
                return true;
            }
        }
        return false;
    }

    /** Whether packets from one to the other go through it. */
    private static boolean isUsed(Link link) {
        return link.from()
                .babel()
                .installed(link.to().subnet().toString())
                .filter(route -> route.iface().equals(link.tunnel().iface()))
                .isPresent();
    }

    private static boolean isOpen(Link link) {
        return link.from().tunnels().contains(link.tunnel());
    }

    private static boolean dialled(LabNode from, LabNode to) {
        return !tunnels(from, to).isEmpty();
    }

    private static List<LabNode.Tunnel> tunnels(LabNode from, LabNode to) {
        return from.tunnels().stream()
                .filter(tunnel -> tunnel.peerCn().equals(to.cn()))
                .toList();
    }

    private static double seconds(long began) {
        return (System.nanoTime() - began) / 1e9;
    }

    private static JsonObject json(LabNode node, String command) {
        return JsonParser.parseString(status(node, command)).getAsJsonObject();
    }

    private static String status(LabNode node) {
        return status(node, "tunnels");
    }

    private static String status(LabNode node, String command) {
        return node.host()
                .command(Programs.node(), command, "--json", "--run", node.run().toString())
                .output();
    }
}
