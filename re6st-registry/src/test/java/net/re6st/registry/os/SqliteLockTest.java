package net.re6st.registry.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import net.re6st.cli.Failure;
import net.re6st.registry.port.TokenRow;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry that starts while its database is being replaced does not get the better of it. */
class SqliteLockTest {
    private static final int RESTORED = 300;

    @TempDir
    private Path directory;

    private Path db;

    @BeforeEach
    void setUp() {
        db = directory.resolve("registry.db");
    }

    private static SqliteRegistryStore open(Path file) throws Failure {
        return SqliteRegistryStore.open(file, 80, CertificateRows::read);
    }

    private static void write(Path file, int tokens) throws Failure {
        try (SqliteRegistryStore store = open(file)) {
            store.transaction(tx -> {
                for (int i = 0; i < tokens; i++) {
                    tx.addToken(new TokenRow("token" + i, "a@b", 16, 1000));
                }
                return tokens;
            });
        }
    }

    private void replacesWhileARegistryStarts() throws Exception {
        Path next = directory.resolve("next.db");
        write(next, RESTORED);
        CompletableFuture<Void> starting;
        try (SqliteLock lock = SqliteLock.ofPlace(db)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(db)))
                    .isEqualTo("rw-------");
            starting = CompletableFuture.runAsync(() -> {
                try (SqliteRegistryStore store = open(db)) {
                    store.transaction(tx -> tx.tokenCount());
                } catch (Failure e) {
                    throw new CompletionException(e);
                }
            });
            // Time to open the file; it waits for the lock for much longer.
            Thread.sleep(1500);
            assertThat(starting).isNotDone();
            lock.deleteJournals();
            Files.move(next, db, StandardCopyOption.ATOMIC_MOVE);
        }
        assertThatThrownBy(starting::join).rootCause().isInstanceOf(Failure.class);
        try (SqliteRegistryStore store = open(db)) {
            long tokens = store.read(view -> view.tokenCount());
            assertThat(tokens).isEqualTo(RESTORED);
        }
    }

    @Test
    void turnsAwayARegistryThatStartsWhileItsDatabaseIsReplaced() throws Exception {
        write(db, 20);
        replacesWhileARegistryStarts();
    }

    @Test
    void turnsAwayARegistryThatStartsWhileItsMissingDatabaseIsRestored() throws Exception {
        replacesWhileARegistryStarts();
    }

    @Test
    void leavesNothingBehindWhenNothingCameInTheFilesPlace() throws Exception {
        SqliteLock.ofPlace(db).close();
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).isEmpty();
        }
        write(db, 1);
        SqliteLock.ofPlace(db).close();
        try (SqliteRegistryStore store = open(db)) {
            long tokens = store.read(view -> view.tokenCount());
            assertThat(tokens).isEqualTo(1);
            assertThatThrownBy(() -> SqliteLock.ofPlace(db)).hasMessageContaining("a registry uses");
        }
    }
}
