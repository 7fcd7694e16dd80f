package net.re6st.node.control;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import net.re6st.cli.Version;
import net.re6st.config.Value;
import net.re6st.core.LinkReport;
import net.re6st.core.MappingReport;
import net.re6st.core.NodeReport;
import net.re6st.core.NodeReport.Tunnel;
import net.re6st.core.NodeReport.TunnelState;
import net.re6st.core.PeerReport;
import net.re6st.core.PortReport;
import net.re6st.core.port.PortMapper;
import net.re6st.net.Moment;
import net.re6st.net.Network;
import net.re6st.node.os.LoopDelays;
import net.re6st.node.os.OpenVpnProcesses.ProcessReport;
import net.re6st.node.os.ProcFiles;
import net.re6st.node.os.RoutingListing;
import net.re6st.node.os.RoutingListing.Link;
import org.jspecify.annotations.Nullable;

/** The answers to what can be asked: which fields, in which units. Pure; docs/schema has one schema for each kind. */
final class ControlAnswers {
    private static final int INFINITY = 65_535;

    private final NodeSnapshot snapshot;

    ControlAnswers(NodeSnapshot snapshot) {
        this.snapshot = snapshot;
    }

    static Value error(String message) {
        return answer("error").put("message", message).value();
    }

    private static Fields answer(String kind) {
        return new Fields().put("version", ControlRequest.VERSION).put("kind", kind);
    }

    Value status() {
        NodeSnapshot.Running network = snapshot.network();
        Fields status = answer("status")
                .put("state", network == null ? "starting" : "running")
                .put("software", Version.SOFTWARE)
                .put("java", System.getProperty("java.version"))
                .put("pid", ProcessHandle.current().pid())
                .putTime("startedAt", snapshot.started().wallMicros())
                .put("startedMicros", snapshot.started().wallMicros())
                .put("uptimeSeconds", seconds(snapshot.started()));
        NodeSnapshot.Setup setup = snapshot.setup();
        if (setup != null) {
            status.put("setup", setup(setup));
        }
        if (network != null) {
            NodeReport node = network.node();
            status.put("ports", network.ports().stream().map(Value::of).toList())
                    .put("advertised", node.advertised().text())
                    .put("mapping", mapping(node.mapping()))
                    .put("sourceRouting", network.sourceRouting())
                    .put("certificate", certificate(node))
                    .put("parameters", parameters(node))
                    .put("registry", registry(node))
                    .put("tunnels", tunnelCounts(node))
                    .put("routes", routeCounts(node))
                    .put("peers", peerCounts(node.peers()))
                    .put("clones", clones(node))
                    .put(
                            "babeld",
                            new Fields()
                                    .putPositive("pid", network.babeld().pid())
                                    .put("connected", network.babeld().connected())
                                    .put("restarts", network.babeld().restarts()))
                    .put(
                            "openvpn",
                            new Fields()
                                    .put("version", network.openvpnVersion())
                                    .put(
                                            "processes",
                                            network.openvpn().processes().size())
                                    .put("serverRestarts", network.openvpn().restarts()));
        }
        return status.put("eventLoop", eventLoop(snapshot.delays())).value();
    }

    private static Fields setup(NodeSnapshot.Setup setup) {
        Fields fields = new Fields()
                .put("prefix", setup.subnet().prefix().cn())
                .put("address", setup.subnet().mainAddress().toString())
                .put("subnet", setup.subnet().toString())
                .put("network", setup.subnet().network().toString())
                .put("registry", setup.registry())
                .put("registries", setup.registries().stream().map(Value::of).toList())
                .put("ca", setup.ca().toString())
                .put("cert", setup.cert().toString())
                .put("key", setup.key().toString())
                .put("log", setup.log().toString())
                .put("state", setup.state().toString())
                .put("mainInterface", setup.mainInterface());
        setup.tlsCa().ifPresent(file -> fields.put("tlsCa", file.toString()));
        return fields;
    }

