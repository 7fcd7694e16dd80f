package net.re6st.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import net.re6st.cli.Failure;
import net.re6st.cli.Logging;
import net.re6st.cli.ServiceNotice;
import net.re6st.cli.Signals;
import net.re6st.cli.StandardError;
import net.re6st.cli.Version;
import net.re6st.config.NetworkParameters;
import net.re6st.core.PortReport;
import net.re6st.core.Startup;
import net.re6st.core.port.Avoided;
import net.re6st.core.port.Identity;
import net.re6st.core.port.Lifecycle;
import net.re6st.net.Moment;
import net.re6st.net.Subnet;
import net.re6st.node.control.ControlRequest;
import net.re6st.node.control.ControlService;
import net.re6st.node.control.MetricsEndpoint;
import net.re6st.node.control.MetricsPlace;
import net.re6st.node.control.NodeSnapshot;
import net.re6st.node.os.Children;
import net.re6st.node.os.Commands;
import net.re6st.node.os.CryptographyPool;
import net.re6st.node.os.EventLoop;
import net.re6st.node.os.HostProbes;
import net.re6st.node.os.Keyring;
import net.re6st.node.os.LastRegistry;
import net.re6st.node.os.LocalServer;
import net.re6st.node.os.Reconcile;
import net.re6st.node.os.RegistryWorker;
import net.re6st.node.os.RoutingListing;
import net.re6st.node.os.RunDirectory;
import net.re6st.node.os.RunRecord;
import net.re6st.node.os.ServiceUnit;
import net.re6st.rpc.RegistryClient;
import net.re6st.rpc.RegistryUrl;
import net.re6st.rpc.TlsTrust;
import net.re6st.store.GeoDatabase;
import net.re6st.store.SqliteStore;
import net.re6st.wire.Protocol;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One life of the daemon: builds the adapters, starts everything in order, runs the loop and undoes what was done, or leaves
 * it to another process. The main thread runs the loop.
 */
final class NodeDaemon {
    private static final Logger LOG = LoggerFactory.getLogger(NodeDaemon.class);

    /** After this time a service counts as started, whatever it waits for. */
    private static final Duration READY_ANYWAY = Duration.ofSeconds(10);

    /** How a life ended. */
    enum Outcome {
        /** Everything was undone. */
        ENDED,
        /** Tunnels and routes were left to the next life in this process, which reads the options again. */
        RESTART,
        /** They were left to another process. */
        HANDED_OVER
    }

    /** Reads the options again. */
    @FunctionalInterface
    interface Reread {
        /** Why they could not be used; empty if they could. */
        Optional<String> problem();
    }

    /** A daemon that has lived so long works: when it ends by a defect, another one may go on. Tests don't wait so long. */
    private static final Duration PROVEN = Duration.ofSeconds(Integer.getInteger("re6st.node.provenSeconds", 60));

    private final NodeOptions options;
    private final EndRequests requests;
    private final Reread reread;
    private final UndoStack undo = new UndoStack();
    private final RandomGenerator choices = new SplittableRandom();
    private final SecureRandom secrets = new SecureRandom();
    private final EventLoop loop;
    private final CoreEvents core;
    private final Commands commands;
    private final ServiceNotice notice = ServiceNotice.ofEnvironment();
    private final RunRecord record;
    private final Children children;
    private final Moment started;

    private Outcome outcome = Outcome.ENDED;
    private boolean unwanted;
    private boolean locked;
    private int status;
    private @Nullable Keyring keyring;
    private @Nullable Subnet subnet;
    private @Nullable SqliteStore store;
    private Optional<GeoDatabase> geography = Optional.empty();
    private @Nullable CryptographyPool cryptography;
    private @Nullable RegistryWorker registry;
    private @Nullable RegistryClient registries;
    private @Nullable HostProbes probes;
    private @Nullable RunningNode running;
    private @Nullable PlanChanges changes;

    NodeDaemon(NodeOptions options, EndRequests requests, Reread reread) throws IOException {
        this.options = options;
        this.requests = requests;
        this.reread = reread;
        this.loop = new EventLoop();
        this.commands = new Commands(loop::fail);
        this.started = loop.now();
        this.core = new CoreEvents(loop);
        this.record = new RunRecord(options.run());
        this.children = new Children(record, loop);
    }

    Outcome outcome() {
        return outcome;
    }

    /** Runs to the end; returns the exit status. */
    int run() throws Failure, IOException {
        try (loop;
                commands) {
            prepare();
            loop.run();
        } catch (Failure e) {
            status = e.status();
            throw e;
        } catch (RuntimeException | Error e) {
            if (running == null || !loop.now().hasReached(started.plus(PROVEN).monotonicNanos())) {
                throw e;
            }
            // As if it had been killed: tunnels and routes are worth more than a clean end.
            LOG.error("a defect ends this daemon, and leaves everything to the next one", e);
            StandardError.error("re6stnet: a defect ended the daemon, see re6stnet.log: " + e);
            outcome = Outcome.HANDED_OVER;
            status = 1;
        } finally {
            end();
        }
        return status;
    }

