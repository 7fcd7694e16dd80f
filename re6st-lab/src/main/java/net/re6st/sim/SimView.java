package net.re6st.sim;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import net.re6st.core.port.RoutingView;
import net.re6st.net.Iface;
import net.re6st.net.Prefix;

/**
 * What one node sees of the simulated routes. Nothing is copied: it answers from the routes of the moment, as babeld's table
 * always is current.
 */
final class SimView implements RoutingView {
    private final SimNode self;
    private final Simulation simulation;
    private final SimRouting routing;

    SimView(SimNode self, Simulation simulation) {
        this.self = self;
        this.simulation = simulation;
        this.routing = simulation.routing();
    }

    @Override
    public int nodeCount() {
        return routing.components().size(self.index()) - 1;
    }

    @Override
    public boolean isReachable(Prefix node) {
        SimNode other = simulation.node(node);
        return other != null && other != self && routing.components().areTogether(self.index(), other.index());
    }

    @Override
    public List<Neighbour> neighbours() {
        Topology topology = routing.topology();
        int degree = topology.degree(self.index());
        List<Neighbour> neighbours = new ArrayList<>(degree);
        PathTree tree = degree == 0 ? null : routing.tree(self.index());
        for (int slot = 0; slot < degree; slot++) {
            SimLink link = topology.link(self.index(), slot);
            int routes = tree == null ? 0 : tree.routesThrough(slot);
            double rttMillis = 2e-3 * link.delayMicros;
            neighbours.add(new Neighbour(link.other(self).prefix(), link.iface(self), routes, rttMillis, link.cost()));
        }
        neighbours.sort(Comparator.comparing(Neighbour::node).thenComparing(Neighbour::iface));
        return neighbours;
    }

    /** Without looking for paths: nodes ask this often. */
    @Override
    public List<Prefix> neighboursOn(Predicate<Iface> chosen) {
        Topology topology = routing.topology();
        List<Prefix> nodes = new ArrayList<>();
        for (int slot = 0; slot < topology.degree(self.index()); slot++) {
            SimLink link = topology.link(self.index(), slot);
            if (chosen.test(link.iface(self))) {
                nodes.add(link.other(self).prefix());
            }
        }
        nodes.sort(null);
        return nodes;
    }

    @Override
    public Optional<Neighbour> neighbour(Prefix node) {
        SimNode other = simulation.node(node);
        return other == null || slot(other) < 0
                ? Optional.empty()
                : neighbours().stream().filter(n -> n.node().equals(node)).findFirst();
    }

    private int slot(SimNode other) {
        Topology topology = routing.topology();
        int[] ends = topology.ends(self.index());
        for (int slot = 0; slot < topology.degree(self.index()); slot++) {
            if (ends[slot] == other.index()) {
                return slot;
            }
        }
        return -1;
    }

    @Override
    public boolean isLinked(Prefix node, Iface iface) {
        return slot(node, iface) >= 0;
    }

    private int slot(Prefix node, Iface iface) {
        Topology topology = routing.topology();
        for (int slot = 0; slot < topology.degree(self.index()); slot++) {
            SimLink link = topology.link(self.index(), slot);
            if (link.iface(self).equals(iface) && link.other(self).prefix().equals(node)) {
                return slot;
            }
        }
        return -1;
    }

    @Override
    public boolean isUsed(Prefix node, Iface iface) {
        int slot = slot(node, iface);
        return slot >= 0 && isUsed(slot);
    }

    /** All that could go through a locked link goes another way as soon as its far end is reached another way. */
    private boolean isUsed(int slot) {
        SimLink link = routing.topology().link(self.index(), slot);
        return link.locked
                ? !routing.isNeedless(link)
                : routing.tree(self.index()).routesThrough(slot) > 0;
    }

    @Override
    public boolean isUsed(Iface iface) {
        Topology topology = routing.topology();
        for (int slot = 0; slot < topology.degree(self.index()); slot++) {
            if (topology.link(self.index(), slot).iface(self).equals(iface) && isUsed(slot)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Optional<Iface> interfaceTo(Prefix node) {
        SimNode other = simulation.node(node);
        if (other == null || !isReachable(node)) {
            return Optional.empty();
        }
        List<SimLink> path = routing.path(self, other);
        return Optional.of(path.get(0).iface(self));
    }

    @Override
    public int routesThrough(Iface iface) {
        Topology topology = routing.topology();
        int routes = 0;
        for (int slot = 0; slot < topology.degree(self.index()); slot++) {
            if (topology.link(self.index(), slot).iface(self).equals(iface)) {
                routes += routing.tree(self.index()).routesThrough(slot);
            }
        }
        return routes;
    }

    @Override
    public int distantCount() {
        return nodeCount() - near().size() + 1;
    }

    /** The neighbours, and ourselves. */
    private Set<Integer> near() {
        Topology topology = routing.topology();
        Set<Integer> near = new HashSet<>();
        near.add(self.index());
        for (int slot = 0; slot < topology.degree(self.index()); slot++) {
            near.add(topology.ends(self.index())[slot]);
        }
        return near;
    }

    @Override
    public List<Prefix> sampleDistant(int count, RandomGenerator random) {
        return draw(count, near(), random);
    }

    @Override
    public List<Prefix> sample(int count, RandomGenerator random) {
        return draw(count, new HashSet<>(Set.of(self.index())), random);
    }

    private List<Prefix> draw(int count, Set<Integer> taken, RandomGenerator random) {
        Components components = routing.components();
        int total = components.size(self.index());
        int wanted = Math.min(count, total - taken.size());
        List<Prefix> drawn = new ArrayList<>(Math.max(0, wanted));
        if (2 * (wanted + taken.size()) < total) {
            while (drawn.size() < wanted) {
                int node = components.member(self.index(), random.nextInt(total));
                if (taken.add(node)) {
                    drawn.add(self.sibling(node).prefix());
                }
            }
            return drawn;
        }
        int[] pool = new int[total];
        int size = 0;
        for (int i = 0; i < total; i++) {
            int node = components.member(self.index(), i);
            if (!taken.contains(node)) {
                pool[size++] = node;
            }
        }
        while (drawn.size() < wanted) {
            int picked = random.nextInt(size);
            drawn.add(self.sibling(pool[picked]).prefix());
            pool[picked] = pool[--size];
        }
        return drawn;
    }

    @Override
    public boolean hasForeignRoute() {
        return false;
    }
}
