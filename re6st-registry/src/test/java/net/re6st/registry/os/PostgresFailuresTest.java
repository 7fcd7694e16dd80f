package net.re6st.registry.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import net.re6st.cli.Failure;
import net.re6st.registry.port.TokenRow;
import net.re6st.testing.PostgresServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A PostgreSQL server that ends, hangs, refuses or is not what it should be. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PostgresFailuresTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int CALLS = 40;

    @TempDir
    private Path directory;

    private PostgresServer server;
    private OpenStore store;
    private int databases;
    private String url;

    @BeforeAll
    void startServer() {
        PostgresServer.assumeInstalled();
        server = PostgresServer.start("fsync=off");
    }

    @AfterAll
    void endServer() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void open() throws Exception {
        url = server.createDatabase("failures" + databases++);
        store = Database.of(url, Optional.empty()).openStore(80, CertificateRows::read);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static Failure refusal(String db, Optional<Path> password) throws Exception {
        try {
            Database.of(db, password).openStore(80, CertificateRows::read).close();
        } catch (Failure e) {
            assertThat(e.getMessage()).doesNotContain("\n");
            return e;
        }
        throw new AssertionError(db + " was opened");
    }

    private void addSerial() {
        store.transaction(tx -> {
            tx.setLastSerial(tx.lastSerial() + 1);
            return tx;
        });
    }

    private long serial() {
        return store.read(view -> view.lastSerial());
    }

    @Test
    void saysWhatIsWrongWithAnAddressInOneLine() throws Exception {
        String here = "postgresql://re6st@127.0.0.1:" + server.port();
        assertThat(refusal("postgresql://re6st@127.0.0.1:1/net", Optional.empty()))
                .hasMessageContaining("can't use database postgresql://re6st@127.0.0.1:1/net")
                .hasMessageContaining("does the server run?");
        assertThat(refusal(here + "/missing", Optional.empty())).hasMessageContaining("createdb");
        assertThat(refusal("postgresql://nobody@127.0.0.1:" + server.port() + "/postgres", Optional.empty()))
                .hasMessageContaining("nobody");
        server.sql(url.substring(url.lastIndexOf('/') + 1), "UPDATE flyway_schema_history SET version = '99'");
        assertThat(refusal(url, Optional.empty())).hasMessageContaining("newer version");
        String other = server.createDatabase("other" + databases++);
        server.sql(other.substring(other.lastIndexOf('/') + 1), "CREATE TABLE somebody_elses (a TEXT)");
        assertThat(refusal(other, Optional.empty())).hasMessageContaining("schema history");
    }

    @Test
    void takesThePasswordFromAFile() throws Exception {
        server.sql("postgres", "CREATE ROLE careful LOGIN PASSWORD 'open sesame'");
        server.createDatabase("guarded OWNER careful");
        server.requirePasswords("guarded");
        String guarded = "postgresql://careful@127.0.0.1:" + server.port() + "/guarded";
        assertThat(refusal(guarded, Optional.empty())).hasMessageContaining("--db-password-file");
        Path file = directory.resolve("password");
        Files.writeString(file, "open sesame\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(refusal(guarded, Optional.of(file))).hasMessageContaining("chmod 600");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Database.of(guarded, Optional.of(file))
                .openStore(80, CertificateRows::read)
                .close();
        Files.writeString(file, "wrong\n");
        assertThat(refusal(guarded, Optional.of(file)))
                .hasMessageContaining("check the user, and the password")
                .hasMessageNotContaining("wrong");
        Path pgpass = directory.resolve("pgpass");
        Files.writeString(pgpass, "127.0.0.1:*:guarded:careful:open sesame\n");
        Files.setPosixFilePermissions(pgpass, PosixFilePermissions.fromString("rw-------"));
        System.setProperty("org.postgresql.pgpassfile", pgpass.toString());
        try {
            Database.of(guarded, Optional.empty())
                    .openStore(80, CertificateRows::read)
                    .close();
        } finally {
            System.clearProperty("org.postgresql.pgpassfile");
        }
    }

    @Test
    void doesWorkAgainWhoseConnectionBreaksInTheMiddle() throws Exception {
        AtomicInteger times = new AtomicInteger();
        store.transaction(tx -> {
            tx.setLastSerial(tx.lastSerial() + 1);
            if (times.incrementAndGet() == 1) {
                server.sql(
                        "postgres",
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 're6st-registry'");
            }
            tx.addToken(new TokenRow("t" + times.get(), "e", 16, 1));
            return tx;
        });
        assertThat(times).hasValue(2);
        assertThat(serial()).isEqualTo(1);
        List<TokenRow> tokens = store.read(view -> view.tokens());
        assertThat(tokens).extracting(TokenRow::token).containsExactly("t2");
    }

    @Test
    void waitsForAServerThatStartsAgain() throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(20);
        try {
            List<Future<?>> calls = new ArrayList<>();
            AtomicInteger refused = new AtomicInteger();
            for (int i = 0; i < CALLS; i++) {
                calls.add(callers.submit(() -> {
                    long deadline = System.nanoTime() + LIMIT.toNanos();
                    while (System.nanoTime() < deadline) {
                        try {
                            addSerial();
                            return;
                        } catch (StoreUnavailable e) {
                            // Whose change may have taken place, if the connection broke at its end.
                            refused.incrementAndGet();
                        }
                    }
                    throw new AssertionError("never");
                }));
                if (i == CALLS / 2) {
                    server.stop();
                    server.start();
                }
            }
            for (Future<?> call : calls) {
                call.get();
            }
            assertThat(serial()).isBetween((long) CALLS, (long) CALLS + refused.get());
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    void failsAfterAWhileAndThenAtOnceWhileTheServerIsGone() {
        addSerial();
        server.stop();
        try {
            long begin = System.nanoTime();
            assertThatThrownBy(this::addSerial).isInstanceOf(StoreUnavailable.class);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Outage.PATIENCE.dividedBy(2));
            // All but one that tries now and then.
            List<Duration> took = new ArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                long next = System.nanoTime();
                assertThatThrownBy(this::serial).isInstanceOf(StoreUnavailable.class);
                took.add(Duration.ofNanos(System.nanoTime() - next));
            }
            took.sort(null);
            assertThat(took.get(CALLS / 2)).isLessThan(Outage.PATIENCE.dividedBy(5));
        } finally {
            server.start();
        }
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try {
                assertThat(serial()).isEqualTo(1);
                return;
            } catch (StoreUnavailable e) {
                assertThat(System.nanoTime()).isLessThan(deadline);
            }
        }
    }

    @Test
    void doesNotWaitForeverForAProcessThatHangs() throws Exception {
        try (PostgresConnection hung = PostgresDriver.connect(PostgresAddress.of(url, Optional.empty()))) {
            hung.run("BEGIN");
            new PostgresTx(hung).lockAll();
            assertThatThrownBy(this::addSerial)
                    .isInstanceOf(StoreUnavailable.class)
                    .hasMessageContaining("too long");
            // Reading goes on, and the server ends the transaction of the one that hangs.
            assertThat(serial()).isZero();
            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (serial() == 0 && System.nanoTime() < deadline) {
                try {
                    addSerial();
                } catch (StoreUnavailable e) {
                    assertThat(e).hasMessageContaining("too long");
                }
            }
            assertThat(serial()).isEqualTo(1);
        }
    }

    @Test
    void knowsItsLatestStep() throws Exception {
        Path steps = Path.of("src/main/resources").resolve(PostgresSchema.STEPS);
        try (var files = Files.list(steps)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.startsWith("V")))
                    .hasSize(PostgresSchema.LATEST)
                    .anyMatch(name -> name.startsWith("V" + PostgresSchema.LATEST + "__"));
        }
    }
}
