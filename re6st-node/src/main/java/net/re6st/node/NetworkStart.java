package net.re6st.node;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.random.RandomGenerator;
import net.re6st.cli.Failure;
import net.re6st.cli.Version;
import net.re6st.config.NetworkParameters;
import net.re6st.core.Node;
import net.re6st.core.NodeSettings;
import net.re6st.core.Ports;
import net.re6st.core.Software;
import net.re6st.core.port.HostNetwork;
import net.re6st.core.port.Identity;
import net.re6st.core.port.Lifecycle;
import net.re6st.net.Bytes;
import net.re6st.net.Iface;
import net.re6st.net.Ip4;
import net.re6st.net.Subnet;
import net.re6st.node.os.BabelKeys;
import net.re6st.node.os.BabeldDaemon;
import net.re6st.node.os.Children;
import net.re6st.node.os.Commands;
import net.re6st.node.os.CryptographyPool;
import net.re6st.node.os.EventLoop;
import net.re6st.node.os.HostProbes;
import net.re6st.node.os.Keyring;
import net.re6st.node.os.MulticastRouting;
import net.re6st.node.os.NameResolver;
import net.re6st.node.os.OpenVpnProcesses;
import net.re6st.node.os.PeerSocket;
import net.re6st.node.os.Reconcile;
import net.re6st.node.os.RegistryWorker;
import net.re6st.node.os.RemoteGateways;
import net.re6st.node.os.RoutingSocket;
import net.re6st.node.os.RunDirectory;
import net.re6st.node.os.UnusedHostNetwork;
import net.re6st.store.GeoDatabase;
import net.re6st.store.SqliteStore;
import net.re6st.wire.Protocol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The second half of a start: parameters and certificate are known, so the host is set up, and the core with its adapters
 * built and started. Loop's thread only.
 */