    private static Value mapping(@Nullable MappingReport mapping) {
        if (mapping == null) {
            return new Value.Null();
        }
        PortMapper.Router router = mapping.router();
        List<Value> ports = new ArrayList<>();
        for (MappingReport.Mapped mapped : mapping.ports()) {
            ports.add(new Fields()
                    .put("port", mapped.port().number())
                    .put("protocol", mapped.port().transport().text())
                    .put("externalPort", mapped.externalPort())
                    .put("leaseSeconds", mapped.leaseSeconds() < 0 ? new Value.Null() : Value.of(mapped.leaseSeconds()))
                    .value());
        }
        return new Fields()
                .put("expected", mapping.expected())
                .put("state", mapping.state().name().toLowerCase(Locale.ROOT))
                .put("routerProtocol", router == null ? null : router.protocol())
                .put("router", router == null ? null : router.location())
                .put("externalIp", router == null ? null : router.externalIp())
                .put("seenIp", mapping.seenIp())
                .put("ports", ports)
                .put("problem", mapping.problem())
                .value();
    }

    private static Fields certificate(NodeReport node) {
        return new Fields()
                .put("serial", node.identity().serial().toString())
                .putTime("end", node.identity().endWallMicros())
                .putTime("authorityEnd", node.identity().authorityEndWallMicros())
                .put("revoked", node.parameters().crl().contains(node.identity().serial()));
    }

    private static Fields parameters(NodeReport node) {
        return new Fields()
                .put("version", node.version())
                .put("announcedVersion", node.announcedVersion())
                .put("protocol", node.parameters().protocol())
                .put("helloSeconds", node.parameters().helloSeconds())
                .put("encrypt", node.parameters().encrypt())
                .put("ipv4", node.parameters().ipv4().isPresent());
    }

    private static Fields registry(NodeReport node) {
        return new Fields()
                .put("prefix", node.parameters().registryPrefix().cn())
                .put(
                        "self",
                        node.parameters()
                                .registryPrefix()
                                .equals(node.identity().prefix()))
                .put("reachable", node.registryReachable())
                .put("session", node.registrySession());
    }

    private static Fields tunnelCounts(NodeReport node) {
        List<Tunnel> dialled = node.tunnels().stream().filter(Tunnel::isDialled).toList();
        return new Fields()
                .put("wanted", node.clientCount())
                .put("dialled", dialled.size())
                .put("up", dialled.stream().filter(ControlAnswers::isUp).count())
                .put("served", node.tunnels().size() - dialled.size())
                .put(
                        "removing",
                        node.tunnels().stream()
                                .filter(tunnel -> tunnel.state() == TunnelState.REMOVING)
                                .count())
                .put(
                        "lossy",
                        dialled.stream()
                                .filter(tunnel -> tunnel.quality() != null
                                        && tunnel.quality().isLossy())
                                .map(ControlAnswers::lossy)
                                .toList());
    }

    private static Value lossy(Tunnel tunnel) {
        Fields row = new Fields()
                .put("iface", tunnel.iface().name())
                .put("peer", tunnel.peer().cn());
        return losses(row, tunnel.quality()).value();
    }

    private static Fields losses(Fields row, @Nullable LinkReport quality) {
        return row.put("lostShare", quality == null ? Double.NaN : quality.lostShare())
                .put("lateShare", quality == null ? Double.NaN : quality.lateShare());
    }

    private static boolean isUp(Tunnel tunnel) {
        return tunnel.state() == TunnelState.UP || tunnel.state() == TunnelState.REMOVING;
    }

    private Fields routeCounts(NodeReport node) {
        return new Fields()
                .put("nodes", node.reachable())
                .put("neighbours", node.neighbours())
                .put("known", snapshot.routing().known())
                .put("foreign", node.foreignRoute());
    }

    private static Fields peerCounts(NodeReport.Peers peers) {
        return new Fields()
                .put("cached", peers.cached())
                .put("tried", peers.tried())
                .put("known", peers.known())
                .put("identified", peers.identified())
                .put("connected", peers.connected())
                .put("pendingHandshakes", peers.pendingHandshakes())
                .put("secretsOffered", peers.handshakes().offered())
                .put("secretsAccepted", peers.handshakes().accepted())
                .put("handshakesRefused", peers.handshakes().refused());
    }

