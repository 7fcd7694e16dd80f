package net.re6st.node;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import net.re6st.cli.ProgramOptions;
import net.re6st.cli.UsageError;
import net.re6st.net.Iface;
import net.re6st.net.Ip4;
import net.re6st.net.Prefix;
import net.re6st.net.Subnet;
import net.re6st.net.Transport;
import net.re6st.net.TunnelAddress;
import net.re6st.node.control.MetricsPlace;
import net.re6st.node.control.NodeSnapshot;
import net.re6st.rpc.RegistryUrl;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The options of re6stnet. */
@Command(
        footer = {
            "%nTo look at a running node (each with --help, --json and --run DIR):",
            "  re6stnet status|tunnels|peers|routes|top    what it is doing",
            "  re6stnet trace ADDRESS                      which way packets take",
            "  re6stnet doctor                             what is wrong, and what to do",
            "  re6stnet reload                             start again with the options read again",
            "%nTERM and INT stop everything. HUP reads the options again, and no tunnel ends; nor",
            "does one when the daemon is killed and started again, or restarted by systemd."
        })
public final class NodeOptions extends ProgramOptions {
    @Option(
            names = "--ip",
            paramLabel = "IP|NAME|any|upnp",
            description = {
                "Address or host name that other nodes can dial; may be repeated. any: what peers see.",
                "upnp: the router is asked to let them in, by UPnP, PCP or NAT-PMP.",
                "Default: upnp if a router answers, else any."
            })
    private List<String> ip = new ArrayList<>();

    @Option(
            names = "--registry",
            paramLabel = "URL",
            required = true,
            description = "URL of the registry; may be repeated: if one does not answer, another is asked.")
    private List<String> registries = new ArrayList<>();

    @Option(
            names = "--tls-ca",
            paramLabel = "FILE",
            description = "Who vouches for an https registry, PEM (default: whom the system trusts).")
    private @Nullable Path tlsCa;

    @Option(
            names = {"-l", "--log"},
            paramLabel = "DIR",
            description = "Directory of logs (default: ${DEFAULT-VALUE}).")
    private Path log = Path.of("/var/log/re6stnet");

    @Option(
            names = {"-r", "--run"},
            paramLabel = "DIR",
            description = "Directory of sockets and of what a running node writes down (default: ${DEFAULT-VALUE}).")
    private Path run = Path.of("/var/run/re6stnet");

    @Option(
            names = {"-s", "--state"},
            paramLabel = "DIR",
            description = "Directory of the peer cache (default: ${DEFAULT-VALUE}).")
    private Path state = Path.of("/var/lib/re6stnet");

    @Option(
            names = {"-v", "--verbose"},
            paramLabel = "LEVEL",
            description =
                    "0: no log, 1: warnings, 2: what happens, 3: and why, 4: every packet (default: ${DEFAULT-VALUE}).")
    private int verbose = 2;

    @Option(
            names = {"-i", "--interface"},
            paramLabel = "IFACE",
            description = "Find other nodes on the segment of this interface; may be repeated.")
    private List<String> interfaces = new ArrayList<>();

    @Option(
            names = {"-I", "--main-interface"},
            paramLabel = "IFACE",
            description = "Interface that gets the node's address (default: ${DEFAULT-VALUE}).")
    private String mainInterface = "lo";

    @Option(
            names = {"-m", "--multicast"},
            description = "Route multicast between all interfaces of the network, with pim-dm.")
    private boolean multicast;

    @Option(names = "--up", paramLabel = "CMD", description = "Shell command to run once the network is set up.")
    private @Nullable String up;

    @Option(
            names = "--daemon",
            paramLabel = "CMD",
            description = "Shell command that runs as long as the node; may be repeated.")
    private @Nullable List<String> daemon;

    @Option(
            names = "--metrics",
            paramLabel = "PORT|SOCK",
            description =
                    "Serve metrics for Prometheus, as /metrics on a port of the loopback interface or on a socket.")
    private @Nullable String metrics;

    @Option(
            names = "--test",
            paramLabel = "EXPR",
            description = {
                "Do nothing but exit with the value of an expression over the options, 1 if it is true:",
                "\"main_interface != 'eth0'\". It may have and, or, not, in, is None, comparisons and numbers."
            })
    private @Nullable String test;

    @Option(names = "--console", paramLabel = "SOCK", description = "Not available: see re6stnet status.")
    private @Nullable String console;

    @Option(
            names = "--country",
            paramLabel = "CODE",
            description = "Country of this host (default: by GEOIP2_MMDB, else by the registry).")
    private @Nullable String country;

    @Option(
            names = {"-B"},
            paramLabel = "ARG",
            description = "Argument for babeld; may be repeated.")
    private List<String> babelArguments = new ArrayList<>();

    @Option(
            names = {"-D", "--default"},
            description = "Accepted and ignored.")
    private boolean defaultRoute;

    @Option(
            names = "--table",
            paramLabel = "N",
            description = {
                "Routing table for the network's routes. 0: the main one, so that a default route of the network",
                "serves all IPv6 traffic of this host that has no other. Another: only traffic from or to the network.",
                "Default: 0."
            })
    private @Nullable Integer table;

