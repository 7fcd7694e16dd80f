package net.re6st.lab.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.re6st.lab.Command;
import net.re6st.lab.LabException;

/**
 * What a hello costs the registry in CPU time, compared with what OpenSSL needs for the signature in it. Both are measured in
 * turns, so that whatever else the machine does falls on both.
 */
public final class HelloBench {
    /** A hello is to take at most so many times a signature. */
    private static final double TARGET = 1 / 0.7;

    private static final int ROUNDS = 5;
    private static final int CLIENTS = 2;

    /** The compiler is busy for so long; after that the registry takes what it will take for months. */
    private static final int WARM_UP_SECONDS = 30;

    private static final int NODES = 100;

    private HelloBench() {}

    /** Status 1 if the target is missed. */
    public static int run(List<String> words) {
        Arguments arguments = new Arguments(words, "--seconds", "--warm-up");
        int seconds = arguments.number("--seconds", 4);
        try (BenchNetwork network = BenchNetwork.create();
                RegistryProcess registry = RegistryProcess.start(network.folder())) {
            List<String> prefixes = network.join(registry, NODES);
            load(network, registry, prefixes, arguments.number("--warm-up", WARM_UP_SECONDS));
            double[] ratios = new double[ROUNDS];
            for (int i = 0; i < ROUNDS; i++) {
                double before = registry.cpuSeconds();
                long hellos = load(network, registry, prefixes, seconds);
                double hello = (registry.cpuSeconds() - before) * 1000 / hellos;
                double signature = signatureMillis(network.folder(), seconds);
                ratios[i] = hello / signature;
                System.out.printf(
                        Locale.ROOT,
                        "hello %.3f ms CPU (%d of them), openssl speed rsa2048 %.3f ms/signature: %.2f times%n",
                        hello,
                        hellos,
                        signature,
                        ratios[i]);
            }
            Arrays.sort(ratios);
            double median = ratios[ROUNDS / 2];
            System.out.printf(
                    Locale.ROOT,
                    "median %.2f times; target %.2f: %s%n",
                    median,
                    TARGET,
                    median <= TARGET ? "reached" : "MISSED");
            return median <= TARGET ? 0 : 1;
        } catch (IOException e) {
            throw new LabException("bench hello: " + e.getMessage(), e);
        }
    }

    private static long load(BenchNetwork network, RegistryProcess registry, List<String> prefixes, int seconds) {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Callable<Long>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                RegistryClientLoad client = network.client(registry, prefixes);
                clients.add(() -> {
                    long count = 0;
                    while (System.nanoTime() < end) {
                        client.hello();
                        count++;
                    }
                    return count;
                });
            }
            long count = 0;
            for (Future<Long> client : threads.invokeAll(clients)) {
                count += client.get();
            }
            return count;
        } catch (InterruptedException | ExecutionException e) {
            throw new LabException("a client failed: " + e.getMessage(), e);
        } finally {
            threads.shutdownNow();
        }
    }

    /** CPU time of one signature, by OpenSSL's own account. */
    private static double signatureMillis(Path folder, int seconds) {
        String table = Command.of("openssl", "speed", "-seconds", Integer.toString(seconds), "rsa2048")
                .in(folder)
                .output();
        return table.lines()
                .filter(line -> line.startsWith("rsa 2048 bits"))
                .map(line -> line.trim().split("\\s+"))
                .mapToDouble(columns -> 1000 / Double.parseDouble(columns[columns.length - 2]))
                .findFirst()
                .orElseThrow(() -> new LabException("openssl speed says nothing about rsa2048"));
    }
}
