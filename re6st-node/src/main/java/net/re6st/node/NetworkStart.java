package net.re6st.node;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.random.RandomGenerator;
import net.re6st.cli.Failure;
import net.re6st.config.NetworkParameters;
import net.re6st.core.Node;
import net.re6st.core.NodeSettings;
import net.re6st.core.NodeSettings.RouterUse;
import net.re6st.core.Ports;
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
import net.re6st.node.os.Fitting;
import net.re6st.node.os.HostProbes;
import net.re6st.node.os.IcmpProbes;
import net.re6st.node.os.Keyring;
import net.re6st.node.os.LinuxNetwork.Change;
import net.re6st.node.os.MulticastRouting;
import net.re6st.node.os.NameResolver;
import net.re6st.node.os.NatRouter;
import net.re6st.node.os.OpenVpnCommand;
import net.re6st.node.os.OpenVpnKnock;
import net.re6st.node.os.OpenVpnProcesses;
import net.re6st.node.os.PeerSocket;
import net.re6st.node.os.Reconcile;
import net.re6st.node.os.RegistryWorker;
import net.re6st.node.os.RemoteGateways;
import net.re6st.node.os.RouterAdvertisements;
import net.re6st.node.os.RoutingSocket;
import net.re6st.node.os.RunDirectory;
import net.re6st.node.os.RunRecord;
import net.re6st.node.os.ServiceUnit;
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
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Foundation base;
    private final NodeOptions options;
    private final HostProbes.Result host;
    private Reconcile.Kept kept = Reconcile.Kept.nothing();
    private Runnable settled = () -> {};

    /** What exists before. */
    record Foundation(
            NodeOptions options,
            EventLoop loop,
            CoreEvents core,
            Commands commands,
            RunRecord record,
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
        plan.remarks().forEach(LOG::warn);
        NatRouter router = router(plan);
        PeerSocket socket = openSocket();
        OpenVpnCommand openvpn = plan.openvpn(host.openvpn());
        Bytes freshKey = randomKey(secrets);
        kept = new Reconcile(options.run(), base.subnet, plan.mainInterface(), plan.ip4(), plan.table())
                .keep(new Reconcile.Wanted(owner(), fitting(plan, openvpn, freshKey), plan.undo()));
        base.undo.addLasting(kept::end);
        base.record.avoided(kept.avoided());
        setUp(plan);
        base.undo.addLasting(() -> base.children.endAll(PATIENCE));
        base.children.use(base.keys);
        base.children.keep(options.run(), ServiceUnit.ours().name());
        OpenVpnProcesses tunnels =
                new OpenVpnProcesses(base.loop, base.commands, base.children, options.run(), openvpn, base.core);
        tunnels.configure(openvpn, plan.clientCount() + 2);
        tunnels.inherit(kept);
        // A babeld that goes on keeps its key in a network that has none.
        Bytes ownKey = kept.babelKey().orElse(freshKey);
        PlanChanges.warn(plan.babelDefault());
        BabeldDaemon babeld = babeld(plan, ownKey);
        base.undo.addLasting(babeld::stop);
        Ports ports = new Ports(
                babeld,
                tunnels,
                socket,
                base.registry,
                base.cryptography,
                base.store,
                hostNetwork(),
                new NameResolver(base.loop, base.core::onResolved),
                router,
                probes(),
                knock(),
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
        running.babeld().start(kept);
        RoutingSocket routes = new RoutingSocket(options.run().resolve("babeld.sock"), question -> running.babeld()
                .ask(question));
        base.undo.add(routes::close);
        running.node()
                .start(
                        base.store.peers(),
                        base.store.ownAddresses(),
                        running.tunnels().inheritance().avoiding(kept.avoided()),
                        base.loop.now());
        settled.run();
        // Ours knows by now what they knew.
        Reconcile.endKeepers(options.run(), base.children);
        if (options.multicast()) {
            MulticastRouting multicast = new MulticastRouting(base.loop, base.commands, base.children, options.run());
            base.core.tellInterfaces(multicast::add);
            multicast.start(plan.multicastInterfaces());
        }
        new UserCommands(options, plan.environment(), base.children).start(failed);
    }

    /** Whether servers go on that read other certificates than those of now. */
    boolean hasOutdatedServers() {
        return kept.hasOutdated(base.keys);
    }

    /** Who we are: the network, the key of its CA, our prefix. */
    private String owner() {
        Bytes key = Bytes.copyOf(base.keys.authority().certificate().publicKey().getEncoded());
        return base.subnet + " " + key.toHex();
    }

    private static Fitting fitting(NodePlan plan, OpenVpnCommand openvpn, Bytes ownKey) throws Failure {
        Map<Iface, List<String>> standing = new TreeMap<>();
        for (NodePlan.Server server : plan.servers()) {
            standing.put(server.iface(), openvpn.server(server.iface(), server.transport(), server.port()));
        }
        if (plan.isClient()) {
            standing.put(ONLY_TUNNEL, openvpn.clientOfAny(ONLY_TUNNEL, plan.remotes()));
        }
        return new Fitting(plan.isClient() ? null : openvpn, standing, plan.babeld(plan.babelKeys(ownKey)));
    }

    /** Addresses, routes and rules, as far as they are not as they shall be. */
    private void setUp(NodePlan plan) throws Failure {
        UndoStack undo = base.undo;
        undo.addLasting(() -> RunDirectory.clear(options.run()));
        undo.addLasting(Reconcile::deleteTunnels);
        base.record.own(owner());
        for (RouterAdvertisements advertisements : RouterAdvertisements.accepted(kept.forwarding())) {
            base.record.changed(advertisements.undoing());
            undo.addLasting(advertisements::restore);
            advertisements.keep();
        }
        Optional<Runnable> forwarding = HostProbes.forward(kept.forwarding());
        if (forwarding.isPresent()) {
            base.record.forwarded();
            undo.addLasting(forwarding.get());
        }
        for (var change : plan.payload()) {
            make(change);
        }
        make(plan.mainAddress());
        undo.addLasting(() -> Commands.run(plan.beforeMainAddressGoes()));
        plan.afterMainAddress().forEach(Commands::run);
        make(plan.networkRoute());
        for (var rule : plan.rules()) {
            make(rule);
        }
    }

    /** Makes a change of the host that is undone at the end. */
    void make(Change change) throws Failure {
        base.record.changed(change.undo());
        base.undo.make(change);
    }

    /** Undone late: its mappings may be removed meanwhile. */
    private NatRouter router(NodePlan plan) {
        boolean asked = plan.advertised().mapping().use() != RouterUse.NEVER;
        List<String> missing = asked ? NatRouter.missingPackages(System.getenv().getOrDefault("PATH", "")) : List.of();
        if (missing.size() > 1) {
            LOG.warn(
                    "of routers, only those with PCP can be asked to let connections in: apt install {}, or say --ip any",
                    String.join(" ", missing));
        } else if (!missing.isEmpty()) {
            LOG.info("more routers could be asked to let connections in: apt install {}", missing.get(0));
        }
        NatRouter router = new NatRouter(
                base.loop::post, base.core, purpose -> base.keys.own().key().secretFor(purpose));
        base.undo.add(router::close);
        return router;
    }

    private HostNetwork hostNetwork() {
        List<Ip4> addresses = options.remoteGateways();
        if (addresses.isEmpty()) {
            if (kept.isUnclean()) {
                RemoteGateways.clear();
            }
            return new UnusedHostNetwork();
        }
        RemoteGateways gateways = new RemoteGateways(base.commands, addresses);
        gateways.begin();
        settled = gateways::settle;
        base.undo.addLasting(gateways::end);
        return gateways;
    }

    private IcmpProbes probes() {
        IcmpProbes probes = new IcmpProbes(
                new SplittableRandom().nextInt(1 << 16), answer -> base.loop.post(() -> base.core.onProbed(answer)));
        base.undo.add(probes::close);
        return probes;
    }

    private OpenVpnKnock knock() {
        OpenVpnKnock knock =
                new OpenVpnKnock((ticket, outcome) -> base.loop.post(() -> base.core.onRemoteTried(ticket, outcome)));
        base.undo.add(knock::close);
        return knock;
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
                PlanChanges.setup(plan, base.subnet),
                plan.babelKeys(ownKey),
                base.core);
    }

    private NodeSettings settings(NodePlan plan) {
        return plan.settings(base.geography
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
