package net.re6st.lab.bench;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.re6st.lab.Command;
import net.re6st.lab.LabException;

/** A PostgreSQL server for a measurement, which waits for the disk as one in use does. Needs root, and runs as its own user. */
final class PostgresProcess implements AutoCloseable {
    private static final Path VERSIONS = Path.of("/usr/lib/postgresql");
    private static final String USER = "postgres";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Path home;
    private final int port;

    private PostgresProcess(Path home, int port) {
        this.home = home;
        this.port = port;
    }

    static boolean isInstalled() {
        return bin().isPresent();
    }

    private static Optional<Path> bin() {
        try (Stream<Path> versions = Files.isDirectory(VERSIONS) ? Files.list(VERSIONS) : Stream.empty()) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.exists(bin.resolve("pg_ctl")))
                    .max(Comparator.naturalOrder());
        } catch (IOException e) {
            throw new LabException("cannot look for PostgreSQL: " + e.getMessage(), e);
        }
    }

    static PostgresProcess start() throws IOException {
        Path home = Files.createTempDirectory("re6st-bench-postgres");
        Command.of("chown", USER, home.toString()).output();
        PostgresProcess server;
        try (ServerSocket socket = new ServerSocket(0)) {
            server = new PostgresProcess(home, socket.getLocalPort());
        }
        try {
            server.run("initdb", "-D", "data", "-A", "trust", "-E", "UTF8");
            String options = "-p " + server.port + " -c listen_addresses=127.0.0.1 -c unix_socket_directories=";
            server.run("pg_ctl", "-D", "data", "-w", "-l", "log", "-o", options, "start");
            return server;
        } catch (LabException e) {
            server.close();
            throw e;
        }
    }

    private void run(String program, String... arguments) {
        List<String> words = new ArrayList<>(List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--init-groups"));
        words.add(bin().orElseThrow().resolve(program).toString());
        words.addAll(List.of(arguments));
        Command.of(words).in(home).within(LIMIT).output();
    }

    /** Its database, as {@code --db} wants it. */
    String url() {
        return "postgresql://" + USER + "@127.0.0.1:" + port + "/postgres";
    }

    @Override
    public void close() {
        if (Files.exists(home.resolve("data/postmaster.pid"))) {
            run("pg_ctl", "-D", "data", "-m", "immediate", "stop");
        }
        Command.of("rm", "-r", home.toString()).output();
    }
}
