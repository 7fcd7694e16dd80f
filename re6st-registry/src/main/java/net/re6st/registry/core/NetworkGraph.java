package net.re6st.registry.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.re6st.config.Json;
import net.re6st.config.Value;
import net.re6st.net.Prefix;
import net.re6st.wire.LinkDelays;
import net.re6st.wire.Topology;

/** The network as a picture: nodes, the tunnels between them as far as nodes told, and the ways along those. */
public final class NetworkGraph {
    private static final int NOBODY = -1;

    private final List<NodeEntry> nodes;
    private final Map<Prefix, Integer> indexes = new HashMap<>();
    private final List<Tunnel> tunnels;
    private final List<List<Integer>> neighbours = new ArrayList<>();

    /**
     * A tunnel between two nodes of the list, by their indexes; the first one made it.
     *
     * @param isConfirmed whether both ends tell of it; else one does
     * @param delayMillis there and back, where it was measured
     */
    public record Tunnel(int from, int to, boolean isConfirmed, OptionalInt delayMillis) {}

    /** A way with the fewest tunnels, from the first node to the last. */
    public record Way(NodeEntry to, List<NodeEntry> nodes) {
        public int hops() {
            return nodes.size() - 1;
        }
    }

    private NetworkGraph(List<NodeEntry> nodes, Optional<Sighting> sighting) {
        this.nodes = nodes;
        for (NodeEntry node : nodes) {
            indexes.put(node.prefix(), indexes.size());
            neighbours.add(new ArrayList<>());
        }
        tunnels = sighting.map(this::tunnels).orElse(List.of());
        for (Tunnel tunnel : tunnels) {
            neighbours.get(tunnel.from()).add(tunnel.to());
            neighbours.get(tunnel.to()).add(tunnel.from());
        }
        neighbours.forEach(list -> list.sort(null));
    }

    public static NetworkGraph of(List<NodeEntry> nodes, Optional<Sighting> sighting) {
        return new NetworkGraph(nodes, sighting);
    }

    /** Of two tunnels between the same nodes, one is drawn. */
    private List<Tunnel> tunnels(Sighting seen) {
        SortedMap<Long, Tunnel> found = new TreeMap<>();
        seen.tunnels().forEach((node, told) -> {
            told.dialled().forEach(other -> add(found, seen, node, other));
            told.served().forEach(other -> add(found, seen, other, node));
        });
        return List.copyOf(found.values());
    }

    private void add(SortedMap<Long, Tunnel> found, Sighting seen, Prefix from, Prefix to) {
        Integer a = indexes.get(from);
        Integer b = indexes.get(to);
        if (a == null || b == null || a.equals(b)) {
            return;
        }
        Topology one = seen.tunnels().get(from);
        Topology other = seen.tunnels().get(to);
        boolean confirmed = one != null
                && other != null
                && one.dialled().contains(to)
                && other.served().contains(from);
        long key = ((long) Math.min(a, b) << Integer.SIZE) | Math.max(a, b);
        Tunnel tunnel = new Tunnel(a, b, confirmed, delay(seen, nodes.get(a), nodes.get(b)));
        found.merge(key, tunnel, (before, now) -> before.isConfirmed() ? before : now);
    }

    /** What the registry's node measured, else the worse of what the two ends tell. */
    private static OptionalInt delay(Sighting seen, NodeEntry one, NodeEntry other) {
        if (one.isRegistryNode() || other.isRegistryNode()) {
            Integer delay = seen.delayMillis().get(one.isRegistryNode() ? other.prefix() : one.prefix());
            if (delay != null) {
                return OptionalInt.of(delay);
            }
        }
        return Stream.of(told(seen, one, other), told(seen, other, one))
                .flatMapToInt(OptionalInt::stream)
                .max();
    }

    private static OptionalInt told(Sighting seen, NodeEntry by, NodeEntry of) {
        LinkDelays delays = seen.delays().get(by.prefix());
        Integer delay = delays == null ? null : delays.millis().get(of.prefix());
        return delay == null ? OptionalInt.empty() : OptionalInt.of(delay);
    }

    public List<NodeEntry> nodes() {
        return nodes;
    }

    public List<Tunnel> tunnels() {
        return tunnels;
    }

    /** With whom a node has tunnels, whoever made them. */
    public List<NodeEntry> neighbours(Prefix node) {
        Integer index = indexes.get(node);
        return index == null
                ? List.of()
                : neighbours.get(index).stream().map(nodes::get).toList();
    }

    /** The shortest way from a node to each that it can reach along tunnels, nearest first. */
    public List<Way> waysFrom(Prefix start) {
        Integer first = indexes.get(start);
        if (first == null) {
            return List.of();
        }
        int[] before = new int[nodes.size()];
        Arrays.fill(before, NOBODY);
        before[first] = first;
        Queue<Integer> queue = new ArrayDeque<>(List.of(first));
        List<Way> ways = new ArrayList<>();
        while (!queue.isEmpty()) {
            int here = queue.remove();
            if (here != first) {
                ways.add(way(before, first, here));
            }
            for (int next : neighbours.get(here)) {
                if (before[next] == NOBODY) {
                    before[next] = here;
                    queue.add(next);
                }
            }
        }
        return ways;
    }

    private Way way(int[] before, int first, int last) {
        ArrayDeque<NodeEntry> way = new ArrayDeque<>();
        for (int i = last; i != first; i = before[i]) {
            way.addFirst(nodes.get(i));
        }
        way.addFirst(nodes.get(first));
        return new Way(nodes.get(last), List.copyOf(way));
    }

    /** For the script that draws: nodes, then tunnels by the indexes of their ends. */
    public String json() {
        Map<String, Value> members = new LinkedHashMap<>();
        members.put("nodes", Value.of(nodes.stream().map(this::json).toList()));
        members.put("tunnels", Value.of(tunnels.stream().map(NetworkGraph::json).toList()));
        return Json.write(new Value.Members(members));
    }

    private Value json(NodeEntry node) {
        Map<String, Value> members = new LinkedHashMap<>();
        members.put("cn", Value.of(node.cn()));
        members.put("email", Value.of(node.email()));
        members.put("subnet", Value.of(node.subnet()));
        members.put("reach", Value.of(node.reach().name().toLowerCase(java.util.Locale.ROOT)));
        members.put("registry", Value.of(node.isRegistryNode()));
        return new Value.Members(members);
    }

    private static Value json(Tunnel tunnel) {
        Map<String, Value> members = new LinkedHashMap<>();
        members.put("from", Value.of(tunnel.from()));
        members.put("to", Value.of(tunnel.to()));
        members.put("confirmed", Value.of(tunnel.isConfirmed()));
        if (tunnel.delayMillis().isPresent()) {
            members.put("delay", Value.of(tunnel.delayMillis().getAsInt()));
        }
        return new Value.Members(members);
    }
}
