package net.re6st.node;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import net.re6st.cli.Failure;
import net.re6st.cli.Version;
import net.re6st.config.NetworkParameters;
import net.re6st.core.NodeSettings;
import net.re6st.core.NodeSettings.Family;
import net.re6st.core.NodeSettings.Mapping;
import net.re6st.core.NodeSettings.Port;
import net.re6st.core.NodeSettings.RouterUse;
import net.re6st.core.Software;
import net.re6st.net.Bytes;
import net.re6st.net.Iface;
import net.re6st.net.Ip4;
import net.re6st.net.Ip6;
import net.re6st.net.Prefix;
import net.re6st.net.Reachability;
import net.re6st.net.Remote;
import net.re6st.net.Subnet;
import net.re6st.net.Transport;
import net.re6st.net.TunnelAddress;
import net.re6st.node.os.BabelDefault;
import net.re6st.node.os.BabelKeys;
import net.re6st.node.os.BabeldCommand;
import net.re6st.node.os.Ip4Block;
import net.re6st.node.os.LinuxNetwork;
import net.re6st.node.os.LinuxNetwork.Change;
import net.re6st.node.os.OpenVpnCommand;
import net.re6st.node.os.OpenVpnVersion;
import net.re6st.node.os.TunnelIp4;
import net.re6st.wire.AddressList;
import net.re6st.wire.Protocol;

/**
 * What one node will do to its host: which servers, addresses, routes and programs, in which order, decided from options,
 * parameters and what the kernel can. Pure; {@link NodeDaemon} carries it out.
 */
public final class NodePlan {
    private static final int DEFAULT_PORT = 1194;

    /** Tests can't wait for the router's ports to be renewed. */
    private static final Duration MAPPING_REFRESH =
            Duration.ofSeconds(Long.getLong("re6st.mapping.refresh", Mapping.REFRESH.toSeconds()));

    private final NodeOptions options;
    private final Subnet subnet;
    private final NetworkParameters parameters;
    private final boolean sourceRouting;
    private final Set<Transport> disabled;
    private final List<Port> ports;
    private final Optional<Ip4Block> ip4Whole;
    private final Optional<Ip4Block> ip4;
    private final TunnelIp4 tunnelIp4;

    /**
     * @param subjectSerial of our certificate; -1 if it has none
     * @param sourceRouting whether the kernel routes by source address
     */
    public NodePlan(
            NodeOptions options,
            Subnet subnet,
            long subjectSerial,
            NetworkParameters parameters,
            boolean sourceRouting) {
        this.options = options;
        this.subnet = subnet;
        this.parameters = parameters;
        this.sourceRouting = sourceRouting;
        this.disabled = disabled(OptionConflicts.refused(options), sourceRouting);
        this.ports = ports(options);
        Optional<Ip4Block> whole = parameters.ipv4().flatMap(Ip4Block::parse);
        this.tunnelIp4 = TunnelIp4.ofNode(
                subjectSerial,
                whole.flatMap(block -> Ip4Block.ofNode(block, parameters.ipv4SublenBits(), subjectSerial)));
        this.ip4 = tunnelIp4.own();
        this.ip4Whole = ip4.isEmpty() ? Optional.empty() : whole;
    }

    /** A server to run. */
    public record Server(Iface iface, Transport transport, int port) {}

    /** The servers: one per protocol, on the first port given for it. */
    public List<Server> servers() {
        if (maxClients() == 0 || options.client() != null) {
            return List.of();
        }
        Map<Transport, Server> servers = new TreeMap<>();
        List<Server> inOrder = new ArrayList<>();
        for (Port port : ports) {
            if (!servers.containsKey(port.transport())) {
                Server server =
                        new Server(new Iface("re6stnet-" + port.transport().text()), port.transport(), port.number());
                servers.put(port.transport(), server);
                inOrder.add(server);
            }
        }
        return inOrder;
    }

    public int clientCount() {
        Integer given = options.clientCount();
        return given == null ? parameters.clientCount() : given;
    }

    public int maxClients() {
        Integer given = options.maxClients();
        return given == null ? parameters.maxClients() : given;
    }

    /** After this time without a sign of life a link counts as dead. */
    public int timeoutSeconds() {
        return 4 * parameters.helloSeconds();
    }

    public Set<Transport> disabled() {
        return disabled;
    }

    public List<Prefix> neighbours() {
        return options.neighbour().stream()
                .map(cn -> Prefix.parseCn(cn).orElseThrow())
                .toList();
    }

    /** All of this that the core needs; {@code countryOf} knows the country of an IP address. */
    public NodeSettings settings(Function<String, Optional<String>> countryOf) {
        return new NodeSettings(
                subnet.network(),
                Protocol.VERSION,
                Software.text(
                        Version.SOFTWARE,
                        System.getProperty("java.version"),
                        System.getProperty("os.name") + " " + System.getProperty("os.version")),
                options.client() == null ? NodeSettings.Role.MESH : NodeSettings.Role.CLIENT,
                options.clientCount(),
                options.maxClients(),
                disabled,
                neighbours(),
                options.country(),
                true,
                !options.noPrivate(),
                advertised(),
                countryOf);
    }

