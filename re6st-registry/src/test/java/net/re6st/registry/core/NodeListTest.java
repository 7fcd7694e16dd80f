package net.re6st.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import net.re6st.net.Network;
import net.re6st.net.Prefix;
import net.re6st.registry.core.NodeEntry.Certificate;
import net.re6st.registry.core.NodeEntry.Reach;
import net.re6st.registry.core.NodeList.Order;
import net.re6st.registry.core.NodeList.Query;
import net.re6st.registry.port.ClashRow;
import net.re6st.registry.port.NodeRow;
import org.junit.jupiter.api.Test;

/** What is told about each node, which match a search, and in which order they stand. */
class NodeListTest {
    private static final Network NETWORK = new Network(0x2001_0db8_0042_0000L, 0, 48);
    private static final long NOW = 1_800_000_000L;
    private static final long DAY = 86_400;

    private final List<NodeRow> rows = List.of(
            row(0, "a@example.com", 400, false),
            row(1, "B@example.com", 10, false),
            row(2, "", -1, false),
            row(3, "b2@example.org", 300, true));

    @Test
    void tellsTheStateOfEachNode() {
        List<NodeEntry> nodes = all(Optional.of(sighting(0, 3)));
        assertThat(nodes.stream().map(NodeEntry::reach))
                .containsExactly(Reach.REACHABLE, Reach.UNREACHABLE, Reach.UNREACHABLE, Reach.REACHABLE);
        assertThat(nodes.stream().map(NodeEntry::certificate))
                .containsExactly(Certificate.VALID, Certificate.ENDING, Certificate.ENDED, Certificate.REVOKED);
        assertThat(nodes.get(0).subnet()).isEqualTo("2001:db8:42::/64");
        assertThat(nodes.get(0).software()).contains("version 0");
        assertThat(nodes.get(0).isRegistryNode()).isTrue();
        assertThat(nodes.get(1).isRegistryNode()).isFalse();
    }

    @Test
    void knowsNothingWhileTheRegistrysNodeIsSilent() {
        assertThat(all(Optional.empty())).allMatch(node -> node.reach() == Reach.UNKNOWN);
        assertThat(all(Optional.of(sighting()))).allMatch(node -> node.reach() == Reach.UNKNOWN);
    }

    @Test
    void findsByAnyColumn() {
        assertThat(found("b")).containsExactly(1, 3);
        assertThat(found("EXAMPLE.com")).containsExactly(0, 1);
        assertThat(found("b example.org")).containsExactly(3);
        assertThat(found("2/")).containsExactly(2);
        assertThat(found("42:3:")).containsExactly(3);
        assertThat(found("2001:db8:42:2::77")).containsExactly(2);
        assertThat(found("version")).containsExactly(0, 3);
        assertThat(found("unreachable")).containsExactly(1, 2);
        assertThat(found("reachable")).containsExactly(0, 3);
        assertThat(found("ended")).containsExactly(2);
        assertThat(found("revoked")).containsExactly(3);
        assertThat(found("103")).containsExactly(3);
        assertThat(found("  ")).containsExactly(0, 1, 2, 3);
        assertThat(found("no such")).isEmpty();
    }

    @Test
    void findsClonesByTheirRoutesAndByTheirCalls() {
        Sighting seen = new Sighting(
                NOW,
                new TreeSet<>(List.of(prefix(0))),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeSet<>(List.of(prefix(3))));
        List<ClashRow> clashes = List.of(new ClashRow(prefix(1), 2, NOW, "192.0.2.1", "192.0.2.2"));
        List<NodeEntry> nodes = NodeList.all(rows, NETWORK, Optional.of(seen), Optional.empty(), clashes, NOW);
        assertThat(NodeList.of(nodes, NETWORK, new Query("cloned", Order.PREFIX, false, 0))
                        .entries())
                .extracting(NodeEntry::prefix, NodeEntry::isHeardTwice, NodeEntry::clash)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(prefix(1), false, Optional.of(clashes.get(0))),
                        org.assertj.core.groups.Tuple.tuple(prefix(3), true, Optional.empty()));
    }

    @Test
    void ordersByEachColumnBothWays() {
        assertThat(ordered(Order.PREFIX, false)).containsExactly(0, 1, 2, 3);
        assertThat(ordered(Order.PREFIX, true)).containsExactly(3, 2, 1, 0);
        assertThat(ordered(Order.END, false)).containsExactly(2, 1, 3, 0);
        assertThat(ordered(Order.EMAIL, false)).containsExactly(2, 0, 3, 1);
        assertThat(ordered(Order.REACHABLE, true)).containsExactly(2, 1, 3, 0);
        assertThat(ordered(Order.SOFTWARE, false)).containsExactly(1, 2, 0, 3);
    }

    @Test
    void showsOnePage() {
        List<NodeRow> many = new ArrayList<>();
        for (int i = 0; i < 2 * NodeList.PAGE_SIZE + 1; i++) {
            many.add(row(i, "", 1, false));
        }
        List<NodeEntry> nodes = NodeList.all(many, NETWORK, Optional.empty(), Optional.empty(), NOW);
        NodeList last = NodeList.of(nodes, NETWORK, new Query("", Order.PREFIX, false, 99));
        assertThat(last.page()).isEqualTo(2);
        assertThat(last.pages()).isEqualTo(3);
        assertThat(last.entries()).hasSize(1);
        assertThat(NodeList.of(nodes, NETWORK, Query.ALL).entries()).hasSize(NodeList.PAGE_SIZE);
        assertThat(NodeList.of(List.of(), NETWORK, Query.ALL).pages()).isEqualTo(1);
    }

    private List<Integer> found(String search) {
        return numbers(new Query(search, Order.PREFIX, false, 0));
    }

    private List<Integer> ordered(Order order, boolean descending) {
        return numbers(new Query("", order, descending, 0));
    }

    private List<Integer> numbers(Query query) {
        return NodeList.of(all(Optional.of(sighting(0, 3))), NETWORK, query).entries().stream()
                .map(node -> Integer.parseInt(node.cn().split("/")[0]))
                .toList();
    }

    private List<NodeEntry> all(Optional<Sighting> sighting) {
        return NodeList.all(rows, NETWORK, sighting, Optional.of(prefix(0)), NOW);
    }

    private static Sighting sighting(int... reachable) {
        TreeSet<Prefix> prefixes = new TreeSet<>();
        TreeMap<Prefix, String> software = new TreeMap<>();
        for (int number : reachable) {
            prefixes.add(prefix(number));
            software.put(prefix(number), "version " + number);
        }
        return new Sighting(NOW, prefixes, software, new TreeMap<>(), new TreeMap<>());
    }

    private static NodeRow row(int number, String email, long days, boolean isRevoked) {
        Optional<String> address = email.isEmpty() ? Optional.empty() : Optional.of(email);
        return new NodeRow(prefix(number), address, 100 + number, OptionalLong.empty(), NOW + days * DAY, isRevoked);
    }

    private static Prefix prefix(int number) {
        return Prefix.parseCn(number + "/16").orElseThrow();
    }
}
