package net.re6st.lab;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** The story that {@code bin/demo} tells: what is shown, in which order, in which words. */
final class Demo implements AutoCloseable {
    private static final int MAX_ROUTES_SHOWN = 12;
    private static final int MAX_PAIRS_SHOWN = 6;

    private final NetworkPlan plan;
    private final PrintStream out = System.out;
    private final long beganNanos = System.nanoTime();
    private final List<String> summary = new ArrayList<>();
    private Optional<ReNetwork> made = Optional.empty();

    Demo(NetworkPlan plan) {
        this.plan = plan;
    }

    void run() {
        ReNetwork network = prepare();
        converge(network);
        showRoutes(network);
        if (plan.nodes() > 1) {
            Trace longest = lookAcross(network);
            cutLink(network, longest);
        }
        title("Summary");
        summary.forEach(line -> out.println("  " + line));
    }

    private ReNetwork prepare() {
        title("Hosts");
        ReNetwork network = ReNetwork.build(plan);
        made = Optional.of(network);
        network.nodes()
                .forEach(node -> out.printf(
                        "  %-4s %-14s %s%s%n",
                        node.name(),
                        node.host().ip4(),
                        node.host().isBehindNat() ? "behind NAT" : "on the internet",
                        node == network.node(1) ? ", has the registry too" : ""));

        title("Registry and certificates");
        network.startRegistry(List.of());
        out.printf(
                "  registry of %s at %s%n",
                ReNetwork.NETWORK, network.registry().url());
        long start = System.nanoTime();
        network.enrol();
        network.nodes().forEach(node -> out.printf("  %-4s %-8s %s%n", node.name(), node.cn(), node.subnet()));
        summary.add("%d certificates in %s".formatted(plan.nodes(), seconds(System.nanoTime() - start)));
        return network;
    }

    // ---- tunnels and reachability

    private void converge(ReNetwork network) {
        title("Nodes start (hello " + plan.helloSeconds() + " s)");
        network.startNodes();
        long start = System.nanoTime();
        Set<String> shown = new HashSet<>();
        int pairs = plan.nodes() * (plan.nodes() - 1);
        long[] nextCount = {start + 1_000_000_000L};
        Duration limit = Duration.ofSeconds(60 + 20L * plan.helloSeconds());
        Await.until(
                "all nodes reach each other",
                limit,
                () -> {
                    showNews(network, start, shown);
                    int reached = network.prober().reachedPairs();
                    if (System.nanoTime() >= nextCount[0] || reached == pairs) {
                        nextCount[0] = System.nanoTime() + 1_000_000_000L;
                        at(start, "%d of %d pairs reach each other".formatted(reached, pairs));
                    }
                    network.requireRunning();
                    return reached == pairs;
                },
                () -> "");
        Duration took = network.awaitFirstReachability(limit);
        summary.add("every node reached every other %s after the first start".formatted(seconds(took.toNanos())));
    }

    private void showNews(ReNetwork network, long start, Set<String> shown) {
        for (LabNode node : network.nodes()) {
            if (node.isUp() && shown.add(node.name())) {
                at(start, node.name() + " is up");
            }
            BabelTable table = node.babel();
            for (LabNode.Tunnel tunnel : node.tunnels()) {
                boolean alive =
                        table.neighbours().stream().anyMatch(n -> n.iface().equals(tunnel.iface()) && n.isAlive());
                String peer = network.byCn(tunnel.peerCn()).map(LabNode::name).orElse(tunnel.peerCn());
                if (alive && shown.add(node.name() + " " + tunnel.iface() + " " + tunnel.pid())) {
                    at(start, "tunnel %s to %s (%s)".formatted(node.name(), peer, tunnel.protocol()));
                }
            }
        }
    }

    // ---- routes

    private void showRoutes(ReNetwork network) {
        LabNode node = network.node(plan.nodes());
        title("Routes of " + node.name() + (node.host().isBehindNat() ? ", behind NAT" : ""));
        BabelTable table = node.babel();
        List<BabelTable.Route> routes = table.routes().stream()
                .filter(BabelTable.Route::isInstalled)
                .filter(route -> network.byPrefix(route.prefix()).isPresent())
                .toList();
        for (BabelTable.Route route : routes.subList(0, Math.min(MAX_ROUTES_SHOWN, routes.size()))) {
            String rtt = table.neighbour(route.via(), route.iface())
                    .map(n -> "%.1f ms".formatted(n.rttMillis()))
                    .orElse("?");
            out.printf(
                    "  %-22s %-4s via %-4s on %-12s metric %-5d RTT of that link %s%n",
                    route.prefix(),
                    nameOf(network.byPrefix(route.prefix())),
                    nameOf(network.behind(table, route)),
                    route.iface(),
                    route.metric(),
                    rtt);
        }
        if (routes.size() > MAX_ROUTES_SHOWN) {
            out.printf("  ... and %d more%n", routes.size() - MAX_ROUTES_SHOWN);
        }
        int tunnels = network.nodes().stream().mapToInt(n -> n.tunnels().size()).sum();
        summary.add("%d tunnels carry %d routes"
                .formatted(
                        tunnels,
                        network.nodes().stream()
                                .mapToLong(n -> n.babel().routes().stream()
                                        .filter(BabelTable.Route::isInstalled)
                                        .count())
                                .sum()));
    }

