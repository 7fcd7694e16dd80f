package net.re6st.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import net.re6st.cli.Failure;
import net.re6st.crypto.Certificate;
import net.re6st.crypto.CertificateRequest;
import net.re6st.crypto.DistinguishedName;
import net.re6st.lab.LabException;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.registry.core.Answer;
import net.re6st.registry.core.Caller;
import net.re6st.registry.core.Communities;
import net.re6st.registry.core.NetworkOptions;
import net.re6st.registry.core.Origins;
import net.re6st.registry.core.Registry;
import net.re6st.registry.core.RegistrySettings;
import net.re6st.registry.core.RpcDispatch;
import net.re6st.registry.core.RpcRequest;
import net.re6st.registry.os.CertificateRows;
import net.re6st.registry.os.LibCryptoKey;
import net.re6st.registry.os.SqliteRegistryStore;
import net.re6st.registry.port.Inquiry;
import net.re6st.registry.port.Overlay;
import net.re6st.rpc.RegistryApi;

/**
 * All nodes of a large network fetch new parameters: each says hello and calls getNetworkConfig, hundreds at once, and all of
 * them from one address behind a proxy, so that the registry's limits apply. How long it takes, and whether anybody is refused.
 */
final class HerdBench {
    private static final int AT_ONCE = 400;
    private static final long LIMIT_MINUTES = 30;
    private static final String NAT = "198.51.100.1";
    private static final String HERE = "127.0.0.1";

    private final BenchNetwork network;
    private final double[] helloMillis;
    private final double[] fetchMillis;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();

    private HerdBench(BenchNetwork network, int nodes) {
        this.network = network;
        this.helloMillis = new double[nodes];
        this.fetchMillis = new double[nodes];
    }

    /** Status 1 if a request failed. */
    static int run(int nodes) {
        try (BenchNetwork network = BenchNetwork.create()) {
            List<Prefix> prefixes = fill(network, nodes);
            return new HerdBench(network, nodes).measure(prefixes) ? 0 : 1;
        } catch (IOException | Failure e) {
            throw new LabException("bench registry --nodes: " + e.getMessage(), e);
        }
    }

    /** Issues the certificates without a registry in between: the work of years. */
    private static List<Prefix> fill(BenchNetwork network, int nodes) throws Failure, IOException {
        Path file = network.folder().resolve("registry.db");
        int maxLength = network.authority().network().maxPrefixLength();
        RegistrySettings settings = new RegistrySettings(
                16,
                OptionalInt.of(16),
                false,
                Communities.NONE,
                new Origins(Set.of(HERE), Set.of(), Set.of()),
                8_640_000,
                new NetworkOptions(Optional.empty(), List.of(), 10, false, 15, 20, 1, 300),
                "dh",
                Optional.empty());
        String request = RegistryApi.REQUEST_CERTIFICATE.target(
                "",
                CertificateRequest.create(DistinguishedName.EMPTY, network.key())
                        .pem());
        List<Prefix> prefixes = new ArrayList<>();
        try (SqliteRegistryStore store = SqliteRegistryStore.open(file, maxLength, CertificateRows::read)) {
            Registry.Ports ports = new Registry.Ports(
                    store,
                    LibCryptoKey.load(Files.readString(network.folder().resolve("ca.key")), network.authority())
                            .orElseThrow(),
                    new NoOverlay(),
                    Optional.empty(),
                    Optional.empty());
            RpcDispatch dispatch =
                    new RpcDispatch(new Registry(settings, network.authority(), ports, new SecureRandom()));
            for (int i = 0; i < nodes; i++) {
                Moment now = Moment.of(System.nanoTime(), Instant.now());
                Answer answer = dispatch.answer(new RpcRequest("GET", request, Optional.empty(), Caller.at(HERE)), now);
                prefixes.add(Certificate.ofPem(answer.body().toLatin1())
                        .flatMap(Certificate::prefix)
                        .orElseThrow(() -> new LabException("no certificate: " + answer.reason())));
            }
        }
        return prefixes;
    }

    private boolean measure(List<Prefix> prefixes) throws IOException {
        try (RegistryProcess registry = RegistryProcess.start(network.folder(), "--proxy", HERE)) {
            print(
                    "%d nodes; start-up %.1f s; %.0f MB RSS%n",
                    prefixes.size(), registry.startSeconds(), registry.megabytes("Rss"));
            HttpCall.Result step =
                    HttpCall.get(registry.port(), RegistryApi.UPDATE_HMAC.target(), Optional.empty(), HERE);
            if (step.status() != Answer.NO_CONTENT) {
                throw new LabException("the version does not change: status " + step.status());
            }
            double cpuBefore = registry.cpuSeconds();
            long begin = System.nanoTime();
            ExecutorService nodes = Executors.newFixedThreadPool(AT_ONCE);
            for (int i = 0; i < AT_ONCE; i++) {
                nodes.execute(() -> fetchAll(registry, prefixes));
            }
            nodes.shutdown();
            if (!nodes.awaitTermination(LIMIT_MINUTES, TimeUnit.MINUTES)) {
                nodes.shutdownNow();
                throw new LabException("not done after " + LIMIT_MINUTES + " minutes");
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            print(
                    "hello + getNetworkConfig of %d nodes, %d at once, from one address: %.1f s, %.0f nodes/s,"
                            + " CPU of the registry %.2f ms/node; %d failed%n",
                    prefixes.size(),
                    AT_ONCE,
                    seconds,
                    prefixes.size() / seconds,
                    (registry.cpuSeconds() - cpuBefore) * 1000 / prefixes.size(),
                    failed.get());
            report("hello", helloMillis);
            report("getNetworkConfig", fetchMillis);
            print(
                    "memory of the registry: %.0f MB RSS, %.0f MB PSS%n",
                    registry.megabytes("Rss"), registry.megabytes("Pss"));
            return failed.get() == 0;
        } catch (InterruptedException e) {
            throw new LabException("interrupted", e);
        }
    }

    private static void report(String name, double[] millis) {
        Arrays.sort(millis);
        print(
                "%-17s p50 %.0f ms, p99 %.0f ms, max %.0f ms%n",
                name, millis[millis.length / 2], millis[(int) (millis.length * 0.99)], millis[millis.length - 1]);
    }

    private void fetchAll(RegistryProcess registry, List<Prefix> prefixes) {
        for (int i = next.getAndIncrement(); i < prefixes.size(); i = next.getAndIncrement()) {
            RegistryClientLoad node = new RegistryClientLoad(
                    registry.port(),
                    network.authority(),
                    network.key(),
                    List.of(prefixes.get(i).bits()),
                    Optional.of(NAT));
            try {
                long begin = System.nanoTime();
                node.openSession();
                long opened = System.nanoTime();
                node.getNetworkConfig();
                helloMillis[i] = (opened - begin) / 1e6;
                fetchMillis[i] = (System.nanoTime() - opened) / 1e6;
            } catch (IOException | LabException e) {
                if (failed.incrementAndGet() <= 10) {
                    System.err.println("node " + i + ": " + e.getMessage());
                }
            }
        }
    }

    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format, values);
    }

    /** A network that is not there yet. */
    private static final class NoOverlay implements Overlay {
        @Override
        public void announceVersion(Prefix registryNode) {}

        @Override
        public void ask(Inquiry inquiry) {}

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
