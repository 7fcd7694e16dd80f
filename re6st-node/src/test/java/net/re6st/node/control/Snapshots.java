package net.re6st.node.control;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.re6st.config.NetworkParameters;
import net.re6st.config.Parameter;
import net.re6st.config.Value;
import net.re6st.core.LinkReport;
import net.re6st.core.MappingReport;
import net.re6st.core.NodeReport;
import net.re6st.core.NodeReport.Tunnel;
import net.re6st.core.NodeReport.TunnelState;
import net.re6st.core.NodeSettings.Port;
import net.re6st.core.PeerReport;
import net.re6st.core.PortReport;
import net.re6st.core.port.Identity;
import net.re6st.core.port.PortMapper;
import net.re6st.net.Bytes;
import net.re6st.net.Iface;
import net.re6st.net.Ip6;
import net.re6st.net.Moment;
import net.re6st.net.Network;
import net.re6st.net.Prefix;
import net.re6st.net.Transport;
import net.re6st.net.TunnelAddress;
import net.re6st.node.os.BabeldDaemon;
import net.re6st.node.os.Children;
import net.re6st.node.os.LoopDelays;
import net.re6st.node.os.OpenVpnProcesses;
import net.re6st.node.os.ProcFiles;
import net.re6st.node.os.RoutingListing;
import net.re6st.wire.AddressList;
import net.re6st.wire.TryOutcome;

/** A daemon as tests imagine it: 1/16 in 2001:db8:42::/48, with a tunnel to 2/16 and a client 3/16. */
public final class Snapshots {
    static final Network NETWORK = new Network(0x2001_0db8_0042_0000L, 0, 48);
    static final Prefix OWN = prefix(1);
    private static final long HOUR_NANOS = 3_600_000_000_000L;
    static final Moment STARTED = new Moment(HOUR_NANOS, 1_800_000_000_000_000L);
    static final Moment NOW = new Moment(3 * HOUR_NANOS, 1_800_007_200_000_000L);

    private Snapshots() {}

    public static Prefix prefix(int number) {
        return Prefix.parseCn(number + "/16").orElseThrow();
    }

    /** As long as the parameters are being waited for. */
    public static NodeSnapshot starting() {
        return new NodeSnapshot(
                NOW, STARTED, setup(), null, List.of(), List.of(), delays(), RoutingListing.EMPTY, Map.of());
    }

    public static NodeSnapshot running() {
        return running(List.of(
                new RoutingListing.Route(prefix(2), new Iface("re6stnet1"), prefix(2), 96),
                new RoutingListing.Route(prefix(4), new Iface("re6stnet1"), prefix(2), 196)));
    }

    /** The same while two machines are 4/16, and two seem to be 5/16, which just started again. */
    public static NodeSnapshot cloned() {
        NodeSnapshot seen = running();
        NodeSnapshot.Running network = java.util.Objects.requireNonNull(seen.network());
        NodeReport report = report(List.of(
                new NodeReport.Clone(OWN, ago(500), List.of()),
                new NodeReport.Clone(prefix(4), ago(600), List.of("198.51.100.4", "198.51.100.9"))));
        List<RoutingListing.Announcer> announcers = List.of(
                new RoutingListing.Announcer(OWN, 9, List.of(prefix(3))),
                new RoutingListing.Announcer(prefix(4), 0xa0_f6_1c_06_14_74_21_57L, List.of(prefix(2))),
                new RoutingListing.Announcer(prefix(4), 7, List.of(prefix(3), prefix(4))),
                new RoutingListing.Announcer(prefix(5), 8, List.of(prefix(2))));
        return new NodeSnapshot(
                seen.now(),
                seen.started(),
                seen.setup(),
                new NodeSnapshot.Running(
                        report,
                        network.openvpn(),
                        network.babeld(),
                        network.openvpnVersion(),
                        network.sourceRouting(),
                        network.ports()),
                seen.peers(),
                seen.children(),
                seen.delays(),
                new RoutingListing(
                        seen.routing().links(),
                        seen.routing().routes(),
                        seen.routing().known(),
                        announcers),
                seen.traffic());
    }

    static NodeSnapshot running(List<RoutingListing.Route> routes) {
        List<RoutingListing.Link> links = List.of(
                link("fe80::2", "re6stnet1", 2, 96, 12.3456),
                link("fe80::3", "re6stnet-udp", 3, 96, Double.NaN),
                link("fe80::5", "eth0", 5, 96, 0.4),
                link("fe80::6", "eth0", 6, 65_535, 0.4));
        return new NodeSnapshot(
                NOW,
                STARTED,
                setup(),
                network(),
                peers(),
                List.of(new Children.Running(77, "babeld", null), new Children.Running(78, "openvpn", "re6stnet1")),
                delays(),
                new RoutingListing(links, routes, 9, List.of()),
                Map.of("re6stnet1", new ProcFiles.Traffic(1_234_567, 89)));
    }

    /** What the running daemon answers. */
    public static Value answer(ControlRequest request) {
        ControlAnswers answers = new ControlAnswers(running());
        return switch (request) {
            case STATUS -> answers.status();
            case TUNNELS -> answers.tunnels();
            case PEERS -> answers.peers();
            case ROUTES -> answers.routes();
            case PORTS -> ControlAnswers.ports(survey());
            case RELOAD -> ControlAnswers.reloading();
        };
    }

