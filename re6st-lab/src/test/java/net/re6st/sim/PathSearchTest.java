package net.re6st.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import net.re6st.core.port.ClientId;
import net.re6st.net.Iface;
import net.re6st.net.Transport;
import net.re6st.registry.core.NetworkOptions;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;

class PathSearchTest {
    private static final int NODES = 40;

    private static Simulation simulation(long seed) {
        NetworkOptions options = new NetworkOptions(Optional.empty(), List.of(), 5, true, 2, 10, 0, 300);
        return new Simulation(new Simulation.Plan(seed, NODES, options, Internet.Plan.PLAIN, Set.of()));
    }

    private static SimLink link(Simulation simulation, int client, int server) {
        SimNode from = simulation.nodes().get(client);
        SimNode to = simulation.nodes().get(server);
        Iface iface = SimTunnels.serverIface(Transport.UDP);
        return new SimLink(
                from, iface, to, new ClientId(iface, client), Transport.UDP, Internet.path(from.host(), to.host()));
    }

    private static int cost(List<SimLink> links) {
        return links.stream().mapToInt(SimLink::cost).sum();
    }

    /** How many nodes are reached through all links of the tree's source together. */
    private static int routes(PathTree tree, int degree) {
        return IntStream.range(0, degree).map(tree::routesThrough).sum();
    }

    /** By trying all links over and over. */
    private static int[] distances(int source, List<SimLink> links) {
        int[] distances = new int[NODES];
        java.util.Arrays.fill(distances, Integer.MAX_VALUE / 2);
        distances[source] = 0;
        for (int round = 0; round < NODES; round++) {
            for (SimLink link : links) {
                int a = link.client.index();
                int b = link.server.index();
                distances[a] = Math.min(distances[a], distances[b] + link.cost());
                distances[b] = Math.min(distances[b], distances[a] + link.cost());
            }
        }
        return distances;
    }

    @Test
    void pathsTreesAndComponentsAgreeWithTryingEverything() {
        Seeds.forEach(3, (seed, random) -> {
            try (Simulation simulation = simulation(seed)) {
                Topology topology = simulation.routing().topology();
                Components components = new Components(topology);
                PathSearch search = new PathSearch(topology);
                PathTree tree = new PathTree(topology);
                List<SimLink> links = new ArrayList<>();
                for (int i = 0; i < 300; i++) {
                    int choice = random.nextInt(10);
                    if (choice < 5 || links.isEmpty()) {
                        int client = random.nextInt(NODES);
                        int server = (client + 1 + random.nextInt(NODES - 1)) % NODES;
                        SimLink link = link(simulation, client, server);
                        links.add(link);
                        topology.add(link);
                        components.joined(client, server);
                    } else if (choice < 9) {
                        SimLink link = links.remove(random.nextInt(links.size()));
                        topology.remove(link);
                        components.parted(link.client.index(), link.server.index());
                    } else {
                        SimLink link = links.get(random.nextInt(links.size()));
                        link.locked = !link.locked;
                        topology.update(link);
                    }
                    int source = random.nextInt(NODES);
                    int target = random.nextInt(NODES);
                    int[] distances = distances(source, links);
                    boolean reached = distances[target] < Integer.MAX_VALUE / 2;
                    assertThat(components.areTogether(source, target)).isEqualTo(reached);
                    if (reached) {
                        assertThat(cost(search.links(source, target))).isEqualTo(distances[target]);
                    }
                    if (reached && source != target) {
                        assertThat(search.links(source, target, distances[target]))
                                .isEmpty();
                        assertThat(cost(search.links(source, target, distances[target] + 1)))
                                .isEqualTo(distances[target]);
                        tree.from(source);
                        assertThat(tree.cost(target)).isEqualTo(distances[target]);
                        assertThat(routes(tree, topology.degree(source))).isEqualTo(tree.reachedCount());
                        assertThat(tree.hops(target)).isBetween(1, NODES - 1);
                        assertThat(tree.reachedCount()).isEqualTo(components.size(source) - 1);
                        assertThat(tree.firstLink(target).cost()).isLessThanOrEqualTo(distances[target]);
                    }
                }
            }
        });
    }
}