    private static String nameOf(Optional<LabNode> node) {
        return node.map(LabNode::name).orElse("?");
    }

    // ---- ping, traceroute

    /** Shows a ping along the longest way of the last node, and returns that way. */
    private Trace lookAcross(ReNetwork network) {
        LabNode from = network.node(plan.nodes());
        Trace longest = network.nodes().stream()
                .filter(to -> to != from)
                .flatMap(to -> Trace.run(network, from, to).stream())
                .max((a, b) -> Integer.compare(a.hops().size(), b.hops().size()))
                .orElseThrow(() -> new LabException("traceroute from " + from + " reached nobody"));
        LabNode to = longest.hops().get(longest.hops().size() - 1).node();
        title("Across: " + from + " to " + to);
        show(from, "ping", "-c", "3", "-i", "0.3", to.address());
        out.println();
        out.println("  " + from.name() + "# traceroute " + to.address());
        int number = 1;
        for (Trace.Hop hop : longest.hops()) {
            out.printf(
                    "   %d  %-4s %-22s %.1f ms%n",
                    number++, hop.node(), hop.node().address(), hop.rttMillis());
        }
        summary.add("%s reaches %s as %s".formatted(from, to, longest));
        return longest;
    }

    private void show(LabNode node, String... words) {
        out.println("  " + node.name() + "# " + String.join(" ", words));
        node.host()
                .command(words)
                .output()
                .lines()
                .filter(line -> !line.isBlank())
                .forEach(line -> out.println("  " + line));
    }

    // ---- a link fails

    private void cutLink(ReNetwork network, Trace trace) {
        LabNode near = trace.hops().size() > 1 ? trace.hops().get(0).node() : trace.from();
        LabNode far = trace.hops().size() > 1
                ? trace.hops().get(1).node()
                : trace.hops().get(0).node();
        if (plan.nodes() < 3) {
            out.println();
            out.println("With two nodes there is no other way: no link is cut. Try --nodes 3.");
            return;
        }
        LabNode to = trace.hops().get(trace.hops().size() - 1).node();
        title("The path between %s and %s fails".formatted(near, far));
        out.printf(
                "  no packet passes between %s and %s any more%n",
                near.host().ip4(), far.host().ip4());
        network.lab().block(near.host(), far.host());
        long start = System.nanoTime();
        Await.until(
                "the loss is noticed",
                Duration.ofSeconds(10),
                () -> network.prober().since(start).lost() > 0,
                () -> "nothing was lost");
        network.awaitSteadyReachability(Duration.ofSeconds(30 + 10L * plan.helloSeconds()));
        Prober.Report report = network.prober().since(start);
        List<Prober.Report.Line> interrupted = report.lines().stream()
                .filter(line -> line.loss().lost() > 0)
                .sorted((x, y) ->
                        Long.compare(y.loss().longestGapNanos(), x.loss().longestGapNanos()))
                .toList();
        out.printf(
                "  %d of %d pairs were interrupted%n",
                interrupted.size(), report.lines().size());
        interrupted.stream()
                .limit(MAX_PAIRS_SHOWN)
                .forEach(line -> out.printf(
                        "  %-9s for %s%n", line.pair(), seconds(line.loss().longestGapNanos())));
        Trace.run(network, trace.from(), to).ifPresent(now -> out.printf("  the way is now %s%n", now));
        network.lab().unblock(near.host(), far.host());
        summary.add("a cut link: all reachable again after %s"
                .formatted(seconds(report.longestGap().toNanos())));
    }

    // ---- looking inside

    /** Stays until interrupted. */
    void stay() {
        ReNetwork network = made.orElseThrow(() -> new LabException("there is no network"));
        title("Look inside (Ctrl-C ends it all)");
        String namespace = network.node(1).host().namespaceName();
        LabNode last = network.node(plan.nodes());
        out.printf(
                "  ip netns exec %s bash            a shell on h1; names of the others end in h2 ... h%d%n",
                namespace, plan.nodes());
        out.printf("  ip netns exec %s ping %s%n", namespace, last.address());
        out.printf("  ip netns exec %s ip -6 route%n", namespace);
        out.printf(
                "  less %s/re6stnet.log       and babeld.log, re6stnet-udp.log%n",
                network.node(1).log());
        out.printf(
                "  ls %s/h1               etc: certificates; run: sockets; state: cache%n",
                network.lab().directory());
        out.printf(
                "  kill -9 %d                       the daemon of %s: see what the others do%n",
                last.task().pid(), last);
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    boolean isInterrupted() {
        return made.map(network -> network.lab().isInterrupted()).orElse(false);
    }

    @Override
    public void close() {
        made.ifPresent(network -> {
            network.close();
            title("End");
            out.printf("  everything is removed; %s in all%n", seconds(System.nanoTime() - beganNanos));
        });
    }

    private void title(String text) {
        out.println();
        out.println(text);
    }

    private void at(long start, String text) {
        out.printf("  %6s  %s%n", seconds(System.nanoTime() - start), text);
    }

    private static String seconds(long nanos) {
        return "%.1f s".formatted(nanos / 1e9);
    }
}
