package net.re6st.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import net.re6st.core.port.RoutingView;
import net.re6st.net.Iface;
import net.re6st.net.Prefix;

/** A routing table given by hand: the neighbours, each reached directly, and distant nodes, reached through the first. */
record SmallRoutingView(List<Neighbour> neighbours, List<Prefix> distant) implements RoutingView {
    @Override
    public int nodeCount() {
        return neighbours.size() + distant.size();
    }

    @Override
    public boolean isReachable(Prefix node) {
        return distant.contains(node) || neighbour(node).isPresent();
    }

    @Override
    public Optional<Iface> interfaceTo(Prefix node) {
        if (distant.contains(node)) {
            return neighbours.stream().map(Neighbour::iface).findFirst();
        }
        return neighbour(node).map(Neighbour::iface);
    }

    @Override
    public int routesThrough(Iface iface) {
        return neighbours.stream()
                .filter(n -> n.iface().equals(iface))
                .mapToInt(Neighbour::routes)
                .sum();
    }

    @Override
    public int distantCount() {
        return distant.size();
    }

    @Override
    public List<Prefix> sampleDistant(int count, RandomGenerator random) {
        List<Prefix> shuffled = PeerCache.shuffled(distant, random);
        return shuffled.subList(0, Math.min(count, shuffled.size()));
    }

    @Override
    public List<Prefix> sample(int count, RandomGenerator random) {
        List<Prefix> all = new ArrayList<>(distant);
        neighbours.forEach(n -> all.add(n.node()));
        List<Prefix> shuffled = PeerCache.shuffled(all, random);
        return shuffled.subList(0, Math.min(count, shuffled.size()));
    }

    @Override
    public boolean hasForeignRoute() {
        return false;
    }
}
