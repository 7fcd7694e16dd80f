package net.re6st.core.port;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import net.re6st.net.Iface;
import net.re6st.net.Prefix;

/** A routing table without a route. */
final class EmptyRoutingView implements RoutingView {
    static final EmptyRoutingView INSTANCE = new EmptyRoutingView();

    @Override
    public int nodeCount() {
        return 0;
    }

    @Override
    public boolean isReachable(Prefix node) {
        return false;
    }

    @Override
    public List<Neighbour> neighbours() {
        return List.of();
    }

    @Override
    public Optional<Iface> interfaceTo(Prefix node) {
        return Optional.empty();
    }

    @Override
    public int routesThrough(Iface iface) {
        return 0;
    }

    @Override
    public int distantCount() {
        return 0;
    }

    @Override
    public List<Prefix> sampleDistant(int count, RandomGenerator random) {
        return List.of();
    }

    @Override
    public List<Prefix> sample(int count, RandomGenerator random) {
        return List.of();
    }

    @Override
    public boolean hasForeignRoute() {
        return false;
    }
}