final class NetworkStart {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkStart.class);

    /** Of a mere client. */
    private static final Iface ONLY_TUNNEL = new Iface("re6stnet");

    /** All children are gone this long after they were told to end. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Foundation base;
    private final NodeOptions options;
    private final HostProbes.Result host;

    /** What exists before. */
    record Foundation(
            NodeOptions options,
            EventLoop loop,
            CoreEvents core,
            Commands commands,
            Children children,
            UndoStack undo,
            Keyring keys,
            Subnet subnet,
            SqliteStore store,
            RegistryWorker registry,
            CryptographyPool cryptography,
            Lifecycle lifecycle,
            Optional<GeoDatabase> geography) {}

    NetworkStart(Foundation base, HostProbes.Result host) {
        this.base = base;
        this.options = base.options;
        this.host = host;
    }

    /** Sets the host up and builds everything. */
    RunningNode begin(Identity identity, NetworkParameters parameters, RandomGenerator choices, RandomGenerator secrets)
            throws Failure, IOException {
        NodePlan plan = new NodePlan(options, base.subnet, base.keys.subjectSerial(), parameters, host.sourceRouting());
        PeerSocket socket = openSocket();
        setUp(plan);
        base.undo.add(() -> base.children.endAll(PATIENCE));
        OpenVpnProcesses tunnels = new OpenVpnProcesses(
                base.loop, base.commands, base.children, options.run(), plan.openvpn(host.openvpn()), base.core);
        tunnels.configure(plan.openvpn(host.openvpn()), plan.clientCount() + 2);
        Bytes ownKey = randomKey(secrets);
        BabeldDaemon babeld = babeld(plan, ownKey);
        base.undo.add(babeld::stop);
        Ports ports = new Ports(
                babeld,
                tunnels,
                socket,
                base.registry,
                base.cryptography,
                base.store,
                hostNetwork(),
                new NameResolver(base.loop, base.core::onResolved),
                base.lifecycle);
        Node node = new Node(settings(plan), identity, parameters, ports, choices, secrets, base.loop.now());
        return new RunningNode(plan, host, node, tunnels, babeld, ownKey);
    }

    /** Starts it; {@code failed} is told the status if {@code --up} fails. */
    void finish(RunningNode running, IntConsumer failed) throws Failure, IOException {
        NodePlan plan = running.plan();
        base.core.run(running.node());
        if (options.client() != null) {
            running.tunnels().keepClient(ONLY_TUNNEL, plan.remotes());
        }
        for (NodePlan.Server server : plan.servers()) {
            running.tunnels().serve(server.iface(), server.transport(), server.port());
            running.babeld().addInterface(server.iface());
        }
        running.babeld().start();
        RoutingSocket routes = new RoutingSocket(options.run().resolve("babeld.sock"), question -> running.babeld()
                .ask(question));
        base.undo.add(routes::close);
        running.node().start(base.store.peers(), base.store.ownAddresses(), base.loop.now());
        if (options.multicast()) {
            MulticastRouting multicast = new MulticastRouting(base.loop, base.commands, base.children, options.run());
            base.core.tellInterfaces(multicast::add);
            multicast.start(plan.multicastInterfaces());
        }
        new UserCommands(options, plan.environment(), base.children).start(failed);
    }

    /** Addresses, routes and rules, after the removal of what an earlier run left. */
    private void setUp(NodePlan plan) throws Failure {
        UndoStack undo = base.undo;
        new Reconcile(options.run(), base.subnet, plan.mainInterface(), plan.ip4(), plan.table()).endAll();
        undo.add(() -> RunDirectory.clear(options.run()));
        undo.add(Reconcile::deleteTunnels);
        HostProbes.forward().ifPresent(undo::add);
        for (var change : plan.beforeTunnels()) {
            undo.make(change);
        }
        undo.make(plan.mainAddress());
        undo.add(() -> Commands.run(plan.beforeMainAddressGoes()));
        plan.afterMainAddress().forEach(Commands::run);
        undo.make(plan.networkRoute());
        for (var rule : plan.rules()) {
            undo.make(rule);
        }
    }

    private HostNetwork hostNetwork() {
        List<Ip4> addresses = options.remoteGateways();
        if (addresses.isEmpty()) {
            return new UnusedHostNetwork();
        }
        RemoteGateways gateways = new RemoteGateways(base.commands, addresses);
        gateways.begin();
        base.undo.add(gateways::end);
        return gateways;
    }

    private PeerSocket openSocket() throws Failure {
        try {
            PeerSocket socket = new PeerSocket(base.loop, base.core::onDatagram, base.core::onUnsent);
            base.undo.add(() -> {
                try {
                    socket.close();
                } catch (IOException e) {
                    LOG.debug("closing: {}", e.toString());
                }
            });
            return socket;
        } catch (IOException e) {
            throw new Failure(
                    "can't open UDP port " + Protocol.PORT + " (is another node running?): " + e.getMessage());
        }
    }

    private BabeldDaemon babeld(NodePlan plan, Bytes ownKey) throws IOException {
        return new BabeldDaemon(
                base.loop,
                base.commands,
                base.children,
                new BabeldDaemon.Setup(
                        plan::babeld,
                        plan.babeldControl(),
                        plan.helloSeconds(),
                        plan.babelDefault(),
                        base.subnet.network(),
                        base.subnet.prefix(),
                        plan.table()),
                plan.babelKeys(ownKey),
                base.core);
    }

    private NodeSettings settings(NodePlan plan) {
        return new NodeSettings(
                base.subnet.network(),
                Protocol.VERSION,
                Software.text(
                        Version.SOFTWARE,
                        System.getProperty("java.version"),
                        System.getProperty("os.name") + " " + System.getProperty("os.version")),
                options.client() == null ? NodeSettings.Role.MESH : NodeSettings.Role.CLIENT,
                options.clientCount(),
                options.maxClients(),
                plan.disabled(),
                plan.neighbours(),
                options.country(),
                !options.noPrivate(),
                plan.advertised(),
                base.geography
                        .<Function<String, Optional<String>>>map(
                                database -> ip -> database.locate(ip).flatMap(GeoDatabase.Place::country))
                        .orElse(ip -> Optional.empty()));
    }

    private static Bytes randomKey(RandomGenerator secrets) {
        byte[] key = new byte[BabelKeys.KEY_BYTES];
        secrets.nextBytes(key);
        return Bytes.copyOf(key);
    }
}
