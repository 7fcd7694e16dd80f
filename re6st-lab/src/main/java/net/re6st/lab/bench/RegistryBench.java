package net.re6st.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.crypto.RsaPrivateKey;
import net.re6st.lab.Command;
import net.re6st.lab.LabException;

/**
 * What the registry serves: requests per second and how long they take, with 1 and 8 clients, one connection per request,
 * and the CPU time of the registry for each; start-up and memory; then the same over PostgreSQL, by one registry and by three.
 * With {@code --nodes}, see {@link HerdBench}. The load shares the machine's processors with it.
 */
public final class RegistryBench {
    private static final int CLIENTS = 8;
    private static final double P99_TARGET_MILLIS = 60;
    private static final int NODES = 100;
    private static final int SEVERAL = 3;

    /** A call, and how many per second are to be reached with 8 clients. */
    private record Case(String name, double target, Act act) {
        Case withoutTarget() {
            return new Case(name, 0, act);
        }
    }

    private static final List<Case> CASES = List.of(
            new Case("hello", 1371, RegistryClientLoad::hello),
            new Case("getCa", 7305, RegistryClientLoad::getCa),
            new Case("getNetworkConfig", 3810, RegistryClientLoad::getNetworkConfig),
            new Case("renewCertificate", 4300, RegistryClientLoad::renewCertificate),
            new Case("requestCertificate", 300, RegistryClientLoad::requestCertificate));

    /** One request. */
    @FunctionalInterface
    private interface Act {
        void run(RegistryClientLoad client) throws IOException;
    }

    private final Path folder;
    private final CertificateAuthority authority;
    private final RsaPrivateKey key;
    private final int seconds;
    private final List<String> prefixes = new ArrayList<>();
    private boolean missed;

    private RegistryBench(Path folder, CertificateAuthority authority, RsaPrivateKey key, int seconds) {
        this.folder = folder;
        this.authority = authority;
        this.key = key;
        this.seconds = seconds;
    }