    private void prepare() throws Failure, IOException {
        directories();
        Logging.toFile(options.log().resolve("re6stnet.log"), options.verbose());
        LOG.info("re6stnet {}", Version.withPlatform());
        handleSignals();
        ServiceNotice.watched().ifPresent(this::beat);
        RunDirectory run = RunDirectory.open(options.run());
        locked = true;
        undo.add(run::close);
        ControlService control = new ControlService(loop::post, observed);
        serve(() -> LocalServer.on("control", ControlRequest.socket(options.run()), "rw-------", control::hold));
        if (options.metrics().isPresent()) {
            MetricsPlace place = options.metrics().get();
            MetricsEndpoint metrics = new MetricsEndpoint(control);
            serve(() -> place.socket() == null
                    ? LocalServer.on("metrics", present(place.address()), metrics::hold)
                    : LocalServer.on("metrics", place.socket(), "rw-rw----", metrics::hold));
        }
        probes = HostProbes.begin(commands);
        geography = geography();
        NamedFiles files = NamedFiles.read(options, loop.now());
        Keyring keys = files.keyring();
        keyring = keys;
        subnet = new Subnet(keys.authority().network(), keys.own().prefix());
        store = SqliteStore.open(options.state().resolve("cache.db"));
        undo.add(store::close);
        cryptography = new CryptographyPool(loop, keys::authority, keys::own, core);
        RegistryClient client = registryClient(files.trust());
        registries = client;
        registry = new RegistryWorker(loop, keys, client, Protocol.VERSION, core);
        undo.add(registry::close);
        options.remarks().forEach(LOG::warn);
        LOG.info("we are {} in {}", keys.own().prefix().cn(), subnet);
        Startup startup = new Startup(
                Protocol.VERSION,
                keys.identity(),
                store.parameters().orElse(null),
                new Startup.Ports(registry, cryptography, store, lifecycle),
                choices);
        // Without its registry a first start may take days: those who wait for this service need not.
        loop.after(READY_ANYWAY, notice::ready);
        core.begin(startup);
        loop.tick(core);
        startup.start(loop.now());
    }