    @Option(
            names = "--gateway",
            description = "Announce this host's default route to the network: others reach the internet through it.")
    private boolean gateway;

    @Option(
            names = {"-O"},
            paramLabel = "ARG",
            description = "Argument for every OpenVPN; may be repeated.")
    private List<String> openvpnArguments = new ArrayList<>();

    @Option(names = "--ovpnlog", description = "Write a log for each OpenVPN.")
    private boolean ovpnlog;

    @Option(
            names = "--pp",
            paramLabel = "PORT PROTO",
            arity = "2",
            description = "Port and protocol of a server; may be repeated, by preference.")
    private @Nullable List<String> pp;

    @Option(names = "--dh", paramLabel = "FILE", description = "Diffie-Hellman parameters for servers.")
    private @Nullable Path dh;

    @Option(names = "--ca", paramLabel = "FILE", required = true, description = "The network's CA certificate.")
    private Path ca = Path.of("");

    @Option(names = "--cert", paramLabel = "FILE", required = true, description = "The node's certificate.")
    private Path cert = Path.of("");

    @Option(names = "--key", paramLabel = "FILE", required = true, description = "The node's private key.")
    private Path key = Path.of("");

    @Option(names = "--client-count", paramLabel = "N", description = "Tunnels to dial (default: the registry's).")
    private @Nullable Integer clientCount;

    @Option(names = "--max-clients", paramLabel = "N", description = "Clients per server (default: the registry's).")
    private @Nullable Integer maxClients;

    @Option(
            names = "--remote-gateway",
            paramLabel = "IP",
            description = "Gateway for the packets of tunnels over IPv4; may be repeated: they are used in turn.")
    private @Nullable List<String> remoteGateway;

    @Option(
            names = "--disable-proto",
            paramLabel = "PROTO",
            arity = "1..*",
            description = "Protocols not to use, or none (default: udp udp6).")
    private @Nullable List<String> disableProto;

    @Option(
            names = "--client",
            paramLabel = "HOST,PORT,PROTO[;...]",
            description = "Serve and dial nobody: be a client of the first of these that answers.")
    private @Nullable String client;

    @Option(names = "--no-private", description = "Neither advertise nor dial private IPv4 addresses.")
    private boolean noPrivate;

    @Option(names = "--neighbour", paramLabel = "CN", description = "Node to prefer as neighbour; may be repeated.")
    private List<String> neighbour = new ArrayList<>();

    private List<String> rest = List.of();

    /** A server's port and protocol as given. */
    public record PortProtocol(String port, String protocol) {}

    @Override
    protected void complete(List<String> words) throws UsageError {
        rest = List.copyOf(words);
        for (String text : disableProto == null ? List.<String>of() : disableProto) {
            if (!text.equals("none") && Transport.parse(text).isEmpty()) {
                throw new UsageError("--disable-proto " + text + ": not a protocol");
            }
        }
        for (PortProtocol each : ports() == null ? List.<PortProtocol>of() : ports()) {
            if (Transport.parse(each.protocol).isEmpty()) {
                throw new UsageError("--pp " + each.port + " " + each.protocol + ": not a protocol");
            }
            if (!each.port.matches("\\d{1,5}") || port(each) < 1 || port(each) > 65535) {
                throw new UsageError("--pp " + each.port + " " + each.protocol + ": not a port");
            }
        }
        for (String cn : neighbour) {
            if (Prefix.parseCn(cn).isEmpty()) {
                throw new UsageError("--neighbour " + cn + ": not the CN of a node");
            }
        }
        if (metrics != null && MetricsPlace.parse(metrics).isEmpty()) {
            throw new UsageError("--metrics " + metrics + ": neither a port of the loopback interface nor a path");
        }
        checkInterfaces();
        checkCounts();
        checkClient();
        for (String gateway : remoteGateway == null ? List.<String>of() : remoteGateway) {
            if (Ip4.parse(gateway).isEmpty()) {
                throw new UsageError("--remote-gateway " + gateway + ": not an IPv4 address");
            }
        }
        OptionConflicts.check(this);
    }

    private void checkClient() throws UsageError {
        if (client == null) {
            return;
        }
        for (String part : client.split(";", -1)) {
            Optional<TunnelAddress> address = TunnelAddress.parse(part)
                    .filter(a -> a.port().isPresent() && a.transport().isPresent());
            if (address.isEmpty() || address.get().host().isEmpty()) {
                throw new UsageError("--client " + client + ": '" + part + "' is not HOST,PORT,PROTO");
            }
        }
        if (ip.contains("upnp")) {
            throw new UsageError("--ip upnp with --client: a mere client serves nobody");
        }
    }

    private void checkInterfaces() throws UsageError {
        List<String> names = new ArrayList<>(interfaces);
        names.add(mainInterface);
        for (String name : names) {
            try {
                new Iface(name);
            } catch (IllegalArgumentException e) {
                throw new UsageError(String.valueOf(e.getMessage()));
            }
        }
    }

