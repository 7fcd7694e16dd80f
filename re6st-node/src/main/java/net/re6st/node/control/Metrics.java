package net.re6st.node.control;

import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import net.re6st.cli.Version;
import net.re6st.core.LinkReport;
import net.re6st.core.NodeReport;
import net.re6st.core.NodeReport.Tunnel;
import net.re6st.node.os.LoopDelays;
import net.re6st.node.os.ProcFiles;
import net.re6st.node.os.RoutingListing;

/**
 * A snapshot as Prometheus reads it: which metrics there are, and their names, units and labels. In OpenMetrics 1.0 or in the
 * older text format, which differ in little. Pure.
 */
final class Metrics {
    private static final int INFINITY = 65_535;

    private final StringBuilder text = new StringBuilder();
    private final boolean openMetrics;

    private Metrics(boolean openMetrics) {
        this.openMetrics = openMetrics;
    }

    /** Where a snapshot has nothing to say, metrics are left out rather than 0. */
    static String of(NodeSnapshot snapshot, long residentBytes, boolean openMetrics) {
        Metrics metrics = new Metrics(openMetrics);
        metrics.process(snapshot, residentBytes);
        if (snapshot.setup() != null) {
            metrics.registries(snapshot.setup());
        }
        NodeSnapshot.Running network = snapshot.network();
        if (network != null) {
            metrics.node(network.node(), snapshot.routing());
            metrics.tunnels(snapshot, network.node());
            metrics.programs(network);
        }
        metrics.delays(snapshot.delays());
        if (openMetrics) {
            metrics.text.append("# EOF\n");
        }
        return metrics.text.toString();
    }

    private void process(NodeSnapshot snapshot, long residentBytes) {
        String labels = label("version", Version.SOFTWARE) + "," + label("java", System.getProperty("java.version"));
        if (openMetrics) {
            head("re6st_build", "info", "What runs.");
        } else {
            head("re6st_build_info", "gauge", "What runs.");
        }
        sample("re6st_build_info", labels, 1);
        gauge(
                "re6st_running",
                "1 once the network is set up, 0 while the node starts.",
                snapshot.network() == null ? 0 : 1);
        gauge(
                "re6st_start_time_seconds",
                "When this life of the daemon began.",
                snapshot.started().wallMicros() / 1e6);
        gauge("re6st_resident_memory_bytes", "Memory of the daemon itself.", residentBytes);
    }

    private void registries(NodeSnapshot.Setup setup) {
        head("re6st_registry_in_use", "gauge", "Whether this registry is the one that is called first.");
        for (String url : setup.registries()) {
            sample("re6st_registry_in_use", label("url", url), url.equals(setup.registry()) ? 1 : 0);
        }
    }

    private void node(NodeReport node, RoutingListing routing) {
        gauge("re6st_parameters_version", "Version of the network parameters in force.", node.version());
        gauge(
                "re6st_announced_version",
                "Newest version of the parameters that was heard of.",
                node.announcedVersion());
        gauge("re6st_protocol", "Protocol of the network.", node.parameters().protocol());
        gauge(
                "re6st_certificate_end_time_seconds",
                "End of our certificate.",
                node.identity().endWallMicros() / 1e6);
        gauge(
                "re6st_authority_end_time_seconds",
                "End of the CA's certificate.",
                node.identity().authorityEndWallMicros() / 1e6);
        gauge(
                "re6st_registry_reachable",
                "Whether there is a route to the registry's node.",
                node.registryReachable() ? 1 : 0);
        gauge("re6st_reachable_nodes", "Nodes with a route in use.", node.reachable());
        gauge("re6st_neighbours", "Direct links.", node.neighbours());
        gauge("re6st_known_routes", "Routes of babeld, in use or not.", routing.known());
        gauge(
                "re6st_cloned_nodes",
                "Nodes whose certificate two machines use at once, as the routes show.",
                node.clones().size());
        gauge(
                "re6st_cloned",
                "Whether our own certificate is one of those.",
                node.clones().stream().anyMatch(clone -> clone.node()
                                .equals(node.identity().prefix()))
                        ? 1
                        : 0);
        NodeReport.Peers peers = node.peers();
        gauge("re6st_cached_peers", "Peers whose addresses are cached.", peers.cached());
        gauge("re6st_tried_peers", "Cached peers that were tried in vain.", peers.tried());
        gauge("re6st_known_peers", "Peers that took part in a handshake.", peers.known());
        gauge("re6st_connected_peers", "Peers that share a secret with us and answer.", peers.connected());
        gauge("re6st_pending_handshakes", "Cryptography that is under way for handshakes.", peers.pendingHandshakes());
        counterHead("re6st_handshakes", "Handshakes, by what came of them.");
        counter(
                "re6st_handshakes",
                label("outcome", "offered"),
                peers.handshakes().offered());
        counter(
                "re6st_handshakes",
                label("outcome", "accepted"),
                peers.handshakes().accepted());
        counter(
                "re6st_handshakes",
                label("outcome", "refused"),
                peers.handshakes().refused());
    }