    /** It may be replaced just now, or gone: what it would tell matters less than that the node runs. */
    private static Optional<GeoDatabase> geography() {
        try {
            return GeoDatabase.ofEnvironment();
        } catch (Failure e) {
            LOG.warn("countries of addresses are found without it: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private RegistryClient registryClient(Optional<TlsTrust> trust) {
        List<RegistryUrl> urls = options.registryUrls();
        LastRegistry last = new LastRegistry(options.state());
        int first = last.among(urls);
        if (first > 0) {
            LOG.info("registry {} answered last, and is asked first", urls.get(first));
        }
        return RegistryClient.of(
                urls, first, "re6stnet/" + Version.withPlatform(), trust, index -> last.remember(urls.get(index)));
    }

    /** Tells in the loop, again and again, that the loop runs. */
    private void beat(Duration every) {
        notice.alive();
        loop.after(every, () -> beat(every));
    }

    private void serve(Callable<LocalServer> opened) throws Failure {
        try {
            LocalServer server = opened.call();
            undo.add(server::close);
        } catch (Exception e) {
            throw new Failure("can't listen: " + e);
        }
    }

    private void directories() throws Failure {
        for (Path directory : List.of(options.log(), options.state())) {
            try {
                Files.createDirectories(directory);
            } catch (IOException e) {
                throw new Failure("can't make " + directory + ": " + e);
            }
        }
    }

    private void handleSignals() {
        requests.tell(kind -> loop.post(() -> end(kind)));
        Signals.on("TERM", this::onTerm);
        Signals.on("INT", () -> requests.ask(EndRequests.Kind.STOP));
        Signals.on("HUP", () -> loop.post(this::reload));
        Signals.on("USR2", () -> loop.post(this::reload));
        Signals.on(
                "USR1",
                () -> loop.post(() -> {
                    Logging.reopen();
                    if (running != null) {
                        running.babeld().reopenLog();
                    }
                }));
    }

    /** What the core may do to the daemon; everything happens after the event in which it was asked for. */
    private final Lifecycle lifecycle = new Lifecycle() {
        @Override
        public void ready(Identity identity, NetworkParameters parameters) {
            loop.post(() -> {
                try {
                    startNetwork(identity, parameters);
                } catch (Failure e) {
                    LOG.error("{}", e.getMessage());
                    StandardError.error("re6stnet: " + e.getMessage());
                    stop(e.status());
                } catch (IOException e) {
                    LOG.error("can't start", e);
                    stop(1);
                }
            });
        }

        @Override
        public void parametersChanged(NetworkParameters before, NetworkParameters after) {
            loop.post(() -> apply(after));
        }

        @Override
        public void leave(List<Avoided> avoided) {
            record.avoided(avoided);
        }

        @Override
        public void restart(String reason) {
            LOG.info("restarting: {}", reason);
            loop.post(NodeDaemon.this::reload);
        }

        @Override
        public void fail(String reason) {
            LOG.error("{}", reason);
            StandardError.error("re6stnet: " + reason);
            loop.post(() -> stop(1));
        }
    };

    /** What the daemon tells those who look at it. */
    private final ControlService.Observed observed = new ControlService.Observed() {
        @Override
        public NodeSnapshot observe(boolean withPeers) {
            Moment now = loop.now();
            RunningNode up = running;
            return new NodeSnapshot(
                    now,
                    started,
                    subnet == null ? null : options.observed(subnet, registries == null ? 0 : registries.inUse()),
                    up == null ? null : up.observed(now),
                    up == null || !withPeers ? List.of() : up.node().peers(now),
                    children.running(),
                    loop.delays(),
                    RoutingListing.EMPTY,
                    Map.of());
        }

        @Override
        public void list(boolean withRoutes, Consumer<RoutingListing> listed) {
            if (running != null && running.babeld().report().connected()) {
                running.babeld().list(withRoutes, listed);
            }
        }

        @Override
        public PortReport surveyPorts(boolean begin) {
            RunningNode up = running;
            return up == null ? new PortReport(true, List.of()) : up.surveyPorts(begin, loop.now());
        }

        @Override
        public Optional<String> reload() {
            return NodeDaemon.this.reload();
        }
    };

    private void startNetwork(Identity identity, NetworkParameters parameters) throws Failure, IOException {
        NetworkStart start = new NetworkStart(
                new NetworkStart.Foundation(
                        options,
                        loop,
                        core,
                        commands,
                        record,
                        children,
                        undo,
                        present(keyring),
                        present(subnet),
                        present(store),
                        present(registry),
                        present(cryptography),
                        lifecycle,
                        geography),
                present(probes).result());
        RunningNode built = start.begin(identity, parameters, choices, secrets);
        running = built;
        PlanChanges inPlace =
                new PlanChanges(loop, commands, choices, present(subnet), built, start::make, this::reload);
        changes = inPlace;
        core.tellRenewals(inPlace::certificateRenewed);
        if (start.hasOutdatedServers()) {
            inPlace.certificateRenewed();
        }
        start.finish(built, this::stop);
        notice.ready();
        LOG.info("started");
    }

    /** What new parameters mean for programs that run; the core itself follows the others. */
    private void apply(NetworkParameters after) {
        RunningNode now = running;
        if (now == null) {
            return;
        }
        NodePlan plan = new NodePlan(
                options,
                present(subnet),
                present(keyring).subjectSerial(),
                after,
                now.host().sourceRouting());
        present(changes).begin(plan, Duration.ofSeconds(after.delayRestartSeconds()));
    }

    /** Starts again with the options read again; goes on as before, and says why, if they can't be used. */
    private Optional<String> reload() {
        Optional<String> problem = reread.problem();
        if (problem.isPresent()) {
            LOG.warn("not restarting, the options can't be used: {}", problem.get());
        } else {
            LOG.info("restarting with the options read again");
            outcome = Outcome.RESTART;
            stop(0);
        }
        return problem;
    }

    /** What ends us may want to start us again: then the tunnels stay. In a thread of the signal's. */
    private void onTerm() {
        requests.ask(ServiceUnit.ours().isRestarting() ? EndRequests.Kind.HAND_OVER : EndRequests.Kind.STOP);
    }

    private void end(EndRequests.Kind kind) {
        if (kind == EndRequests.Kind.HAND_OVER) {
            LOG.info("leaving everything to the next daemon");
            outcome = Outcome.HANDED_OVER;
        } else {
            outcome = Outcome.ENDED;
            unwanted = true;
        }
        stop(0);
    }

    private void stop(int exitStatus) {
        status = exitStatus;
        loop.stop();
    }

    private void end() {
        if (outcome == Outcome.RESTART) {
            notice.reloading();
        } else {
            notice.stopping();
        }
        RunningNode up = running;
        if (outcome == Outcome.ENDED) {
            LOG.info("ending");
            if (up != null) {
                up.node().stop(loop.now());
            }
            if (unwanted && up == null && locked) {
                Reconcile.abandon(options.run());
            }
            undo.undoAll();
            LOG.info("ended");
            return;
        }
        if (up != null) {
            up.node().handOver(loop.now());
            up.tunnels().handOver();
            up.babeld().handOver();
            children.handOver();
        }
        undo.handOver();
        LOG.info("handed over");
    }

    private static <T> T present(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("not started");
        }
        return value;
    }
}
