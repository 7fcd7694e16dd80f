package net.re6st.lab.bench;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import net.re6st.lab.LabException;
import net.re6st.lab.Programs;

/** A registry program on a free port of the loopback address, with its files in one folder. */
final class RegistryProcess implements AutoCloseable {
    private static final long START_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final double TICKS_PER_SECOND = 100;

    private final Process process;
    private final int port;
    private final double startSeconds;

    private RegistryProcess(Process process, int port, double startSeconds) {
        this.process = process;
        this.port = port;
        this.startSeconds = startSeconds;
    }

    /** Starts it; the folder has ca.crt and ca.key, and registry.db unless it is to be made. */
    static RegistryProcess start(Path folder, String... more) {
        try {
            int port = freePort();
            List<String> words = new ArrayList<>(List.of(Programs.registry(), "--port", Integer.toString(port)));
            words.addAll(
                    List.of("-4", "127.0.0.1", "-6", "", "--ca", "ca.crt", "--key", "ca.key", "--db", "registry.db"));
            words.addAll(List.of("--anonymous-prefix-length", "16", "--logfile", "registry.log", "--run", "run"));
            words.addAll(List.of(more));
            long begin = System.nanoTime();
            Process process = new ProcessBuilder(words)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("output").toFile())
                    .start();
            while (!answers(port)) {
                if (!process.isAlive() || System.nanoTime() - begin > START_LIMIT_NANOS) {
                    process.destroyForcibly();
                    throw new LabException(
                            "the registry does not start: " + Files.readString(folder.resolve("output")));
                }
                Thread.sleep(5);
            }
            return new RegistryProcess(process, port, (System.nanoTime() - begin) / 1e9);
        } catch (IOException | InterruptedException e) {
            throw new LabException("cannot start the registry: " + e.getMessage(), e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static boolean answers(int port) {
        try {
            return HttpCall.get(port, "/getCa", Optional.empty()).status() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    int port() {
        return port;
    }

    /** From the start of the process to its first answer. */
    double startSeconds() {
        return startSeconds;
    }

    /** CPU time used so far. */
    double cpuSeconds() {
        String stat = read("stat");
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    /** Memory by its name in smaps_rollup (Rss, Pss), in megabytes. */
    double megabytes(String name) {
        return read("smaps_rollup")
                .lines()
                .filter(line -> line.startsWith(name + ":"))
                .mapToDouble(line -> Integer.parseInt(line.replaceAll("\\D+", "")) / 1024.0)
                .findFirst()
                .orElse(Double.NaN);
    }

    private String read(String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), file));
        } catch (IOException e) {
            throw new LabException("the registry is gone: " + e.getMessage(), e);
        }
    }

    /** Ends it at once, as a power cut does. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }
}
