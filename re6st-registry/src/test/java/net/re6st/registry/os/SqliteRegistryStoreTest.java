package net.re6st.registry.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import net.re6st.cli.Failure;
import net.re6st.net.Prefix;
import net.re6st.testing.Seeds;
import net.re6st.testing.Vectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database file: atomic changes, and files that somebody or something has damaged. */
class SqliteRegistryStoreTest {
    private static final int MAX_PREFIX_LENGTH = 80;

    @TempDir
    private Path directory;

    private SqliteRegistryStore open(Path file) throws Failure {
        return SqliteRegistryStore.open(file, MAX_PREFIX_LENGTH, CertificateRows::read);
    }

    @Test
    void makesFilesThatNobodyElseCanRead() throws Exception {
        Path file = directory.resolve("a.db");
        try (SqliteRegistryStore store = open(file)) {
            store.transaction(tx -> tx.lastSerial());
            for (Path made : List.of(file, directory.resolve("a.db-wal"))) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                        .isEqualTo("rw-------");
            }
        }
    }

    @Test
    void makesTheDirectoryOfAFirstStart() throws Exception {
        Path file = directory.resolve("var/lib/a.db");
        open(file).close();
        assertThat(file).exists();
        Path impossible = Path.of("/proc/none/a.db");
        assertThatThrownBy(() -> open(impossible))
                .isInstanceOf(Failure.class)
                .hasMessageStartingWith("can't use database /proc/none/a.db: java.nio.file.");
    }

    @Test
    void leavesASingleFileWithoutLog() throws Exception {
        Path file = directory.resolve("a.db");
        try (SqliteRegistryStore store = open(file)) {
            store.transaction(tx -> {
                tx.addBlock(Prefix.ofBits("0"));
                return tx;
            });
            assertThat(directory.resolve("a.db-wal")).exists();
        }
        assertThat(directory.resolve("a.db-wal")).doesNotExist();
        assertThat(execute(file, List.of())).isTrue();
    }

    @Test
    void findsFreeBlocksByTheirIndex() throws Exception {
        try (SqliteRegistryStore store = open(directory.resolve("a.db"))) {
            Optional<Prefix> block = store.read(view -> view.longestFreeBlock(Prefix.EMPTY, 16));
            assertThat(block).contains(Prefix.EMPTY);
        }
    }

    @Test
    void refusesOrUsesFilesWithJunkInThem() throws IOException {
        byte[] good = Vectors.bytes("registry.db");
        Path file = directory.resolve("junk.db");
        Seeds.forEach(700, (seed, random) -> {
            byte[] bytes = good.clone();
            int changes = 1 + random.nextInt(20);
            for (int i = 0; i < changes; i++) {
                bytes[random.nextInt(random.nextBoolean() ? 4096 : bytes.length)] = (byte) random.nextInt();
            }
            if (random.nextInt(4) == 0) {
                bytes = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
            }
            tryOut(file, bytes);
        });
    }

    @Test
    void refusesOrUsesFilesWithHostileRows() throws IOException {
        Path file = directory.resolve("hostile.db");
        Seeds.forEach(300, (seed, random) -> {
            Files.write(file, Vectors.bytes("registry.db"));
            if (execute(file, List.of(change(random), change(random)))) {
                tryOut(file, Files.readAllBytes(file));
            }
        });
    }

    /** The checks alone, on an open file, so that there can be many. */
    @Test
    void checksHostileRowsWithoutFailing() throws Exception {
        Path good = Vectors.copy("registry.db", directory);
        Path file = directory.resolve("checked.db");
        Files.copy(good, file);
        try (SqliteConnection connection = new SqliteConnection(file)) {
            connection.runOnce("PRAGMA synchronous = OFF");
            connection.runOnce("PRAGMA journal_mode = MEMORY");
            connection.runOnce("ATTACH '" + good + "' AS good");
            Seeds.forEach(9000, (seed, random) -> {
                connection.runOnce("BEGIN");
                for (String table : List.of("cert", "token", "config", "crl")) {
                    connection.run("DELETE FROM main." + table);
                    connection.run("INSERT INTO main." + table + " SELECT * FROM good." + table);
                }
                connection.runOnce("COMMIT");
                try {
                    connection.runOnce(change(random).replace("IGNORE ", "IGNORE main."));
                    SqliteSchema.prepare(connection, MAX_PREFIX_LENGTH, CertificateRows::read);
                } catch (StoreFailure e) {
                    assertThat(e.getMessage()).isNotEmpty();
                }
            });
        }
    }

    private static String change(RandomGenerator random) {
        String table = List.of("cert", "token", "config", "crl").get(random.nextInt(4));
        String column =
                switch (table) {
                    case "cert" -> List.of("prefix", "email", "cert").get(random.nextInt(3));
                    case "token" ->
                        List.of("token", "email", "prefix_len", "date").get(random.nextInt(4));
                    case "config" -> List.of("name", "value").get(random.nextInt(2));
                    default -> List.of("serial", "date").get(random.nextInt(2));
                };
        String value = List.of(
                        "x'ff00'",
                        "''",
                        "'0'",
                        "-1",
                        "1e300",
                        "9223372036854775807",
                        "'%%%'",
                        "zeroblob(5000)",
                        "'" + "01".repeat(random.nextInt(80)) + "'",
                        "NULL")
                .get(random.nextInt(10));
        return "UPDATE OR IGNORE " + table + " SET " + column + " = " + value + " WHERE rowid % "
                + (1 + random.nextInt(9)) + " = 0";
    }

    private static boolean execute(Path file, List<String> statements) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    /** Either it is refused with a reason, or it can be used. */
    private void tryOut(Path file, byte[] bytes) throws IOException {
        Files.deleteIfExists(file.resolveSibling(file.getFileName() + "-wal"));
        Files.deleteIfExists(file.resolveSibling(file.getFileName() + "-shm"));
        Files.deleteIfExists(file.resolveSibling(file.getFileName() + "-journal"));
        Files.write(file, bytes);
        try (SqliteRegistryStore store = open(file)) {
            store.transaction(tx -> {
                tx.lowestFreeSubjectSerial();
                tx.freeBlocks();
                return tx.version();
            });
        } catch (Failure e) {
            assertThat(e.getMessage()).contains(file.toString());
        } catch (StoreFailure e) {
            // Damage that SQLite meets only later: the request fails, the process goes on.
            assertThat(e.getMessage()).isNotEmpty();
        }
    }
}
