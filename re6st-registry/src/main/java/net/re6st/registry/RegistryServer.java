package net.re6st.registry;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import net.re6st.cli.Failure;
import net.re6st.cli.ServiceNotice;
import net.re6st.cli.Version;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.registry.core.Answer;
import net.re6st.registry.core.Census;
import net.re6st.registry.core.Clashes;
import net.re6st.registry.core.Origins;
import net.re6st.registry.core.Registry;
import net.re6st.registry.core.RpcDispatch;
import net.re6st.registry.core.RpcRequest;
import net.re6st.registry.core.Sighting;
import net.re6st.registry.os.BabeldRoutes;
import net.re6st.registry.os.CertificateRows;
import net.re6st.registry.os.HomeDirectory;
import net.re6st.registry.os.JdkCaKey;
import net.re6st.registry.os.JettyServer;
import net.re6st.registry.os.JettyServer.PageService;
import net.re6st.registry.os.LibCryptoKey;
import net.re6st.registry.os.LibCryptoSealing;
import net.re6st.registry.os.LocalOverlay;
import net.re6st.registry.os.NodeStatus;
import net.re6st.registry.os.OpenStore;
import net.re6st.registry.os.PasswordFile;
import net.re6st.registry.os.PrometheusMeter;
import net.re6st.registry.os.StoreUnavailable;
import net.re6st.registry.os.TlsFiles;
import net.re6st.registry.port.CaKey;
import net.re6st.registry.port.Meter;
import net.re6st.registry.web.AdminPassword;
import net.re6st.registry.web.NetworkWatch;
import net.re6st.registry.web.PageRequest;
import net.re6st.registry.web.PageResponse;
import net.re6st.registry.web.Pages;
import net.re6st.registry.web.Site;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running registry: everything is checked, then the database is opened, then the doors. Undone in reverse order. */
final class RegistryServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryServer.class);

    /** The clock may step, and certificates be revoked: so often housekeeping looks for something due. */
    private static final long MAX_PAUSE_SECONDS = 60;

    /** How soon what a subcommand changes must reach the nodes. */
    private static final long NOTICE_SECONDS = 1;

    private static final int STATUS_NODE_ENDED = 1;

    private final Registry registry;
    private @Nullable JettyServer http;
    private final CompletableFuture<Integer> end = new CompletableFuture<>();
    private final Deque<AutoCloseable> undo = new ArrayDeque<>();
    private final ScheduledExecutorService housekeeping =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "housekeeping"));

    private RegistryServer(Registry registry) {
        this.registry = registry;
        undo.push(housekeeping::shutdownNow);
    }

    static RegistryServer start(RegistryOptions options) throws Failure {
        RegistryFiles files = RegistryFiles.read(options);
        LOG.info("registry of {}: {}", files.authority().network(), options);
        SecureRandom secure = new SecureRandom();
        CaKey caKey = LibCryptoKey.load(files.keyPem(), files.authority()).orElseGet(() -> new JdkCaKey(files.key()));
        List<InetAddress> listen = new ArrayList<>();
        for (String text : List.of(options.ipv4Listen, options.ipv6Listen)) {
            if (!text.isEmpty()) {
                listen.add(address(text));
            }
        }
        InetAddress node = address(Optional.ofNullable(options.privateAddress).orElse("::1"));
        BabeldRoutes routes = new BabeldRoutes(
                options.run.resolve("babeld.sock"), files.authority().network());
        int maxPrefixLength = files.authority().network().maxPrefixLength();
        OpenStore store = options.database().openStore(maxPrefixLength, CertificateRows::read);
        Registry.Ports ports = new Registry.Ports(
                store,
                caKey,
                new LocalOverlay(node, routes, new NodeStatus(options.run.resolve("control.sock"))),
                files.mailer(),
                files.geography(),
                LibCryptoSealing.load(secure));
        RegistryServer server = new RegistryServer(new Registry(files.settings(), files.authority(), ports, secure));
        server.undo.push(store);
        try {
            Optional<String> conflict = files.settings().communities().conflict(store);
            if (conflict.isPresent()) {
                throw new Failure("invalid community configuration: " + conflict.get());
            }
            Optional<String> otherCa = server.registry.conflict();
            if (otherCa.isPresent()) {
                throw new Failure(options.database() + ": " + otherCa.get());
            }
            server.serve(listen, options, files, ports, store);
            return server;
        } catch (StoreUnavailable e) {
            server.close();
            throw new Failure("can't use database " + options.database() + ": " + e.getMessage());
        } catch (Failure | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private Site site(RegistryOptions options, RegistryFiles files, Registry.Ports ports) throws Failure {
        int maxPrefixLength = files.authority().network().maxPrefixLength();
        NetworkWatch watch = new NetworkWatch(() -> Sighting.take(
                ports.overlay(),
                ports.store().read(view -> view.registryPrefix()),
                maxPrefixLength,
                Instant.now().getEpochSecond()));
        undo.push(watch);
        Optional<Site.OwnFiles> home =
                options.home == null ? Optional.empty() : Optional.of(HomeDirectory.open(options.home));
        Optional<AdminPassword> password = options.adminPasswordFile == null
                ? Optional.empty()
                : Optional.of(PasswordFile.open(options.adminPasswordFile));
        return new Pages(
                        registry.authority(),
                        files.settings(),
                        ports.store(),
                        registry.administration(),
                        watch,
                        home,
                        password,
                        options.tlsClientCa != null)
                .site(new SecureRandom());
    }

    private static InetAddress address(String text) throws Failure {
        boolean literal =
                !text.isEmpty() && text.chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == '.' || c == ':');
        try {
            if (literal) {
                return InetAddress.getByName(text);
            }
        } catch (UnknownHostException e) {
            LOG.debug("{}", e.getMessage());
        }
        throw new Failure("not an address: " + text);
    }

    private void serve(
            List<InetAddress> listen,
            RegistryOptions options,
            RegistryFiles files,
            Registry.Ports ports,
            OpenStore store)
            throws Failure {
        Site site = site(options, files, ports);
        if (registry.clean(now()).registryNodeEnded()) {
            throw nodeEnded();
        }
        registry.start(now());
        PrometheusMeter meter = meter(store, ports);
        RpcDispatch dispatch = new RpcDispatch(registry, meter);
        Monitoring monitoring =
                new Monitoring(files.settings().origins(), meter, registry::problem, RegistryServer::now);
        http = JettyServer.start(
                doors(listen, options, files.settings().origins()),
                new JettyServer.Services(
                        request -> answer(dispatch, request, meter),
                        Optional.of(new ServedSite(site)),
                        Optional.of(monitoring),
                        options.database().file().isEmpty()));
        undo.push(http);
        scheduleHousekeeping(0);
        // Subcommands and other registries change the database as well.
        ScheduledFuture<?> unused =
                housekeeping.scheduleWithFixedDelay(this::notice, NOTICE_SECONDS, NOTICE_SECONDS, TimeUnit.SECONDS);
        ScheduledFuture<?> unusedToo = housekeeping.scheduleWithFixedDelay(this::warn, 0, 1, TimeUnit.DAYS);
        tellService();
    }

    /** While housekeeping, which waits for the same locks as requests, goes on, we are alive. */
    private void tellService() {
        ServiceNotice notice = ServiceNotice.ofEnvironment();
        ServiceNotice.watched().ifPresent(every -> {
            ScheduledFuture<?> unused =
                    housekeeping.scheduleWithFixedDelay(notice::alive, 0, every.toMillis(), TimeUnit.MILLISECONDS);
        });
        undo.push(notice::stopping);
        notice.ready();
    }

    private static JettyServer.Doors doors(List<InetAddress> listen, RegistryOptions options, Origins origins) {
        Optional<JettyServer.TlsDoor> tls = options.tlsCert == null || options.tlsKey == null
                ? Optional.empty()
                : Optional.of(new JettyServer.TlsDoor(
                        options.tlsPort,
                        new TlsFiles(options.tlsCert, options.tlsKey, Optional.ofNullable(options.tlsClientCa))));
        return new JettyServer.Doors(
                listen, options.tlsOnly ? OptionalInt.empty() : OptionalInt.of(options.port), tls, origins);
    }

    private PrometheusMeter meter(OpenStore store, Registry.Ports ports) {
        return new PrometheusMeter(
                Version.SOFTWARE,
                RpcDispatch.budgets(),
                () -> ports.store().read(view -> Census.of(view, now().wall().getEpochSecond())),
                new PrometheusMeter.Gauges(
                        () -> ports.overlay().reachable().size(),
                        () -> cloned(ports),
                        () -> registry.authority().endUnixSeconds(),
                        () -> http == null ? 0 : http.connections(),
                        store::bytes));
    }

    /** How many nodes are two machines, by their calls or by the routes of our node. */
    private static int cloned(Registry.Ports ports) {
        SortedSet<Prefix> cloned = new TreeSet<>(ports.overlay().cloned());
        long seconds = now().wall().getEpochSecond();
        ports.store().read(view -> Clashes.certain(view, seconds)).forEach(clash -> cloned.add(clash.node()));
        return cloned.size();
    }

    private static Answer answer(RpcDispatch dispatch, RpcRequest request, Meter meter) {
        long begin = System.nanoTime();
        int status = Answer.SERVER_ERROR;
        try {
            Answer answer = answer(dispatch, request);
            status = answer.status();
            return answer;
        } finally {
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            meter.answered(RpcDispatch.methodName(request.target()), status, took);
        }
    }

    private static Answer answer(RpcDispatch dispatch, RpcRequest request) {
        try {
            return dispatch.answer(request, now());
        } catch (StoreUnavailable e) {
            LOG.debug("{}: {}", RpcDispatch.methodName(request.target()), e.getMessage());
            return Answer.unavailable(e.retryAfter());
        }
    }

    /** The site, with the time. */
    private record ServedSite(Site site) implements PageService {
        @Override
        public boolean takes(String method, String target) {
            return site.takes(method, target);
        }

        @Override
        public PageResponse answer(PageRequest request) {
            return site.answer(request, now());
        }
    }

    private void notice() {
        try {
            registry.notice();
        } catch (StoreUnavailable e) {
            // Whoever lost the database has said so.
            LOG.debug("looking at what others changed: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.warn("looking at what others changed: {}", e.toString());
        }
    }

    private void warn() {
        registry.authority().warning(now()).ifPresent(LOG::warn);
    }

    private static Failure nodeEnded() {
        return new Failure(
                STATUS_NODE_ENDED,
                "the certificate of the registry's own node ended so long ago that it would be deleted: is the clock right?");
    }

    private void scheduleHousekeeping(long delaySeconds) {
        // clean() reports its failures itself.
        ScheduledFuture<?> unused = housekeeping.schedule(this::clean, delaySeconds, TimeUnit.SECONDS);
    }

    private void clean() {
        long delay = MAX_PAUSE_SECONDS;
        try {
            Moment now = now();
            Registry.Cleaning cleaning = registry.clean(now);
            if (cleaning.registryNodeEnded()) {
                LOG.error("{}", nodeEnded().getMessage());
                end.complete(STATUS_NODE_ENDED);
                return;
            }
            OptionalLong next = cleaning.nextUnixSeconds();
            if (next.isPresent()) {
                long until = next.getAsLong() - now.wall().getEpochSecond();
                delay = Math.max(1, Math.min(delay, until));
            }
        } catch (StoreUnavailable e) {
            LOG.warn("housekeeping comes later: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("housekeeping: {}", e.toString());
        }
        scheduleHousekeeping(delay);
    }

    private static Moment now() {
        return Moment.of(System.nanoTime(), Instant.now());
    }

    /** Ends {@link #awaitEnd}. */
    void stop() {
        end.complete(0);
    }

    /** Waits until the registry has to end; the exit status. */
    int awaitEnd() {
        return end.join();
    }

    @Override
    public void close() {
        while (!undo.isEmpty()) {
            try {
                undo.pop().close();
            } catch (Exception e) {
                LOG.warn("at the end: {}", e.getMessage());
            }
        }
    }
}
