package net.re6st.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A PostgreSQL server of a test's own: on a free port of 127.0.0.1, with its data in a temporary directory, run by the user
 * {@code postgres} when the test is root. It ends with the thread that started it at the latest.
 */
public final class PostgresServer implements AutoCloseable {
    /** The superuser; nobody needs a password. */
    public static final String USER = "re6st";

    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final boolean IS_ROOT = "root".equals(System.getProperty("user.name"));

    private static Optional<PostgresServer> shared = Optional.empty();

    private final Path directory;
    private final int port;
    private final List<String> settings;
    private Optional<Process> process = Optional.empty();

    private PostgresServer(Path directory, int port, List<String> settings) {
        this.directory = directory;
        this.port = port;
        this.settings = settings;
    }

    /** Skips the test where there is no PostgreSQL, unless {@code -Dre6st.postgres=required}: bin/test installs it. */
    public static void assumeInstalled() {
        boolean isRequired = "required".equals(System.getProperty("re6st.postgres"));
        Assumptions.assumeTrue(isRequired || programs().isPresent(), "PostgreSQL is not installed: see bin/test");
    }

    private static Optional<Path> programs() {
        try (Stream<Path> versions = Files.isDirectory(DEBIAN) ? Files.list(DEBIAN) : Stream.of()) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("postgres")))
                    .max(Comparator.comparingInt(
                            bin -> number(bin.getParent().getFileName().toString())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int number(String version) {
        return version.chars().allMatch(Character::isDigit) ? Integer.parseInt(version) : 0;
    }

    /** One for all tests of this process, which spares its disk. */
    public static synchronized PostgresServer shared() {
        if (shared.isEmpty()) {
            shared = Optional.of(start("fsync=off", "full_page_writes=off"));
        }
        return shared.get();
    }

    /** Makes and starts one with these settings. */
    public static PostgresServer start(String... settings) {
        PostgresServer server = make(settings);
        try {
            server.run(
                    "initdb",
                    "-D",
                    server.data(),
                    "-U",
                    USER,
                    "-A",
                    "trust",
                    "-E",
                    "UTF8",
                    "--no-sync",
                    "--no-instructions");
            server.start();
            return server;
        } catch (RuntimeException | Error e) {
            server.close();
            throw e;
        }
    }

    /** Makes and starts a standby that follows this server. */
    public PostgresServer startStandby() {
        PostgresServer standby = make();
        try {
            String primary = "host=127.0.0.1 port=" + port + " user=" + USER;
            standby.run(
                    "pg_basebackup",
                    "-D",
                    standby.data(),
                    "-d",
                    primary,
                    "-R",
                    "-X",
                    "stream",
                    "-c",
                    "fast",
                    "--no-sync");
            standby.start();
            return standby;
        } catch (RuntimeException | Error e) {
            standby.close();
            throw e;
        }
    }

    private static PostgresServer make(String... settings) {
        try (ServerSocket socket = new ServerSocket(0)) {
            Path directory = Files.createTempDirectory("re6st-postgres");
            if (IS_ROOT) {
                UserPrincipal user = directory
                        .getFileSystem()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByName("postgres");
                Files.setOwner(directory, user);
            }
            PostgresServer server = new PostgresServer(directory, socket.getLocalPort(), List.of(settings));
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return port;
    }

    /** Where a database of this server is, as {@code --db} wants it. */
    public String url(String database) {
        return "postgresql://" + USER + "@127.0.0.1:" + port + "/" + database;
    }

    /** The same for the driver. */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=" + USER;
    }

    /** Makes a database, maybe with options after its name; gives its URL. */
    public String createDatabase(String name) {
        sql("postgres", "CREATE DATABASE " + name);
        return url(name.split(" ", 2)[0]);
    }

    /** Executes statements in a database; gives what psql prints, rows without decoration. */
    public String sql(String database, String statements) {
        String number = Integer.toString(port);
        return run(
                "psql",
                "-h",
                "127.0.0.1",
                "-p",
                number,
                "-U",
                USER,
                "-d",
                database,
                "-X",
                "-q",
                "-A",
                "-t",
                "-v",
                "ON_ERROR_STOP=1",
                "-c",
                statements);
    }

    /** From now on, a password is needed for this database. */
    public void requirePasswords(String database) throws IOException {
        Path file = Path.of(data(), "pg_hba.conf");
        Files.writeString(file, "host " + database + " all 127.0.0.1/32 scram-sha-256\n" + Files.readString(file));
        sql("postgres", "SELECT pg_reload_conf()");
    }

    /** Starts it, again after {@link #stop} or {@link #kill}; returns when it takes connections. */
    public synchronized void start() {
        List<String> words = words("postgres", "-D", data(), "-p", Integer.toString(port));
        List<String> all = new ArrayList<>(
                List.of("listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=100"));
        all.addAll(settings);
        all.forEach(setting -> words.addAll(List.of("-c", setting)));
        try {
            Process started = new ProcessBuilder(words)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .start();
            process = Optional.of(started);
            awaitReady(started);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path log() {
        return directory.resolveSibling(directory.getFileName() + ".log");
    }

    private void awaitReady(Process started) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            if (!started.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException("PostgreSQL does not start: " + Files.readString(log()));
            }
            try {
                run("pg_isready", "-h", "127.0.0.1", "-p", Integer.toString(port));
                return;
            } catch (IllegalStateException e) {
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Ends it in order, as an upgrade or a reboot does: transactions under way are undone. */
    public synchronized void stop() {
        signal("INT");
    }

    /** Ends it as a power cut does, but for what the kernel has not written yet. */
    public synchronized void kill() {
        signal("QUIT");
    }

    /** Stops its main process, which lets nobody in then, and goes on. */
    public void freeze(Duration time) throws InterruptedException {
        long pid = process.orElseThrow().pid();
        command(List.of("kill", "-STOP", Long.toString(pid)));
        try {
            Thread.sleep(time.toMillis());
        } finally {
            command(List.of("kill", "-CONT", Long.toString(pid)));
        }
    }

    private void signal(String name) {
        Optional<Process> running = process.filter(Process::isAlive);
        process = Optional.empty();
        if (running.isEmpty()) {
            return;
        }
        command(List.of("kill", "-" + name, Long.toString(running.get().pid())));
        try {
            if (!running.get().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                running.get().destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Makes a standby the primary; returns when it is. */
    public void promote() {
        run("pg_ctl", "promote", "-D", data(), "-w", "-t", Long.toString(PATIENCE.toSeconds()));
    }

    private String data() {
        return directory.resolve("data").toString();
    }

    private String run(String program, String... arguments) {
        return command(words(program, arguments));
    }

    private static List<String> words(String program, String... arguments) {
        List<String> words = new ArrayList<>();
        if (IS_ROOT) {
            // PostgreSQL refuses root.
            words.addAll(List.of(
                    "setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--pdeathsig=QUIT", "--"));
        }
        words.add(programs()
                .orElseThrow(() -> new IllegalStateException("PostgreSQL is not installed"))
                .resolve(program)
                .toString());
        words.addAll(List.of(arguments));
        return words;
    }

    private String command(List<String> words) {
        try {
            Process started = new ProcessBuilder(words)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(started.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (started.waitFor() != 0) {
                throw new IllegalStateException(words + ": " + output);
            }
            return output.strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Ends it at once and deletes its data. */
    @Override
    public synchronized void close() {
        signal("QUIT");
        try {
            if (Files.exists(directory)) {
                try (Stream<Path> files = Files.walk(directory)) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.deleteIfExists(file);
                    }
                }
            }
            Files.deleteIfExists(log());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
