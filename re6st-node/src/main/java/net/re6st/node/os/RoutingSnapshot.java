package net.re6st.node.os;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.random.RandomGenerator;
import net.re6st.core.port.RoutingView;
import net.re6st.net.Iface;
import net.re6st.net.Prefix;

/** What {@link RoutingTable} knew at one time; immutable. */
final class RoutingSnapshot implements RoutingView {
    private final Prefix[] nodes;
    private final short[] via;
    private final Iface[] linkIface;
    private final int[] linkInstalled;
    private final List<Neighbour> neighbours;
    private final boolean foreign;
    private final List<Contest> contests;

    /** Indexes of the nodes that are neighbours, growing. */
    private final int[] near;

    /**
     * @param nodes with an installed route, sorted
     * @param via the link of each node's installed route
     * @param linkIface the interface of each link
     * @param linkInstalled installed routes of each link
     */
    RoutingSnapshot(
            Prefix[] nodes,
            short[] via,
            Iface[] linkIface,
            int[] linkInstalled,
            List<Neighbour> neighbours,
            boolean foreign,
            List<Contest> contests) {
        this.nodes = nodes;
        this.via = via;
        this.linkIface = linkIface;
        this.linkInstalled = linkInstalled;
        this.neighbours = List.copyOf(neighbours);
        this.foreign = foreign;
        this.contests = List.copyOf(contests);
        this.near = neighbours.stream()
                .mapToInt(neighbour -> Arrays.binarySearch(nodes, neighbour.node()))
                .filter(index -> index >= 0)
                .distinct()
                .sorted()
                .toArray();
    }

    @Override
    public int nodeCount() {
        return nodes.length;
    }

    @Override
    public boolean isReachable(Prefix node) {
        return Arrays.binarySearch(nodes, node) >= 0;
    }

    @Override
    public List<Neighbour> neighbours() {
        return neighbours;
    }

    @Override
    public Optional<Iface> interfaceTo(Prefix node) {
        int index = Arrays.binarySearch(nodes, node);
        return index < 0 ? Optional.empty() : Optional.of(linkIface[via[index]]);
    }

    @Override
    public int routesThrough(Iface iface) {
        int routes = 0;
        for (int i = 0; i < linkIface.length; i++) {
            routes += linkIface[i].equals(iface) ? linkInstalled[i] : 0;
        }
        return routes;
    }

    @Override
    public int distantCount() {
        return nodes.length - near.length;
    }

    @Override
    public List<Prefix> sampleDistant(int count, RandomGenerator random) {
        return draw(count, distantCount(), random, this::distant);
    }

    @Override
    public List<Prefix> sample(int count, RandomGenerator random) {
        return draw(count, nodes.length, random, index -> index);
    }

    @Override
    public boolean hasForeignRoute() {
        return foreign;
    }

    @Override
    public List<Contest> contests() {
        return contests;
    }

    /** The index of the distant node number {@code rank}. */
    private int distant(int rank) {
        int index = rank;
        for (int neighbour : near) {
            if (neighbour > index) {
                break;
            }
            index++;
        }
        return index;
    }

    /** The beginning of a random permutation of {@code total} things, of which only what was moved is kept. */
    private List<Prefix> draw(int count, int total, RandomGenerator random, IntUnaryOperator indexOf) {
        Map<Integer, Integer> moved = new HashMap<>();
        List<Prefix> drawn = new ArrayList<>();
        for (int i = 0; i < Math.min(count, total); i++) {
            int j = i + random.nextInt(total - i);
            int picked = moved.getOrDefault(j, j);
            moved.put(j, moved.getOrDefault(i, i));
            drawn.add(nodes[indexOf.applyAsInt(picked)]);
        }
        return drawn;
    }
}
