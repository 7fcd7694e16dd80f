package net.re6st.core.port;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import net.re6st.net.Iface;
import net.re6st.net.Ip6;
import net.re6st.net.Prefix;
import org.jspecify.annotations.Nullable;

/**
 * What the routing daemon knew when the view was taken. It answers the questions that decisions need and is never a list of
 * everything: networks may have ten thousand nodes. Immutable; lists are in the order of prefixes.
 */
public interface RoutingView {
    /** Nobody is reachable: babeld just started, or can't be asked. */
    static RoutingView empty() {
        return EmptyRoutingView.INSTANCE;
    }

    /** Nodes with an installed route, neighbours included, ourselves not. */
    int nodeCount();

    /** Whether {@code node} has an installed route. */
    boolean isReachable(Prefix node);

    /** Every node with which there is a direct link, each once per interface: bounded by the number of tunnels. */
    List<Neighbour> neighbours();

    default Optional<Neighbour> neighbour(Prefix node) {
        return neighbours().stream().filter(n -> n.node().equals(node)).findFirst();
    }

    /** Nodes with which there is a direct link on a {@code chosen} interface: cheaper to answer than all about them. */
    default List<Prefix> neighboursOn(Predicate<Iface> chosen) {
        return neighbours().stream()
                .filter(n -> chosen.test(n.iface()))
                .map(Neighbour::node)
                .toList();
    }

    /** The direct link with {@code node} on {@code iface}. */
    default Optional<Neighbour> link(Prefix node, Iface iface) {
        return neighbours().stream()
                .filter(n -> n.node().equals(node) && n.iface().equals(iface))
                .findFirst();
    }

    default boolean isLinked(Prefix node, Iface iface) {
        return link(node, iface).isPresent();
    }

    /** Whether an installed route goes through the direct link with {@code node} on {@code iface}. */
    default boolean isUsed(Prefix node, Iface iface) {
        return neighbours().stream()
                .anyMatch(n -> n.node().equals(node) && n.iface().equals(iface) && n.routes() > 0);
    }

    /** The interface of the installed route to {@code node}. */
    Optional<Iface> interfaceTo(Prefix node);

    /** Installed routes through {@code iface}, of any destination. */
    int routesThrough(Iface iface);

    /** Whether there is one: cheaper to answer than how many, in a network of ten thousand. */
    default boolean isUsed(Iface iface) {
        return routesThrough(iface) > 0;
    }

    /** Reachable nodes that are not neighbours. */
    int distantCount();

    /** Up to {@code count} different distant nodes, each equally likely, in random order. */
    List<Prefix> sampleDistant(int count, RandomGenerator random);

    /** Up to {@code count} different reachable nodes, neighbours included, in random order. */
    List<Prefix> sample(int count, RandomGenerator random);

    /** Whether a default route, or another one outside the network, is installed. */
    boolean hasForeignRoute();

    /**
     * Nodes whose prefix is announced under two router ids at the same time: it just started again, or there are two of it.
     * Our own prefix, if it is one of them, comes first; so many at most that it costs nothing to look at them.
     */
    default List<Contest> contests() {
        return List.of();
    }

    /** A prefix with two of the router ids under which it is announced, the smaller one first. */
    record Contest(Prefix node, long router, long other) {
        public static Contest of(Prefix node, long router, long other) {
            return router <= other ? new Contest(node, router, other) : new Contest(node, other, router);
        }
    }

    /**
     * One direct link.
     *
     * @param node who is behind it
     * @param routes installed routes through it, the neighbour's own included
     * @param rttMillis smoothed round-trip time, NaN if unknown
     * @param cost of the link; {@link #UNREACHABLE} if it carries nothing
     * @param address the neighbour's link-local one; null if unknown
     * @param otherWays routes to the neighbour that don't go through the link, in use or not
     */
    record Neighbour(
            Prefix node, Iface iface, int routes, double rttMillis, int cost, @Nullable Ip6 address, int otherWays) {
        /** The cost of a link that carries nothing. */
        public static final int UNREACHABLE = 65535;

        /** One that can't be probed. */
        public Neighbour(Prefix node, Iface iface, int routes, double rttMillis, int cost) {
            this(node, iface, routes, rttMillis, cost, null, 0);
        }
    }
}