    /** Status 1 if a target is missed. */
    public static int run(List<String> words) {
        Arguments arguments = new Arguments(words, "--seconds", "--certificates", "--nodes");
        int herd = arguments.number("--nodes", 0);
        if (herd > 0) {
            return HerdBench.run(herd);
        }
        try {
            Path folder = Files.createTempDirectory("re6st-bench");
            try {
                Command.of(
                                "openssl",
                                "req",
                                "-x509",
                                "-newkey",
                                "rsa:2048",
                                "-nodes",
                                "-set_serial",
                                "0x120010db80042",
                                "-days",
                                "3650",
                                "-subj",
                                "/CN=bench",
                                "-keyout",
                                "ca.key",
                                "-out",
                                "ca.crt")
                        .in(folder)
                        .output();
                CertificateAuthority authority = CertificateAuthority.ofPem(Files.readString(folder.resolve("ca.crt")))
                        .orElseThrow();
                RsaPrivateKey key = RsaPrivateKey.generate(2048, new SecureRandom());
                RegistryBench bench = new RegistryBench(folder, authority, key, arguments.number("--seconds", 4));
                return bench.measure(arguments.number("--certificates", 10_000)) ? 0 : 1;
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            throw new LabException("bench registry: " + e.getMessage(), e);
        }
    }

    private boolean measure(int certificates) throws IOException {
        try (RegistryProcess started = RegistryProcess.start(folder)) {
            List<RegistryProcess> registry = List.of(started);
            print(
                    "start-up, empty database: %.2f s; memory %.0f MB RSS, %.0f MB PSS%n",
                    started.startSeconds(), started.megabytes("Rss"), started.megabytes("Pss"));
            fill(registry, NODES);
            for (Case one : CASES) {
                load(registry, one, CLIENTS, seconds);
                report(registry, one, 1);
                report(registry, one, CLIENTS);
            }
            print("after the load: %.0f MB RSS, %.0f MB PSS%n", started.megabytes("Rss"), started.megabytes("Pss"));
            fill(registry, certificates);
            print("with %d certificates:%n", prefixes.size());
            for (Case one : CASES) {
                report(registry, one, CLIENTS);
            }
        }
        try (RegistryProcess registry = RegistryProcess.start(folder)) {
            print(
                    "start-up with these: %.2f s; memory %.0f MB RSS, %.0f MB PSS%n",
                    registry.startSeconds(), registry.megabytes("Rss"), registry.megabytes("Pss"));
        }
        overPostgres();
        return !missed;
    }

    /** The same calls with the database on a PostgreSQL server of its own, by one registry and by several. */
    private void overPostgres() throws IOException {
        if (!PostgresProcess.isInstalled()) {
            print("PostgreSQL is not installed: nothing is compared with it%n");
            return;
        }
        for (int count : new int[] {1, SEVERAL}) {
            List<RegistryProcess> registries = new ArrayList<>();
            try (PostgresProcess server = PostgresProcess.start()) {
                for (int i = 0; i < count; i++) {
                    registries.add(RegistryProcess.start(folder, "--db", server.url()));
                }
                prefixes.clear();
                fill(registries, NODES);
                print("over PostgreSQL, %d of them:%n", count);
                for (Case one : CASES) {
                    load(registries, one, CLIENTS, seconds);
                    report(registries, one.withoutTarget(), CLIENTS);
                }
            } finally {
                registries.forEach(RegistryProcess::close);
            }
        }
    }

    /** Requests certificates until there are so many. */
    private void fill(List<RegistryProcess> registries, int certificates) {
        int missing = Math.max(0, certificates - prefixes.size());
        inParallel(CLIENTS, client -> {
                    RegistryClientLoad load = client(registries, client, List.of());
                    List<String> got = new ArrayList<>();
                    for (int i = client; i < missing; i += CLIENTS) {
                        got.add(load.requestPrefix().bits());
                    }
                    return got;
                })
                .forEach(prefixes::addAll);
    }

    /** Each client has one registry. */
    private RegistryClientLoad client(List<RegistryProcess> registries, int number, List<String> own) {
        return new RegistryClientLoad(registries.get(number % registries.size()).port(), authority, key, own);
    }

    private static double cpuSeconds(List<RegistryProcess> registries) {
        return registries.stream().mapToDouble(RegistryProcess::cpuSeconds).sum();
    }

    private void report(List<RegistryProcess> registries, Case one, int clients) {
        double cpuBefore = cpuSeconds(registries);
        double[] millis = load(registries, one, clients, seconds);
        double cpu = (cpuSeconds(registries) - cpuBefore) * 1000 / millis.length;
        double rate = millis.length / (double) seconds;
        double p99 = percentile(millis, 0.99);
        String verdict = "";
        if (clients == CLIENTS && one.target > 0) {
            boolean reached = rate >= one.target && p99 < P99_TARGET_MILLIS;
            missed |= !reached;
            verdict = String.format(Locale.ROOT, "; target %.0f: %s", one.target, reached ? "reached" : "MISSED");
        }
        print(
                "%-20s %d clients: %6.0f req/s, p50 %5.2f ms, p99 %6.2f ms, max %6.1f ms, CPU %.3f ms/request%s%n",
                one.name, clients, rate, percentile(millis, 0.5), p99, millis[millis.length - 1], cpu, verdict);
    }

    /** How long each request took, sorted. */
    private double[] load(List<RegistryProcess> registries, Case one, int clients, int duration) {
        long end = System.nanoTime() + duration * 1_000_000_000L;
        List<List<Double>> all = inParallel(clients, number -> {
            List<String> own = new ArrayList<>();
            for (int i = number; i < NODES; i += clients) {
                own.add(prefixes.get(i));
            }
            RegistryClientLoad client = client(registries, number, own);
            List<Double> millis = new ArrayList<>();
            for (long begin = System.nanoTime(); begin < end; ) {
                one.act.run(client);
                long now = System.nanoTime();
                millis.add((now - begin) / 1e6);
                begin = now;
            }
            return millis;
        });
        double[] sorted = all.stream()
                .flatMap(List::stream)
                .mapToDouble(Double::doubleValue)
                .toArray();
        Arrays.sort(sorted);
        return sorted;
    }

    /** The work of one client, by its number. */
    @FunctionalInterface
    private interface Work<T> {
        T run(int number) throws IOException;
    }

    private static <T> List<T> inParallel(int clients, Work<T> work) {
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                int number = i;
                futures.add(threads.submit(() -> work.run(number)));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } catch (InterruptedException | ExecutionException e) {
            throw new LabException("a client failed: " + e.getMessage(), e);
        } finally {
            threads.shutdownNow();
        }
    }

    private static double percentile(double[] sorted, double part) {
        return sorted[Math.min(sorted.length - 1, (int) (sorted.length * part))];
    }

    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format, values);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