    private void tunnels(NodeSnapshot snapshot, NodeReport node) {
        gauge("re6st_wanted_tunnels", "Tunnels that this node wants to dial.", node.clientCount());
        SortedMap<String, Integer> counts = new TreeMap<>();
        for (Tunnel tunnel : node.tunnels()) {
            String labels = label("direction", tunnel.isDialled() ? "dialled" : "served") + ","
                    + label("state", tunnel.state().name().toLowerCase(Locale.ROOT));
            counts.merge(labels, 1, Integer::sum);
        }
        head("re6st_tunnels", "gauge", "Tunnels, by who dialled and how far they are.");
        counts.forEach((labels, count) -> sample("re6st_tunnels", labels, count));
        links(snapshot);
        losses(node);
        counterHead("re6st_received_bytes", "Bytes that came through an interface of ours.");
        traffic(snapshot).forEach((iface, t) -> counter("re6st_received_bytes", label("iface", iface), t.received()));
        counterHead("re6st_sent_bytes", "Bytes that left through an interface of ours.");
        traffic(snapshot).forEach((iface, t) -> counter("re6st_sent_bytes", label("iface", iface), t.sent()));
    }

    private void losses(NodeReport node) {
        head("re6st_tunnel_lost_ratio", "gauge", "Share of the probes of the last minute that had no answer.");
        eachProbed(node, (labels, quality) -> sample("re6st_tunnel_lost_ratio", labels, quality.lostShare()));
        head("re6st_tunnel_late_ratio", "gauge", "Share that was answered late, as what TCP had to send again.");
        eachProbed(node, (labels, quality) -> sample("re6st_tunnel_late_ratio", labels, quality.lateShare()));
    }

    private static void eachProbed(NodeReport node, BiConsumer<String, LinkReport> action) {
        for (Tunnel tunnel : node.tunnels()) {
            if (tunnel.quality() != null) {
                String labels = label("iface", tunnel.iface().name()) + ","
                        + label("peer", tunnel.peer().cn());
                action.accept(labels, tunnel.quality());
            }
        }
    }

    private static SortedMap<String, ProcFiles.Traffic> traffic(NodeSnapshot snapshot) {
        SortedMap<String, ProcFiles.Traffic> ours = new TreeMap<>(snapshot.traffic());
        ours.keySet().removeIf(iface -> !iface.startsWith("re6stnet"));
        return ours;
    }

    private void links(NodeSnapshot snapshot) {
        head("re6st_link_rtt_seconds", "gauge", "Round trip to a neighbour, as babeld measures it.");
        eachLink(snapshot, (labels, link) -> {
            if (!Double.isNaN(link.rttMillis())) {
                sample("re6st_link_rtt_seconds", labels, link.rttMillis() / 1000);
            }
        });
        head("re6st_link_cost", "gauge", "Cost of a link, as babeld sees it; 65535: not heard.");
        eachLink(snapshot, (labels, link) -> sample("re6st_link_cost", labels, Math.min(INFINITY, link.cost())));
        head("re6st_link_routes", "gauge", "Routes in use through a link.");
        eachLink(snapshot, (labels, link) -> sample("re6st_link_routes", labels, link.installed()));
    }

    private static void eachLink(NodeSnapshot snapshot, BiConsumer<String, RoutingListing.Link> action) {
        // Two links of one peer on one interface are the old and the new of one that came back.
        Map<String, RoutingListing.Link> links = new TreeMap<>();
        for (RoutingListing.Link link : snapshot.routing().links()) {
            if (link.node() != null) {
                links.put(
                        label("iface", link.iface().name()) + ","
                                + label("peer", link.node().cn()),
                        link);
            }
        }
        links.forEach(action);
    }

    private void programs(NodeSnapshot.Running network) {
        gauge(
                "re6st_openvpn_processes",
                "OpenVPN processes.",
                network.openvpn().processes().size());
        gauge(
                "re6st_babeld_connected",
                "Whether babeld runs and takes commands.",
                network.babeld().connected() ? 1 : 0);
        counterHead("re6st_restarts", "How often a program ended by itself and was started again.");
        counter("re6st_restarts", label("program", "babeld"), network.babeld().restarts());
        counter("re6st_restarts", label("program", "openvpn"), network.openvpn().restarts());
    }

    private void delays(LoopDelays.Summary delays) {
        String name = "re6st_event_loop_delay_seconds";
        head(name, "histogram", "How long things waited for the main loop.");
        for (LoopDelays.Bucket bucket : delays.upTo()) {
            sample(name + "_bucket", label("le", number(bucket.boundSeconds())), bucket.count());
        }
        sample(name + "_bucket", label("le", "+Inf"), delays.count());
        sample(name + "_sum", "", delays.sumSeconds());
        sample(name + "_count", "", delays.count());
    }

    private void gauge(String name, String help, long value) {
        head(name, "gauge", help);
        sample(name, "", value);
    }

    private void gauge(String name, String help, double value) {
        head(name, "gauge", help);
        sample(name, "", value);
    }

    private void counterHead(String name, String help) {
        head(openMetrics ? name : name + "_total", "counter", help);
    }

    private void counter(String name, String labels, long value) {
        sample(name + "_total", labels, value);
    }

    private void head(String name, String type, String help) {
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    }

    private void sample(String name, String labels, double value) {
        sample(name, labels, number(value));
    }

    private void sample(String name, String labels, long value) {
        sample(name, labels, Long.toString(value));
    }

    private void sample(String name, String labels, String number) {
        text.append(name);
        if (!labels.isEmpty()) {
            text.append('{').append(labels).append('}');
        }
        text.append(' ').append(number).append('\n');
    }

    private static String label(String name, String value) {
        String escaped = value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
        return name + "=\"" + escaped + "\"";
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
