package net.re6st.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import net.re6st.core.port.RoutingView;
import net.re6st.net.Iface;
import net.re6st.net.Prefix;

/** What one node sees of the simulated routes. */
final class SimView implements RoutingView {
    private final Map<Prefix, Iface> routes = new TreeMap<>();
    private final List<Neighbour> neighbours = new ArrayList<>();
    private final List<Prefix> distant = new ArrayList<>();

    SimView(SimNode self, List<SimNode> nodes, SimLink[] table, List<SimLink> links) {
        Map<SimLink, Integer> counts = new java.util.HashMap<>();
        for (SimNode node : nodes) {
            SimLink link = table[node.index()];
            if (link != null) {
                routes.put(node.prefix(), link.iface(self));
                counts.merge(link, 1, Integer::sum);
            }
        }
        for (SimLink link : links) {
            if (link.visible) {
                Prefix peer = link.other(self).prefix();
                neighbours.add(
                        new Neighbour(peer, link.iface(self), counts.getOrDefault(link, 0), Double.NaN, link.cost()));
            }
        }
        neighbours.sort(java.util.Comparator.comparing(Neighbour::node));
        routes.keySet().stream().filter(p -> neighbour(p).isEmpty()).forEach(distant::add);
    }

    @Override
    public int nodeCount() {
        return routes.size();
    }

    @Override
    public boolean isReachable(Prefix node) {
        return routes.containsKey(node);
    }

    @Override
    public List<Neighbour> neighbours() {
        return neighbours;
    }

    @Override
    public Optional<Iface> interfaceTo(Prefix node) {
        return Optional.ofNullable(routes.get(node));
    }

    @Override
    public int routesThrough(Iface iface) {
        return (int) routes.values().stream().filter(iface::equals).count();
    }

    @Override
    public int distantCount() {
        return distant.size();
    }

    @Override
    public List<Prefix> sampleDistant(int count, RandomGenerator random) {
        return sample(distant, count, random);
    }

    @Override
    public List<Prefix> sample(int count, RandomGenerator random) {
        return sample(List.copyOf(routes.keySet()), count, random);
    }

    private static List<Prefix> sample(List<Prefix> from, int count, RandomGenerator random) {
        List<Prefix> pool = new ArrayList<>(from);
        List<Prefix> chosen = new ArrayList<>();
        while (chosen.size() < count && !pool.isEmpty()) {
            int i = random.nextInt(pool.size());
            chosen.add(pool.get(i));
            pool.set(i, pool.get(pool.size() - 1));
            pool.remove(pool.size() - 1);
        }
        return chosen;
    }

    @Override
    public boolean hasForeignRoute() {
        return false;
    }
}
