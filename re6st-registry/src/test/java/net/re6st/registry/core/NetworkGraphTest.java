package net.re6st.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.re6st.config.Json;
import net.re6st.net.Network;
import net.re6st.net.Prefix;
import net.re6st.registry.core.NetworkGraph.Tunnel;
import net.re6st.registry.core.NetworkGraph.Way;
import net.re6st.registry.port.NodeRow;
import net.re6st.testing.Seeds;
import net.re6st.wire.LinkDelays;
import net.re6st.wire.Topology;
import org.junit.jupiter.api.Test;

/** The picture: which tunnels are drawn, and which way is the shortest. */
class NetworkGraphTest {
    private static final Network NETWORK = new Network(0x2001_0db8_0042_0000L, 0, 48);

    private final SortedMap<Prefix, LinkDelays> delays = new TreeMap<>();

    @Test
    void drawsEachTunnelOnce() {
        NetworkGraph graph = graph(4, Map.of(0, List.of(1, 2), 1, List.of(0), 2, List.of(2, 9)), Map.of(1, 40));
        assertThat(graph.tunnels())
                .containsExactly(
                        new Tunnel(0, 1, true, OptionalInt.of(40)), new Tunnel(0, 2, true, OptionalInt.empty()));
    }

    @Test
    void marksWhatOnlyOneEndToldOf() {
        NetworkGraph graph = graph(3, Map.of(0, List.of(1)), Map.of());
        assertThat(graph.tunnels()).containsExactly(new Tunnel(0, 1, false, OptionalInt.empty()));
    }

    @Test
    void knowsTheTunnelsOfSilentNodesFromTheOtherEnd() {
        SortedMap<Prefix, Topology> told = new TreeMap<>();
        told.put(prefix(0), new Topology(List.of(), List.of(prefix(2))));
        assertThat(graph(3, told, Map.of()).tunnels()).containsExactly(new Tunnel(2, 0, false, OptionalInt.empty()));
    }

    @Test
    void theRegistrysOwnDelaysAreNotThoseOfOthersTunnels() {
        NetworkGraph graph = graph(3, Map.of(1, List.of(2), 2, List.of()), Map.of(1, 40, 2, 50));
        assertThat(graph.tunnels()).containsExactly(new Tunnel(1, 2, true, OptionalInt.empty()));
    }

    @Test
    void ofWhatTheTwoEndsTellTheWorseIsShown() {
        delays.put(prefix(1), delays(Map.of(2, 20, 3, 99)));
        delays.put(prefix(2), delays(Map.of(1, 35)));
        delays.put(prefix(3), delays(Map.of(0, 70)));
        NetworkGraph graph = graph(
                5, Map.of(0, List.of(1, 3), 1, List.of(2), 2, List.of(), 3, List.of(2, 4), 4, List.of()), Map.of(1, 5));
        assertThat(graph.tunnels())
                .containsExactly(
                        // Measured by the registry's node.
                        new Tunnel(0, 1, true, OptionalInt.of(5)),
                        // Told by one end.
                        new Tunnel(0, 3, true, OptionalInt.of(70)),
                        new Tunnel(1, 2, true, OptionalInt.of(35)),
                        // Told by nobody.
                        new Tunnel(3, 2, true, OptionalInt.empty()),
                        new Tunnel(3, 4, true, OptionalInt.empty()));
    }

    @Test
    void findsTheShortestWays() {
        NetworkGraph graph =
                graph(6, Map.of(0, List.of(1), 1, List.of(2), 2, List.of(3), 3, List.of(0), 4, List.of()), Map.of());
        List<Way> ways = graph.waysFrom(prefix(0));
        assertThat(ways.stream().map(way -> way.to().cn() + " " + way.hops()))
                .containsExactly("1/16 1", "3/16 1", "2/16 2");
        assertThat(ways.get(2).nodes().stream().map(NodeEntry::cn)).containsExactly("0/16", "1/16", "2/16");
        assertThat(graph.waysFrom(prefix(77))).isEmpty();
    }

    @Test
    void noWayIsLongerThanItsStepsSay() {
        Seeds.forEach(50, (seed, random) -> {
            int size = 2 + random.nextInt(30);
            SortedMap<Integer, List<Integer>> dialled = new TreeMap<>();
            for (int i = 0; i < size; i++) {
                dialled.put(i, List.of(random.nextInt(size), random.nextInt(size)));
            }
            NetworkGraph graph = graph(size, Map.copyOf(dialled), Map.of());
            Prefix start = prefix(random.nextInt(size));
            Set<String> seen = new HashSet<>();
            int last = 0;
            for (Way way : graph.waysFrom(start)) {
                assertThat(seen.add(way.to().cn())).isTrue();
                assertThat(way.hops()).isGreaterThanOrEqualTo(last);
                last = way.hops();
                for (int i = 1; i < way.nodes().size(); i++) {
                    assertThat(graph.neighbours(way.nodes().get(i - 1).prefix()))
                            .contains(way.nodes().get(i));
                }
                // A neighbour of the end can't be nearer by more than one tunnel.
                assertThat(way.nodes().get(0).prefix()).isEqualTo(start);
            }
        });
    }

    @Test
    void writesWhatTheScriptReads() {
        String json = graph(2, Map.of(0, List.of(1)), Map.of(1, 7)).json();
        assertThat(Json.parse(json)).isPresent();
        assertThat(json)
                .contains(
                        "\"cn\": \"1/16\"",
                        "\"subnet\": \"2001:db8:42:1::/64\"",
                        "\"registry\": true",
                        "\"from\": 0, \"to\": 1, \"confirmed\": false, \"delay\": 7");
    }

    private static LinkDelays delays(Map<Integer, Integer> told) {
        SortedMap<Prefix, Integer> millis = new TreeMap<>();
        told.forEach((node, delay) -> millis.put(prefix(node), delay));
        return new LinkDelays(millis);
    }

    /** Whoever is dialled and answers tells of it. */
    private NetworkGraph graph(int size, Map<Integer, List<Integer>> dialled, Map<Integer, Integer> delays) {
        SortedMap<Prefix, Topology> told = new TreeMap<>();
        dialled.forEach((node, peers) -> told.put(
                prefix(node),
                new Topology(
                        peers.stream().map(NetworkGraphTest::prefix).toList(),
                        dialled.keySet().stream()
                                .filter(other -> dialled.get(other).contains(node))
                                .map(NetworkGraphTest::prefix)
                                .toList())));
        return graph(size, told, delays);
    }

    private NetworkGraph graph(int size, SortedMap<Prefix, Topology> told, Map<Integer, Integer> ownDelays) {
        SortedMap<Prefix, Integer> millis = new TreeMap<>();
        ownDelays.forEach((to, delay) -> millis.put(prefix(to), delay));
        Optional<Sighting> sighting = Optional.of(
                new Sighting(0, new TreeSet<>(told.keySet()), new TreeMap<>(), told, millis, delays, new TreeSet<>()));
        List<NodeRow> rows = IntStream.range(0, size)
                .mapToObj(i -> new NodeRow(prefix(i), Optional.empty(), i, OptionalLong.empty(), 1000, false))
                .toList();
        List<NodeEntry> nodes = NodeList.all(rows, NETWORK, sighting, Optional.of(prefix(0)), 0);
        return NetworkGraph.of(nodes, sighting);
    }

    private static Prefix prefix(int number) {
        return Prefix.parseCn(number + "/16").orElseThrow();
    }
}