    private List<Value> clones(NodeReport node) {
        List<Value> clones = new ArrayList<>();
        for (NodeReport.Clone clone : node.clones()) {
            List<Value> announcers = snapshot.routing().announcers().stream()
                    .filter(announcer -> announcer.node().equals(clone.node()))
                    .map(ControlAnswers::announcer)
                    .toList();
            clones.add(new Fields()
                    .put("prefix", clone.node().cn())
                    .put("own", clone.node().equals(node.identity().prefix()))
                    .putTime("since", clone.since().wallMicros())
                    .put("seconds", seconds(clone.since()))
                    .put("announcers", announcers)
                    .put("addresses", clone.addresses().stream().map(Value::of).toList())
                    .value());
        }
        return clones;
    }

    private static Value announcer(RoutingListing.Announcer announcer) {
        return new Fields()
                .put("routerId", announcer.routerText())
                .put(
                        "neighbours",
                        announcer.neighbours().stream()
                                .map(neighbour -> Value.of(neighbour.cn()))
                                .toList())
                .value();
    }

    private static Fields eventLoop(LoopDelays.Summary delays) {
        return new Fields()
                .put("delays", delays.count())
                .put("p50Millis", delays.quantileSeconds(0.5) * 1000)
                .put("p99Millis", delays.quantileSeconds(0.99) * 1000)
                .put("maxMillis", delays.maxSeconds() * 1000);
    }

    private long seconds(Moment since) {
        return (snapshot.now().monotonicNanos() - since.monotonicNanos()) / 1_000_000_000;
    }

    Value tunnels() {
        NodeSnapshot.Running network = snapshot.network();
        List<Value> rows = new ArrayList<>();
        List<Value> servers = new ArrayList<>();
        if (network != null) {
            Set<Link> told = new HashSet<>();
            for (Tunnel tunnel : network.node().tunnels()) {
                Link link = link(tunnel);
                told.add(link == null ? NO_LINK : link);
                rows.add(tunnel(network, tunnel, link).value());
            }
            for (Link link : snapshot.routing().links()) {
                if (!told.contains(link) && link.node() != null && link.cost() < INFINITY) {
                    rows.add(segment(network.node().network(), link).value());
                }
            }
            for (ProcessReport process : network.openvpn().processes()) {
                if (process.server()) {
                    servers.add(server(process).value());
                }
            }
        }
        return answer("tunnels").put("tunnels", rows).put("servers", servers).value();
    }

    private static final Link NO_LINK =
            new Link(net.re6st.net.Ip6.LOOPBACK, new net.re6st.net.Iface("lo"), null, INFINITY, Double.NaN, 0);

    private @Nullable Link link(Tunnel tunnel) {
        return snapshot.routing().links().stream()
                .filter(link ->
                        link.iface().equals(tunnel.iface()) && tunnel.peer().equals(link.node()))
                .findFirst()
                .orElse(null);
    }

    private Fields tunnel(NodeSnapshot.Running network, Tunnel tunnel, @Nullable Link link) {
        ProcessReport process = network.openvpn().processes().stream()
                .filter(each -> each.iface().equals(tunnel.iface()))
                .findFirst()
                .orElse(null);
        Moment since = since(tunnel, process);
        ProcFiles.Traffic traffic =
                tunnel.isDialled() ? snapshot.traffic().get(tunnel.iface().name()) : null;
        Fields row = new Fields()
                .put("iface", tunnel.iface().name())
                .put("peer", tunnel.peer().cn())
                .put(
                        "address",
                        network.node()
                                .network()
                                .subnet(tunnel.peer())
                                .mainAddress()
                                .toString())
                .put("direction", tunnel.isDialled() ? "dialled" : "served")
                .put("state", tunnel.state().name().toLowerCase(Locale.ROOT))
                .put("remote", tunnel.remote())
                .put("serial", tunnel.serial() == null ? null : tunnel.serial().toString())
                .putPositive("pid", process == null ? 0 : process.pid())
                .put("protocol", process == null ? null : process.transport().text())
                .put("upSeconds", since == null ? new Value.Null() : Value.of(seconds(since)))
                .put("receivedBytes", traffic == null ? new Value.Null() : Value.of(traffic.received()))
                .put("sentBytes", traffic == null ? new Value.Null() : Value.of(traffic.sent()));
        return losses(link(row, link), tunnel.quality());
    }