    /** A peer that was refused, and one that says nothing. */
    static PortReport survey() {
        Prefix one = Prefix.parseCn("5/16").orElseThrow();
        Prefix other = Prefix.parseCn("6/16").orElseThrow();
        return new PortReport(
                true,
                List.of(new PortReport.Row(
                        TunnelAddress.parse("203.0.113.3,1194,tcp").orElseThrow(),
                        List.of(
                                new PortReport.Said(one, TryOutcome.REFUSED, 12),
                                new PortReport.Said(other, null, 0)))));
    }

    private static RoutingListing.Link link(String ip, String iface, int node, int cost, double rtt) {
        return new RoutingListing.Link(Ip6.parse(ip).orElseThrow(), new Iface(iface), prefix(node), cost, rtt, 2);
    }

    private static NodeSnapshot.Setup setup() {
        return new NodeSnapshot.Setup(
                NETWORK.subnet(OWN),
                List.of("http://first.example.com/", "http://registry.example.com/"),
                1,
                Path.of("/etc/re6stnet/ca.crt"),
                Path.of("/etc/re6stnet/cert.crt"),
                Path.of("/etc/re6stnet/cert.key"),
                Optional.of(Path.of("/etc/ssl/registry.crt")),
                Path.of("/var/log/re6stnet"),
                Path.of("/var/lib/re6stnet"),
                "lo");
    }

    private static LoopDelays.Summary delays() {
        return new LoopDelays.Summary(
                200,
                0.5,
                0.042,
                List.of(
                        new LoopDelays.Bucket(0.001, 150),
                        new LoopDelays.Bucket(0.01, 198),
                        new LoopDelays.Bucket(0.1, 200)));
    }

    private static NodeSnapshot.Running network() {
        OpenVpnProcesses.ProcessReport client =
                new OpenVpnProcesses.ProcessReport(new Iface("re6stnet1"), Transport.UDP, false, 78, ago(60), Map.of());
        OpenVpnProcesses.ProcessReport server = new OpenVpnProcesses.ProcessReport(
                new Iface("re6stnet-udp"), Transport.UDP, true, 79, null, Map.of(0L, ago(90)));
        return new NodeSnapshot.Running(
                report(List.of()),
                new OpenVpnProcesses.Report(List.of(client, server), 2),
                new BabeldDaemon.Report(77, true, 1),
                "2.6",
                true,
                List.of("1194 udp"));
    }

    private static Moment ago(int seconds) {
        return new Moment(NOW.monotonicNanos() - seconds * 1_000_000_000L, NOW.wallMicros() - seconds * 1_000_000L);
    }

    private static NodeReport report(List<NodeReport.Clone> clones) {
        Identity identity = new Identity(
                OWN,
                BigInteger.valueOf(11),
                Bytes.EMPTY,
                Bytes.EMPTY,
                NOW.wallMicros() + 1_000_000,
                NOW.wallMicros() + 2_000_000);
        NetworkParameters parameters = NetworkParameters.fromRows(new TreeMap<>())
                .with(Parameter.PROTOCOL, Value.of(10))
                .with(Parameter.HELLO, Value.of(15))
                .with(Parameter.REGISTRY_PREFIX, Value.of(prefix(2).bits()));
        return new NodeReport(
                identity,
                NETWORK,
                parameters,
                7,
                8,
                4,
                AddressList.parse("198.51.100.1,1194,udp"),
                mapping(),
                true,
                false,
                17,
                2,
                false,
                List.of(
                        new Tunnel(
                                prefix(2),
                                new Iface("re6stnet1"),
                                null,
                                TunnelState.UP,
                                "198.51.100.2,1194,udp",
                                BigInteger.valueOf(22),
                                new LinkReport(80, 4, 1)),
                        new Tunnel(prefix(4), new Iface("re6stnet2"), null, TunnelState.CHOOSING, null, null, null),
                        new Tunnel(
                                prefix(3),
                                new Iface("re6stnet-udp"),
                                0L,
                                TunnelState.REMOVING,
                                "198.51.100.3",
                                BigInteger.valueOf(33),
                                null)),
                new NodeReport.Peers(5, 1, 3, 3, 2, 0, new NodeReport.Handshakes(4, 5, 6)),
                clones);
    }

    private static MappingReport mapping() {
        return new MappingReport(
                true,
                MappingReport.State.MAPPED,
                new PortMapper.Router("UPnP", "http://192.168.1.1:5000/rootDesc.xml", "198.51.100.1"),
                "198.51.100.1",
                List.of(
                        new MappingReport.Mapped(new Port(1194, Transport.UDP), 40_000, 1_400),
                        new MappingReport.Mapped(new Port(1194, Transport.TCP), 40_001, -1)),
                null);
    }

    private static List<PeerReport> peers() {
        return List.of(
                new PeerReport(
                        prefix(2),
                        AddressList.parse("198.51.100.2,1194,udp"),
                        false,
                        PeerReport.Session.ESTABLISHED,
                        true,
                        7,
                        "re6stnet/0.1.0",
                        NOW.wallMicros(),
                        new Iface("re6stnet1")),
                new PeerReport(prefix(4), AddressList.EMPTY, true, null, false, -1, null, 0, null));
    }
}
