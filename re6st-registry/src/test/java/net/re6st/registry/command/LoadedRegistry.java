package net.re6st.registry.command;

import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import net.re6st.crypto.Certificate;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.crypto.CertificateRequest;
import net.re6st.crypto.DistinguishedName;
import net.re6st.crypto.RsaPrivateKey;
import net.re6st.crypto.Secret;
import net.re6st.net.Prefix;
import net.re6st.registry.core.Answer;
import net.re6st.registry.core.Caller;
import net.re6st.registry.core.Communities;
import net.re6st.registry.core.NetworkOptions;
import net.re6st.registry.core.Origins;
import net.re6st.registry.core.PublishedParameters;
import net.re6st.registry.core.Registry;
import net.re6st.registry.core.RegistrySettings;
import net.re6st.registry.core.RpcDispatch;
import net.re6st.registry.core.RpcRequest;
import net.re6st.registry.os.CertificateRows;
import net.re6st.registry.os.OpenStore;
import net.re6st.registry.port.ClashRow;
import net.re6st.registry.port.Inquiry;
import net.re6st.registry.port.Overlay;
import net.re6st.rpc.RegistryApi;
import net.re6st.rpc.ServerSessions;

/** A registry that works on a database, in this process and as hard as asked, beside the subcommands that are tested. */
final class LoadedRegistry implements AutoCloseable {
    private static final int CLIENTS = 2;
    private static final long LIMIT_SECONDS = 60;
    private static final RsaPrivateKey NODE_KEY = RsaPrivateKey.generate(2048, new SecureRandom());

    private final OpenStore store;
    private final Registry registry;
    private final RpcDispatch dispatch;
    private final AtomicInteger announced;
    private final AtomicInteger issued = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    private volatile boolean isLoading;

    private LoadedRegistry(OpenStore store, Registry registry, AtomicInteger announced) {
        this.store = store;
        this.registry = registry;
        this.dispatch = new RpcDispatch(registry);
        this.announced = announced;
    }

    static LoadedRegistry open(Locations locations) throws Exception {
        CertificateAuthority authority = OpenRegistry.authority(locations);
        OpenStore store = locations.db().openStore(authority.network().maxPrefixLength(), CertificateRows::read);
        AtomicInteger announced = new AtomicInteger();
        Registry.Ports ports = new Registry.Ports(
                store,
                OpenRegistry.key(locations, authority).orElseThrow(),
                new CountedOverlay(announced),
                Optional.empty(),
                Optional.empty());
        RegistrySettings settings = new RegistrySettings(
                16,
                OptionalInt.empty(),
                false,
                Communities.NONE,
                new Origins(Set.of("127.0.0.1"), Set.of(), Set.of()),
                8_640_000,
                new NetworkOptions(Optional.empty(), List.of(), 10, false, 15, 20, 1, 300),
                "dh",
                Optional.empty());
        Registry registry = new Registry(settings, authority, ports, new SecureRandom());
        registry.start(OpenRegistry.now());
        return new LoadedRegistry(store, registry, announced);
    }

    private Answer get(String target) {
        return dispatch.answer(
                new RpcRequest("GET", target, Optional.empty(), Caller.at("127.0.0.1")), OpenRegistry.now());
    }

    /** Gives a node its certificate. */
    void issue(String email) {
        String token = "token" + email;
        String request =
                CertificateRequest.create(DistinguishedName.EMPTY, NODE_KEY).pem();
        int added = get(RegistryApi.ADD_TOKEN.target(email, token)).status();
        int status = get(RegistryApi.REQUEST_CERTIFICATE.target(token, request)).status();
        if (added != 204 || status != 200) {
            throw new IllegalStateException(email + ": " + added + ", " + status);
        }
        issued.incrementAndGet();
    }

    /** Two machines with the certificate of {@code node} have called, so many times in each other's way. */
    void clash(Prefix node, int times) {
        long now = OpenRegistry.now().wall().getEpochSecond();
        store.transaction(tx -> {
            tx.storeClash(new ClashRow(node, times, now, "192.0.2.7", "192.0.2.8"));
            return tx;
        });
    }

    /** Issues, revokes and opens sessions all the time. */
    void beginLoad() {
        isLoading = true;
        for (int client = 0; client < CLIENTS; client++) {
            String name = "load" + client;
            clients.execute(() -> load(name));
        }
    }

    private void load(String name) {
        try {
            for (int i = 0; isLoading; i++) {
                issue(name + "-" + i + "@example.org");
                store.sessions(tx -> {
                    tx.storeSessions(
                            Prefix.ofBits("0".repeat(16)),
                            ServerSessions.NONE.hello(Secret.random(new SecureRandom()), 10));
                    return tx;
                });
                get(RegistryApi.ADD_TOKEN.target("x@example.org", name + i));
            }
        } catch (RuntimeException e) {
            failure.set(e);
        }
    }

    long networkVersion() {
        return store.read(PublishedParameters::of).orElseThrow().version();
    }

    int issued() {
        return issued.get();
    }

    void awaitIssued(int count) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (issued.get() < count && failure.get() == null && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        if (failure.get() != null || issued.get() < count) {
            throw new IllegalStateException("only " + issued + " were issued", failure.get());
        }
    }

    void endLoad() throws Exception {
        isLoading = false;
        clients.shutdown();
        if (!clients.awaitTermination(LIMIT_SECONDS, TimeUnit.SECONDS) || failure.get() != null) {
            throw new IllegalStateException("the load failed", failure.get());
        }
    }

    /** How often the registry's node was told of a version. */
    int announced() {
        return announced.get();
    }

    void notice() {
        registry.notice();
    }

    Certificate authority() {
        return registry.authority().authority().certificate();
    }

    long lastSerial() {
        return store.read(view -> view.lastSerial());
    }

    @Override
    public void close() {
        isLoading = false;
        clients.shutdownNow();
        store.close();
    }

    private record CountedOverlay(AtomicInteger announced) implements Overlay {
        @Override
        public void announceVersion(Prefix registryNode) {
            announced.incrementAndGet();
        }

        @Override
        public void ask(Inquiry inquiry) {
            throw new IllegalStateException("nobody asks here");
        }

        @Override
        public List<Prefix> reachable() {
            return List.of();
        }

        @Override
        public Map<Prefix, Integer> delaysMillis() {
            return Map.of();
        }
    }
}