    private static @Nullable Moment since(Tunnel tunnel, @Nullable ProcessReport process) {
        if (process == null) {
            return null;
        }
        return tunnel.client() == null ? process.upAt() : process.clients().get(tunnel.client());
    }

    private static Fields link(Fields row, @Nullable Link link) {
        return row.put("neighbour", link == null ? null : link.address().toString())
                .put("rttMillis", link == null ? Double.NaN : link.rttMillis())
                .put("cost", link == null ? new Value.Null() : Value.of(link.cost()))
                .put("routes", link == null ? 0 : link.installed());
    }

    /** A neighbour on a network that both are attached to. */
    private static Fields segment(Network network, Link link) {
        var node = java.util.Objects.requireNonNull(link.node());
        Fields row = new Fields()
                .put("iface", link.iface().name())
                .put("peer", node.cn())
                .put("address", network.subnet(node).mainAddress().toString())
                .put("direction", "segment")
                .put("state", "up")
                .put("remote", new Value.Null())
                .put("serial", new Value.Null())
                .put("pid", new Value.Null())
                .put("protocol", new Value.Null())
                .put("upSeconds", new Value.Null())
                .put("receivedBytes", new Value.Null())
                .put("sentBytes", new Value.Null());
        return losses(link(row, link), null);
    }

    private Fields server(ProcessReport process) {
        return new Fields()
                .put("iface", process.iface().name())
                .put("protocol", process.transport().text())
                .putPositive("pid", process.pid())
                .put("clients", process.clients().size());
    }

    Value peers() {
        List<Value> rows = new ArrayList<>();
        NodeSnapshot.Running running = snapshot.network();
        if (running != null) {
            Network network = running.node().network();
            snapshot.peers().forEach(peer -> rows.add(peer(network, peer).value()));
        }
        return answer("peers").put("peers", rows).value();
    }

    private static Fields peer(Network network, PeerReport peer) {
        return new Fields()
                .put("prefix", peer.peer().cn())
                .put("address", network.subnet(peer.peer()).mainAddress().toString())
                .put("reachable", peer.iface() != null)
                .put("iface", peer.iface() == null ? null : peer.iface().name())
                .put(
                        "session",
                        peer.session() == null ? null : peer.session().name().toLowerCase(Locale.ROOT))
                .put("connected", peer.connected())
                .put("version", peer.version() < 0 ? new Value.Null() : Value.of(peer.version()))
                .put("software", peer.software())
                .putTime("certificateEnd", peer.certificateEndWallMicros())
                .put("cached", peer.cached().text())
                .put("tried", peer.tried());
    }

    Value routes() {
        List<Value> rows = new ArrayList<>();
        NodeSnapshot.Running running = snapshot.network();
        if (running != null) {
            Network network = running.node().network();
            for (RoutingListing.Route route : snapshot.routing().routes()) {
                rows.add(new Fields()
                        .put("prefix", route.node().cn())
                        .put("subnet", network.subnet(route.node()).toString())
                        .put("iface", route.iface().name())
                        .put(
                                "neighbour",
                                route.neighbour() == null
                                        ? null
                                        : route.neighbour().cn())
                        .put("metric", route.metric())
                        .value());
            }
        }
        return answer("routes").put("routes", rows).value();
    }

    static Value ports(PortReport report) {
        List<Value> rows = new ArrayList<>();
        for (PortReport.Row row : report.rows()) {
            List<Value> answers = new ArrayList<>();
            for (PortReport.Said said : row.answers()) {
                answers.add(new Fields()
                        .put("peer", said.peer().cn())
                        .put(
                                "outcome",
                                said.outcome() == null ? null : said.outcome().text())
                        .put("millis", said.outcome() == null ? new Value.Null() : Value.of(said.millis()))
                        .value());
            }
            rows.add(new Fields()
                    .put("address", row.address().toString())
                    .put("answers", answers)
                    .value());
        }
        return answer("ports").put("addresses", rows).value();
    }

    static Value reloading() {
        return answer("reload").value();
    }
}
