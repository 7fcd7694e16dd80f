package net.re6st.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;

/**
 * Babel as far as nodes can tell: shortest paths over the links that it has noticed, and the time it takes to notice.
 *
 * <p>All nodes change to new routes at the same moment, since Babel has no loops; a node is told a little later. What packets
 * meet is the path that these routes make over the links as they are now.
 */
final class SimRouting {
    /** Changes that follow each other so soon are one. */
    private static final Duration BURST = Duration.ofMillis(200);

    private final EventQueue queue;
    private final RandomGenerator random;
    private final Duration hello;
    private final List<SimNode> nodes;
    private final List<SimLink> links = new ArrayList<>();

    /** By source, by destination: the first link of the installed route, null for none. */
    private SimLink[][] tables = new SimLink[0][0];

    private int recomputations;
    private boolean scheduled;

    SimRouting(EventQueue queue, RandomGenerator random, Duration hello, List<SimNode> nodes) {
        this.queue = queue;
        this.random = random;
        this.hello = hello;
        this.nodes = nodes;
    }

    void add(SimLink link) {
        links.add(link);
    }

    /** A link is noticed after its second hello. */
    void noticeLink(SimLink link) {
        after(1.1, 1.6, () -> link.visible = link.alive);
    }

    /** Both ends of a link that was closed see it go; one that breaks is missed after some hellos. */
    void noticeLoss(SimLink link, boolean closed) {
        after(closed ? 0.1 : 2.0, closed ? 0.3 : 3.0, () -> {
            link.visible = false;
            links.remove(link);
        });
    }

    void noticeLock(SimLink link, boolean locked) {
        after(1.0, 4.0, () -> link.locked = locked);
    }

    private void after(double least, double most, Runnable change) {
        double hellos = least + (most - least) * random.nextDouble();
        queue.post(Duration.ofMillis((long) (hello.toMillis() * hellos)), () -> {
            change.run();
            if (!scheduled) {
                scheduled = true;
                queue.post(BURST, this::recompute);
            }
        });
    }

    List<SimLink> linksOf(SimNode node) {
        return links.stream().filter(l -> l.client == node || l.server == node).toList();
    }

    private void recompute() {
        recomputations++;
        scheduled = false;
        List<List<SimLink>> adjacent = new ArrayList<>();
        nodes.forEach(node -> adjacent.add(new ArrayList<>()));
        for (SimLink link : links) {
            if (link.visible) {
                adjacent.get(link.client.index()).add(link);
                adjacent.get(link.server.index()).add(link);
            }
        }
        tables = new SimLink[nodes.size()][];
        for (SimNode node : nodes) {
            SimLink[] before = node.routes();
            tables[node.index()] = shortestPaths(node, adjacent);
            if (!Arrays.equals(before, tables[node.index()])) {
                node.show(tables[node.index()]);
            }
        }
    }

    private record Step(int metric, int node, SimLink first) implements Comparable<Step> {
        @Override
        public int compareTo(Step other) {
            int order = Integer.compare(metric, other.metric);
            return order != 0 ? order : Integer.compare(node, other.node);
        }
    }

    private SimLink[] shortestPaths(SimNode source, List<List<SimLink>> adjacent) {
        SimLink[] first = new SimLink[nodes.size()];
        boolean[] done = new boolean[nodes.size()];
        PriorityQueue<Step> steps = new PriorityQueue<>();
        done[source.index()] = true;
        for (SimLink link : adjacent.get(source.index())) {
            steps.add(new Step(link.cost(), link.other(source).index(), link));
        }
        for (Step step = steps.poll(); step != null; step = steps.poll()) {
            if (done[step.node()]) {
                continue;
            }
            done[step.node()] = true;
            first[step.node()] = step.first();
            SimNode node = nodes.get(step.node());
            for (SimLink link : adjacent.get(step.node())) {
                if (!done[link.other(node).index()]) {
                    steps.add(new Step(
                            step.metric() + link.cost(), link.other(node).index(), step.first()));
                }
            }
        }
        return first;
    }

    /** Number of links that a packet crosses now, -1 if it is lost on the way. */
    int hops(SimNode from, SimNode to) {
        SimNode at = from;
        for (int hops = 0; hops <= nodes.size(); hops++) {
            if (at == to) {
                return hops;
            }
            SimLink link = tables.length == 0 ? null : tables[at.index()][to.index()];
            if (link == null || !link.alive) {
                return -1;
            }
            at = link.other(at);
        }
        return -1;
    }

    int recomputations() {
        return recomputations;
    }
}
