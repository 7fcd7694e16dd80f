package net.re6st.sim;

import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Babel as far as nodes can tell: cheapest paths over the links that it has noticed, and the time it takes to notice.
 *
 * <p>All nodes change to new routes at the same moment, since Babel has no loops; paths are computed when somebody asks. What
 * packets meet is the path that these routes make over the links as they are at that moment. The figures are those measured
 * with babeld: see docs/simulator.rst.
 */
final class SimRouting {
    /** A new link is used after so many hellos: the third of them, of which four are sent in three times the network.s interval. */
    private static final Hellos NOTICED = new Hellos(1.6, 2.4);

    /** A link without carrier: the link goes at once, the routes that are not feasible wait for new ones. */
    private static final Hellos CLOSED = new Hellos(0.2, 1.0);

    /** A silent link. */
    private static final Hellos SILENT = new Hellos(2.5, 3.8);

    /** A link whose cost was raised or restored. */
    private static final Hellos LOCKED = new Hellos(1.0, 4.0);

    private static final int LEAST_BURST_MILLIS = 100;
    private static final int LONGEST_BURST_MILLIS = 500;

    private final EventQueue queue;
    private final RandomGenerator random;
    private final Topology topology;
    private final Components components;
    private final PathSearch search;
    private final PathTree tree;
    private final RecentPaths recent = new RecentPaths();
    private long searches;

    /** A span of time, in hellos. */
    private record Hellos(double least, double most) {
        Duration draw(int helloSeconds, RandomGenerator random) {
            double hellos = least + (most - least) * random.nextDouble();
            return Duration.ofMillis((long) (helloSeconds * 1000L * hellos));
        }
    }

    SimRouting(EventQueue queue, RandomGenerator random, int nodes) {
        this.queue = queue;
        this.random = random;
        topology = new Topology(nodes);
        components = new Components(topology);
        search = new PathSearch(topology);
        tree = new PathTree(topology);
    }

    Topology topology() {
        return topology;
    }

    Components components() {
        return components;
    }

    /** The paths of one node; until the next call. */
    PathTree tree(int node) {
        searches++;
        return tree.from(node);
    }

    /** The links that a packet crosses, in one order or the other; empty if there is no way, or none is needed. */
    List<SimLink> wayOfPackets(SimNode from, SimNode to) {
        long nanos = queue.now().monotonicNanos();
        List<SimLink> known = recent.find(from, to, nanos);
        if (known == null) {
            known = path(from, to);
            if (!known.isEmpty()) {
                recent.add(from, to, known, nanos);
            }
        }
        return known;
    }

    /** The cheapest path, in order; empty if there is none, or none is needed. */
    List<SimLink> path(SimNode from, SimNode to) {
        searches++;
        return components.areTogether(from.index(), to.index()) ? search.links(from.index(), to.index()) : List.of();
    }

    /** Whether the far end of a locked link is reached without it; a way round that was found is one until it changes. */
    boolean isNeedless(SimLink link) {
        if (link.wayRound.isEmpty() || !RecentPaths.holds(link.wayRound)) {
            searches++;
            link.wayRound = search.links(link.client.index(), link.server.index(), SimLink.LOCK_COST);
        }
        return !link.wayRound.isEmpty();
    }

    long searchCount() {
        return searches;
    }

    // What Babel notices, later

    void linkUp(SimLink link) {
        later(link, NOTICED, () -> setVisible(link, link.carries()));
    }

    /** Both ends of a link that was closed see it go; one that breaks is missed after some hellos. */
    void linkGone(SimLink link, boolean closed) {
        later(link, closed ? CLOSED : SILENT, () -> setVisible(link, false));
    }

    /** The underlay loses what is sent over the link, or no longer. */
    void linkChanged(SimLink link) {
        later(link, link.carries() ? NOTICED : SILENT, () -> setVisible(link, link.carries()));
    }

    private void later(SimLink link, Hellos hellos, Runnable change) {
        int number = ++link.notice;
        int hello = link.client.parameters().helloSeconds();
        queue.post(hellos.draw(hello, random), () -> {
            if (link.notice == number) {
                change.run();
            }
        });
    }

    void lock(SimLink link, boolean locked) {
        link.lockAskedNanos = locked ? Math.max(1, queue.now().monotonicNanos()) : 0;
        int hello = link.client.parameters().helloSeconds();
        queue.post(LOCKED.draw(hello, random), () -> {
            boolean wanted = link.lockAskedNanos != 0;
            if (link.locked != wanted) {
                link.locked = wanted;
                if (link.visible) {
                    topology.update(link);
                    show(link);
                }
            }
        });
    }

    private void setVisible(SimLink link, boolean visible) {
        if (link.visible == visible) {
            return;
        }
        link.visible = visible;
        int client = link.client.index();
        int server = link.server.index();
        int[] moved;
        if (visible) {
            topology.add(link);
            moved = components.joined(client, server);
        } else {
            topology.remove(link);
            moved = components.parted(client, server);
        }
        show(link);
        for (int node : moved) {
            show(link.client.sibling(node));
        }
    }

    private void show(SimLink link) {
        show(link.client);
        show(link.server);
    }

    /** The node's core hears of what changed a little later. */
    void show(SimNode node) {
        if (node.expectRoutes()) {
            int millis = LEAST_BURST_MILLIS + random.nextInt(LONGEST_BURST_MILLIS - LEAST_BURST_MILLIS + 1);
            queue.post(Duration.ofMillis(millis), node::routesChanged);
        }
    }
}