    private void checkCounts() throws UsageError {
        if (clientCount != null && clientCount < 0) {
            throw new UsageError("--client-count " + clientCount + ": less than 0");
        }
        if (maxClients != null && maxClients < 0) {
            throw new UsageError("--max-clients " + maxClients + ": less than 0");
        }
        if (table != null && table < 0) {
            throw new UsageError("--table " + table + ": less than 0");
        }
    }

    /** Not part of parsing: any text is a well-formed value. */
    void checkRegistry() throws UsageError {
        for (String registry : registries()) {
            if (RegistryUrl.parse(registry).isEmpty()) {
                throw new UsageError("--registry " + registry + ": not an http or https URL");
            }
        }
        if (registries().size() > RegistryUrl.MAX_OF_A_NETWORK) {
            throw new UsageError(
                    "--registry: " + registries().size() + " URLs, not more than " + RegistryUrl.MAX_OF_A_NETWORK);
        }
    }

    /**
     * What those are told who look at the daemon.
     *
     * @param registryInUse which of {@link #registries}
     */
    NodeSnapshot.Setup observed(Subnet subnet, int registryInUse) {
        return new NodeSnapshot.Setup(
                subnet,
                registries(),
                registryInUse,
                ca.toAbsolutePath(),
                cert.toAbsolutePath(),
                key.toAbsolutePath(),
                tlsCa().map(Path::toAbsolutePath),
                log.toAbsolutePath(),
                state.toAbsolutePath(),
                mainInterface);
    }

    static int port(PortProtocol each) {
        return Integer.parseInt(each.port);
    }

    public List<String> ip() {
        return ip;
    }

    /** As given, one at least; none twice. */
    public List<String> registries() {
        return registries.stream().distinct().toList();
    }

    /** Those that {@link #checkRegistry} found good. */
    List<RegistryUrl> registryUrls() {
        return registries().stream()
                .flatMap(registry -> RegistryUrl.parse(registry).stream())
                .toList();
    }

    Optional<Path> tlsCa() {
        return Optional.ofNullable(tlsCa);
    }

    public Path log() {
        return log;
    }

    public Path run() {
        return run;
    }

    public Path state() {
        return state;
    }

    public int verbose() {
        return verbose;
    }

    public List<String> interfaces() {
        return interfaces;
    }

    public String mainInterface() {
        return mainInterface;
    }

    public boolean multicast() {
        return multicast;
    }

    public @Nullable String up() {
        return up;
    }

    public @Nullable List<String> daemon() {
        return daemon;
    }

    Optional<MetricsPlace> metrics() {
        return Optional.ofNullable(metrics).flatMap(MetricsPlace::parse);
    }

    public @Nullable String test() {
        return test;
    }

    /** What the log shall say of options that do nothing. */
    List<String> remarks() {
        return console == null
                ? List.of()
                : List.of("--console does nothing here: re6stnet status --run " + run() + " shows what the node does");
    }

    public @Nullable String console() {
        return console;
    }

    /** In capitals if it is a code, as registries and other nodes write it. */
    public @Nullable String country() {
        return country != null && country.matches("[a-zA-Z]{2}") ? country.toUpperCase(Locale.ROOT) : country;
    }

    public List<String> babelArguments() {
        return babelArguments;
    }

    public boolean defaultRoute() {
        return defaultRoute;
    }

    public @Nullable Integer table() {
        return table;
    }

    public boolean gateway() {
        return gateway;
    }

    /** Of {@code -O}, then those after {@code --}. */
    public List<String> allOpenvpnArguments() {
        List<String> all = new ArrayList<>(openvpnArguments);
        all.addAll(rest);
        return all;
    }

    public List<String> openvpnArguments() {
        return openvpnArguments;
    }

    public boolean ovpnlog() {
        return ovpnlog;
    }

    public @Nullable List<PortProtocol> ports() {
        if (pp == null) {
            return null;
        }
        List<PortProtocol> ports = new ArrayList<>();
        for (int i = 0; i + 1 < pp.size(); i += 2) {
            ports.add(new PortProtocol(pp.get(i), pp.get(i + 1)));
        }
        return ports;
    }

    public @Nullable Path dh() {
        return dh;
    }

    public Path ca() {
        return ca;
    }

    public Path cert() {
        return cert;
    }

    public Path key() {
        return key;
    }

    public @Nullable Integer clientCount() {
        return clientCount;
    }

    public @Nullable Integer maxClients() {
        return maxClients;
    }

    List<Ip4> remoteGateways() {
        return remoteGateway == null
                ? List.of()
                : remoteGateway.stream()
                        .map(text -> Ip4.parse(text).orElseThrow())
                        .toList();
    }

    public @Nullable List<String> remoteGateway() {
        return remoteGateway;
    }

    public boolean noPrivate() {
        return noPrivate;
    }

    public @Nullable List<String> disableProto() {
        return disableProto;
    }

    public @Nullable String client() {
        return client;
    }

    public List<String> neighbour() {
        return neighbour;
    }
}