    /** What we tell peers about how to reach us. */
    public NodeSettings.Advertised advertised() {
        if (servers().isEmpty()) {
            return new NodeSettings.Advertised(Family.NONE, Family.NONE, Mapping.NONE);
        }
        return new NodeSettings.Advertised(family(false), family(true), new Mapping(routerUse(), MAPPING_REFRESH));
    }

    private RouterUse routerUse() {
        List<String> ipv4 = forIpv4();
        if (ports.stream().allMatch(port -> port.transport().isIpv6())) {
            return RouterUse.NEVER;
        } else if (ipv4.contains("upnp")) {
            return RouterUse.EXPECTED;
        }
        return ipv4.isEmpty() ? RouterUse.IF_ANY : RouterUse.NEVER;
    }

    /** What the log shall say of values of {@code --ip} that no peer is told. */
    List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        for (String ip : servers().isEmpty() ? List.<String>of() : options.ip()) {
            boolean ipv6 = Ip6.parse(ip).isPresent();
            if (OptionConflicts.isKeyword(ip)) {
                continue;
            }
            if (!Reachability.isReachable(ip, subnet.network())) {
                remarks.add("--ip " + ip + " is told to nobody: no peer could reach it");
            } else if (options.noPrivate() && Reachability.isPrivate(ip)) {
                remarks.add("--ip " + ip + " is told to nobody: it is private, and there is --no-private");
            } else if (isAddress(ip)
                    && ports.stream().noneMatch(port -> port.transport().isIpv6() == ipv6)) {
                String version = ipv6 ? "IPv6: --pp 1194 tcp6 adds one" : "IPv4: --pp 1194 tcp adds one";
                remarks.add("--ip " + ip + " is told to nobody: there is no port over " + version);
            }
        }
        return remarks;
    }

    private static boolean isAddress(String ip) {
        return Ip4.parse(ip).isPresent() || Ip6.parse(ip).isPresent();
    }

    /** The values of {@code --ip} that concern IPv4; a name concerns both. */
    private List<String> forIpv4() {
        return options.ip().stream().filter(ip -> Ip6.parse(ip).isEmpty()).toList();
    }

    public Optional<Ip4Block> ip4() {
        return ip4;
    }

    /** The block of the whole network's IPv4 payload, if we have a part of it. */
    Optional<Ip4Block> ip4Whole() {
        return ip4Whole;
    }

    boolean encrypt() {
        return parameters.encrypt();
    }

    /** Whether Babel runs on interfaces that are no tunnels. */
    boolean hasLan() {
        return !options.interfaces().isEmpty();
    }

    /** The interface that gets our main address. */
    public Iface mainInterface() {
        return new Iface(options.mainInterface());
    }

    /** What is done to addresses and routes before the tunnels start. */
    public List<Change> beforeTunnels() {
        List<Change> changes = new ArrayList<>();
        if (ip4.isPresent() && ip4Whole.isPresent()) {
            changes.add(LinuxNetwork.unreachable(ip4Whole.get()));
            // With client tunnels, those have the address.
            if (clientCount() == 0) {
                changes.add(LinuxNetwork.address(ip4.get(), mainInterface()));
                if (isLoopback() && ip4.get().length() < 32) {
                    changes.add(LinuxNetwork.unreachable(ip4.get()));
                }
            }
        }
        return changes;
    }

    /** All that the IPv4 payload changes on the host, but for addresses of tunnels and rules. */
    List<Change> payload() {
        return Stream.concat(beforeTunnels().stream(), announced().stream()).toList();
    }

    /** What babeld announces of the IPv4 payload. */
    public Optional<Change> announced() {
        return ip4.map(LinuxNetwork::announced);
    }

    /** Our main address. */
    public Change mainAddress() {
        return LinuxNetwork.address(subnet, mainInterface());
    }

    /** What a main address brings and nobody needs; may fail. */
    public List<List<String>> afterMainAddress() {
        return isLoopback() ? List.of(LinuxNetwork.deleteLinkLocalRoute(mainInterface())) : List.of();
    }

    /** Run before the main address goes; may fail. */
    public List<String> beforeMainAddressGoes() {
        return LinuxNetwork.deleteSubnetRoute(subnet, mainInterface());
    }

    /** With a routing table of its own: who looks there. */
    public List<Change> rules() {
        List<Change> rules = new ArrayList<>();
        if (table() != 0) {
            for (String direction : List.of("from", "to")) {
                rules.add(LinuxNetwork.rule(direction, subnet.network(), table()));
                ip4Whole.ifPresent(whole -> rules.add(LinuxNetwork.rule(direction, whole, table())));
            }
        }
        return rules;
    }

    /** Where the network's routes go; 0: the main table. */
    public int table() {
        Integer table = options.table();
        return table == null ? 0 : table;
    }

    /** {@code --client}: whom to be a client of, less what {@code --disable-proto} excludes. */
    public List<Remote> remotes() throws Failure {
        List<Remote> remotes = new ArrayList<>();
        for (TunnelAddress address :
                AddressList.parse(String.valueOf(options.client())).addresses()) {
            Transport transport = address.transport().orElseThrow();
            if (!disabled.contains(transport)) {
                remotes.add(new Remote(address.host(), address.port().orElseThrow(), transport));
            }
        }
        if (remotes.isEmpty()) {
            throw new Failure("--client " + options.client()
                    + ": no tunnels over IPv6 on this kernel, which does not route by source address");
        }
        return remotes;
    }

    /** Where multicast is routed from the start; tunnels come later. */
    public List<Iface> multicastInterfaces() {
        List<Iface> interfaces = new ArrayList<>(List.of(mainInterface()));
        options.interfaces().stream().map(Iface::new).forEach(interfaces::add);
        return interfaces;
    }

    public Change networkRoute() {
        return LinuxNetwork.unreachable(subnet.network());
    }

    /** What will undo what a start changes on the host. */
    List<List<String>> undo() {
        List<Change> changes = new ArrayList<>(payload());
        changes.add(mainAddress());
        changes.add(networkRoute());
        changes.addAll(rules());
        return changes.stream().map(Change::undo).toList();
    }

    /** Whether we are a mere client ({@code --client}). */
    boolean isClient() {
        return options.client() != null;
    }

    /** How every OpenVPN is started. */
    public OpenVpnCommand openvpn(OpenVpnVersion version) {
        return new OpenVpnCommand(new OpenVpnCommand.Settings(
                version,
                options.ca(),
                options.cert(),
                options.key(),
                options.dh(),
                options.run(),
                options.ovpnlog() ? options.log() : null,
                parameters.encrypt(),
                timeoutSeconds(),
                tunnelIp4,
                options.allOpenvpnArguments()));
    }

    /** The keys of Babel; {@code ownKey} signs as long as the network has none. */
    public BabelKeys babelKeys(Bytes ownKey) {
        return BabelKeys.of(
                parameters.babelHmacSign().orElse(null),
                parameters.babelHmacAccept().orElse(null),
                ownKey);
    }

    public Path babeldControl() {
        return options.run().resolve("babeld.ctl");
    }

    Path babeldLog() {
        return options.log().resolve("babeld.log");
    }

    int helloSeconds() {
        return parameters.helloSeconds();
    }

    /** The network's options for each interface of Babel. */
    BabelDefault babelDefault() {
        return BabelDefault.parse(parameters.babelDefault());
    }

    public List<String> babeld(BabelKeys keys) {
        return BabeldCommand.start(new BabeldCommand.Settings(
                parameters.helloSeconds(),
                babeldLog(),
                options.state().resolve("babeld.state"),
                babeldControl(),
                subnet.mainAddress(),
                subnet.length(),
                subnet.network(),
                ip4,
                options.gateway(),
                sourceRouting,
                babelDefault().usable(),
                keys,
                table(),
                options.interfaces().stream().map(Iface::new).toList(),
                options.babelArguments()));
    }

    /** What {@code --up} and {@code --daemon} see. */
    public Map<String, String> environment() {
        return Map.of(
                "re6stnet_ip", subnet.mainAddress().toString(),
                "re6stnet_iface", options.mainInterface(),
                "re6stnet_subnet", subnet.toString(),
                "re6stnet_network", subnet.network().toString());
    }

    private boolean isLoopback() {
        return options.mainInterface().equals("lo");
    }

    private Family family(boolean ipv6) {
        List<Port> own =
                ports.stream().filter(port -> port.transport().isIpv6() == ipv6).toList();
        List<TunnelAddress> given = new ArrayList<>();
        for (String ip : options.ip()) {
            if (OptionConflicts.isKeyword(ip)
                    || (ipv6 ? Ip4.parse(ip).isPresent() : Ip6.parse(ip).isPresent())) {
                continue;
            }
            own.forEach(port -> given.add(TunnelAddress.of(ip, port.number(), port.transport())));
        }
        return new Family(AddressList.of(given), given.isEmpty(), own);
    }

    private static Set<Transport> disabled(Set<Transport> refused, boolean sourceRouting) {
        Set<Transport> disabled = EnumSet.noneOf(Transport.class);
        disabled.addAll(refused);
        if (!sourceRouting) {
            // Else a default route through the network would catch the tunnels themselves.
            disabled.addAll(Set.of(Transport.UDP6, Transport.TCP6));
        }
        return disabled;
    }

    /** What is served: {@code --pp}, or the standard port with the protocols in use. */
    private List<Port> ports(NodeOptions given) {
        List<Port> wanted = new ArrayList<>();
        List<NodeOptions.PortProtocol> asked = given.ports();
        if (asked == null) {
            for (Transport transport : List.of(Transport.UDP, Transport.TCP)) {
                if (!disabled.contains(transport)) {
                    wanted.add(new Port(DEFAULT_PORT, transport));
                }
            }
            return wanted;
        }
        for (NodeOptions.PortProtocol each : asked) {
            Transport transport = Transport.parse(each.protocol()).orElseThrow();
            if (!disabled.contains(transport)) {
                wanted.add(new Port(NodeOptions.port(each), transport));
            }
        }
        return wanted;
    }
}
