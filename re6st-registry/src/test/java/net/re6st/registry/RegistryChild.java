package net.re6st.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.re6st.testing.Vectors;

/** The program itself, in a process that can be killed. */
final class RegistryChild implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final Process process;
    private final Path output;
    private final int port;

    private RegistryChild(Process process, Path output, int port) {
        this.process = process;
        this.output = output;
        this.port = port;
    }

    /** Writes {@code ca.crt} and {@code ca.key}. */
    static void writeAuthority(Path directory) throws IOException {
        Files.writeString(directory.resolve("ca.crt"), ca("pem"));
        Files.writeString(directory.resolve("ca.key"), ca("key"));
    }

    private static String ca(String name) {
        return Vectors.objects(Vectors.json("registry_rpc.json").get("scenarios"))
                .get(0)
                .getAsJsonObject("ca")
                .get(name)
                .getAsString();
    }

    /** Starts it in a directory that has an authority; returns when it answers. */
    static RegistryChild start(Path directory, String db, String... options) throws Exception {
        RegistryChild child = begin(directory, db, options);
        child.await();
        return child;
    }

    /** Starts it; returns at once. */
    static RegistryChild begin(Path directory, String db, String... options) throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xlog:class+load:file=classes" + port + ".log",
                "-cp",
                System.getProperty("java.class.path"),
                RegistryMain.class.getName(),
                "--port",
                Integer.toString(port),
                "-4",
                "127.0.0.1",
                "-6",
                "",
                "--ca",
                "ca.crt",
                "--key",
                "ca.key",
                "--db",
                db,
                "--run",
                "run",
                "--logfile",
                "registry.log"));
        words.addAll(List.of(options));
        Path output = directory.resolve("output" + port);
        Process process = new ProcessBuilder(words)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        return new RegistryChild(process, output, port);
    }

    void await() throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try {
                assertThat(SmallHttp.get(port, "/getCa").status()).isEqualTo(200);
                return;
            } catch (IOException e) {
                assertThat(process.isAlive() && System.nanoTime() < deadline)
                        .as(Files.readString(output))
                        .isTrue();
                Thread.sleep(20);
            }
        }
    }

    /** The names of the classes that it has loaded, and from where. */
    List<String> loadedClasses() throws IOException {
        return Files.readAllLines(output.resolveSibling("classes" + port + ".log"));
    }

    int port() {
        return port;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** As {@code kill -9} does it; returns when it is gone. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
