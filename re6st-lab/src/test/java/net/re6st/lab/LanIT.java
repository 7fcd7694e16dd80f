package net.re6st.lab;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Two nodes of one segment find each other there, and talk over it.
 *
 * <pre>
 *   h1 (registry)      h2 ==eth0== h3
 * </pre>
 */
@ExtendWith(KeepLogs.class)
final class LanIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @Test
    void nodesOfOneSegmentTalkOverIt() {
        try (ReNetwork network = ReNetwork.build(NetworkPlan.of(3))) {
            network.startRegistry(List.of());
            network.enrol();
            network.probe();
            LabNode left = network.node(2);
            LabNode right = network.node(3);
            network.node(1).start();
            left.start(List.of("-i", "eth0"), Map.of());
            right.start(List.of("-i", "eth0"), Map.of());
            network.awaitFirstReachability(LIMIT);

            Await.until("the segment is the way", LIMIT, () -> usesSegment(left, right) && usesSegment(right, left));
            // Which of the two has a way of its own to h1, and so tells the other of it, is chance.
            String registry = network.node(1).subnet().toString();
            Await.until("h1 is heard of on the segment", LIMIT, () -> hears(left, registry) || hears(right, registry));
        }
    }

    private static boolean hears(LabNode node, String prefix) {
        return node.babel().routes().stream()
                .anyMatch(
                        route -> route.iface().equals("eth0") && route.prefix().equals(prefix));
    }

    private static boolean usesSegment(LabNode from, LabNode to) {
        return from.babel()
                .installed(to.subnet().toString())
                .filter(route -> route.iface().equals("eth0"))
                .isPresent();
    }
}
