package net.re6st.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import net.re6st.config.NetworkParameters;
import net.re6st.config.Parameter;
import net.re6st.config.Value;
import net.re6st.net.Prefix;
import net.re6st.testing.Seeds;
import net.re6st.testing.Vectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreTest {
    private static final Prefix PEER = Prefix.ofBits("0101");
    private static final Duration SOON = Duration.ofMillis(50);
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    private Path path;

    @BeforeEach
    void nameTheFile() {
        path = directory.resolve("cache.db");
    }

    @Test
    void remembersAcrossRestarts() {
        NetworkParameters parameters =
                NetworkParameters.EMPTY.with(Parameter.HELLO, Value.of(7)).with(Parameter.ENCRYPT, Value.of(true));
        try (SqliteStore store = SqliteStore.open(path)) {
            assertThat(store.parameters()).isEmpty();
            store.putPeer(PEER, "192.0.2.1,1194,udp");
            store.putPeer(Prefix.EMPTY, "192.0.2.2,1194,tcp");
            store.putParameters(parameters);
        }
        try (SqliteStore store = SqliteStore.open(path)) {
            assertThat(store.peers()).isEqualTo(Map.of(PEER, "192.0.2.1,1194,udp"));
            assertThat(store.ownAddresses()).isEqualTo("192.0.2.2,1194,tcp");
            assertThat(store.parameters().orElseThrow().helloSeconds()).isEqualTo(7);
            store.removePeer(PEER);
            store.putParameters(parameters.without(Parameter.HELLO));
        }
        try (SqliteStore store = SqliteStore.open(path)) {
            assertThat(store.peers()).isEmpty();
            assertThat(store.parameters().orElseThrow().values()).containsOnlyKeys("encrypt");
        }
        assertThat(directory.resolve("cache.db.bak")).doesNotExist();
    }

    /** The keys of the routing protocol are in it. */
    @Test
    void onlyTheOwnerReadsIt() throws IOException {
        SqliteStore.open(path).close();
        assertThat(permissions()).isEqualTo("rw-------");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
        SqliteStore.open(path).close();
        assertThat(permissions()).as("of an earlier version, or the original").isEqualTo("rw-------");
    }

    private String permissions() throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void endsInTheStateOfTheLastWrites() {
        Seeds.forEach(30, (seed, random) -> {
            Path file = directory.resolve("order" + seed);
            Map<Prefix, String> expected = new java.util.TreeMap<>();
            try (SqliteStore store = SqliteStore.open(file)) {
                for (int i = 0; i < 200; i++) {
                    Prefix peer =
                            Prefix.ofBits(random.nextBoolean() ? "0" : "1").child(random.nextBoolean());
                    if (random.nextInt(3) == 0) {
                        store.removePeer(peer);
                        expected.remove(peer);
                    } else {
                        store.putPeer(peer, "address " + i);
                        expected.put(peer, "address " + i);
                    }
                }
            }
            try (SqliteStore store = SqliteStore.open(file)) {
                assertThat(store.peers()).isEqualTo(expected);
            }
        });
    }

    @Test
    void putsAsideWhatIsNoDatabase() throws IOException {
        for (String junk : new String[] {"junk", "SQLite format 3\0 and junk".repeat(100)}) {
            Files.writeString(path, junk);
            assertThat(startsEmptyAndWorks()).isTrue();
            assertThat(directory.resolve("cache.db.bak")).hasContent(junk);
        }
    }

    @Test
    void putsAsideADatabaseOfAnotherForm() throws Exception {
        for (String sql : new String[] {
            "CREATE TABLE peer (prefix TEXT PRIMARY KEY NOT NULL, address TEXT NOT NULL)",
            "CREATE VIEW peer AS SELECT '01' AS prefix, 'x' AS address",
            "CREATE TABLE config (name)",
            "CREATE TABLE x (y); CREATE TRIGGER t AFTER INSERT ON x BEGIN DELETE FROM x; END"
        }) {
            Files.deleteIfExists(path);
            execute(sql.split("; C")[0], sql.contains("; C") ? "C" + sql.split("; C")[1] : "SELECT 1");
            assertThat(startsEmptyAndWorks()).as(sql).isTrue();
            assertThat(directory.resolve("cache.db.bak")).exists();
        }
    }

    @Test
    void acceptsTablesOfOtherNames() throws Exception {
        execute("CREATE TABLE other (x)");
        try (SqliteStore store = SqliteStore.open(path)) {
            store.putPeer(PEER, "x");
        }
        assertThat(directory.resolve("cache.db.bak")).doesNotExist();
    }

    @Test
    void goesOnWithoutAFile() throws IOException {
        Path missing = directory.resolve("missing/cache.db");
        try (SqliteStore store = SqliteStore.open(missing)) {
            store.putPeer(PEER, "x");
            assertThat(store.peers()).isEmpty();
        }
        Files.createDirectories(path);
        assertThat(startsEmptyAndWorks()).isTrue();
    }

    @Test
    void putsAsideTheLogsOfAFileWithIt() throws IOException {
        Files.writeString(path, "junk");
        Files.writeString(directory.resolve("cache.db-journal"), "junk");
        Files.writeString(directory.resolve("cache.db-wal"), "junk");
        assertThat(startsEmptyAndWorks()).isTrue();
        assertThat(directory.resolve("cache.db-journal")).doesNotExist();
        assertThat(directory.resolve("cache.db-wal")).doesNotExist();
    }

    @Test
    void readsPoisonedRows() throws Exception {
        SqliteStore.open(path).close();
        execute(
                "INSERT INTO peer VALUES ('01', 'junk')",
                "INSERT INTO peer VALUES ('10', '')",
                "INSERT INTO peer VALUES ('11', '--help,1194,udp')",
                "INSERT INTO peer VALUES ('2', 'x')",
                "INSERT INTO peer VALUES ('0b1', 'x')",
                "INSERT INTO peer VALUES (x'3031', 'x')",
                "INSERT INTO peer VALUES ('0', x'00ff')",
                "INSERT INTO peer VALUES ('00', printf('%.*c', 100000, 'x'))",
                "INSERT INTO peer VALUES (printf('%.*c', 200, '0'), 'x')",
                "INSERT INTO peer VALUES ('', 'junk')",
                "INSERT INTO config VALUES ('hello', 'not a number')",
                "INSERT INTO config VALUES ('crl:json', 'not json')",
                "INSERT INTO config VALUES ('version', 5)",
                "INSERT INTO config VALUES ('protocol', x'00')",
                "INSERT INTO config VALUES ('babel_default', NULL)",
                "INSERT INTO config VALUES (x'00', 1)",
                "INSERT INTO config VALUES ('it''s; DROP TABLE peer', 1)",
                "INSERT INTO config VALUES ('big', zeroblob(30000000))");
        try (SqliteStore store = SqliteStore.open(path)) {
            assertThat(store.peers())
                    .isEqualTo(Map.of(
                            Prefix.ofBits("01"),
                            "junk",
                            Prefix.ofBits("10"),
                            "",
                            Prefix.ofBits("11"),
                            "--help,1194,udp"));
            assertThat(store.ownAddresses()).isEqualTo("junk");
            NetworkParameters parameters = store.parameters().orElseThrow();
            assertThat(parameters.helloSeconds()).isEqualTo(15);
            assertThat(parameters.crl()).isEmpty();
            assertThat(parameters.version().isEmpty()).isTrue();
            assertThat(parameters.values()).doesNotContainKey("big");
            store.putParameters(parameters);
        }
        try (SqliteStore store = SqliteStore.open(path)) {
            assertThat(store.parameters().orElseThrow().values()).containsKey("it's; DROP TABLE peer");
        }
    }

    private void fill() {
        try (SqliteStore store = SqliteStore.open(path)) {
            store.putPeer(PEER, "x");
            store.putParameters(NetworkParameters.EMPTY.with(Parameter.HELLO, Value.of(7)));
        }
    }

    @Test
    void readsAFileThatSomebodyElseIsWriting() throws Exception {
        fill();
        execute("INSERT INTO peer VALUES ('2', 'no prefix')", "INSERT INTO peer VALUES ('11', x'00')");
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + path);
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            try (SqliteStore store = SqliteStore.open(path, SOON)) {
                assertThat(store.peers()).isEqualTo(Map.of(PEER, "x"));
                assertThat(store.parameters().orElseThrow().helloSeconds()).isEqualTo(7);
                store.putPeer(Prefix.ofBits("11"), "y");
                statement.execute("ROLLBACK");
            }
        }
        assertThat(directory.resolve("cache.db.bak")).doesNotExist();
        try (SqliteStore store = SqliteStore.open(path)) {
            assertThat(store.peers()).isEqualTo(Map.of(PEER, "x", Prefix.ofBits("11"), "y"));
        }
    }

    @Test
    void leavesAFileWhereItIsThatNobodyElseMayRead() throws Exception {
        fill();
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + path);
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN EXCLUSIVE");
            try (SqliteStore store = SqliteStore.open(path)) {
                assertThat(store.peers()).isEmpty();
            }
            statement.execute("ROLLBACK");
        }
        assertThat(directory.resolve("cache.db.bak")).doesNotExist();
        try (SqliteStore store = SqliteStore.open(path)) {
            assertThat(store.peers()).isEqualTo(Map.of(PEER, "x"));
        }
    }

    /** Peers in the file after a time in which none could be written, as on a full disk. */
    private Map<Prefix, String> afterFailures(Consumer<SqliteStore> before, Consumer<SqliteStore> meanwhile, int peers)
            throws Exception {
        fill();
        try (SqliteStore store = SqliteStore.open(path, SOON);
                Connection other = DriverManager.getConnection("jdbc:sqlite:" + path);
                Statement statement = other.createStatement()) {
            statement.execute("CREATE TRIGGER full BEFORE INSERT ON peer BEGIN SELECT RAISE(ABORT, 'full'); END");
            before.accept(store);
            for (long end = System.nanoTime() + LIMIT.toNanos(); !store.isFailing() && System.nanoTime() < end; ) {
                Thread.sleep(10);
            }
            assertThat(store.isFailing()).isTrue();
            meanwhile.accept(store);
            statement.execute("DROP TRIGGER full");
            for (long end = System.nanoTime() + LIMIT.toNanos(); rows(statement) < peers && System.nanoTime() < end; ) {
                Thread.sleep(10);
            }
        }
        try (SqliteStore store = SqliteStore.open(path)) {
            return Map.copyOf(store.peers());
        }
    }

    @Test
    void writesLaterWhatCouldNotBeWritten() throws Exception {
        Prefix kept = Prefix.ofBits("10");
        Prefix later = Prefix.ofBits("11");
        assertThat(afterFailures(store -> store.putPeer(kept, "y"), store -> store.putPeer(later, "z"), 3))
                .isEqualTo(Map.of(PEER, "x", kept, "y", later, "z"));
    }

    @Test
    void whatCameLaterCountsWhenTheFileCanBeWrittenAgain() throws Exception {
        Prefix changed = Prefix.ofBits("10");
        assertThat(afterFailures(store -> store.putPeer(changed, "y"), store -> store.putPeer(changed, "z"), 2))
                .isEqualTo(Map.of(PEER, "x", changed, "z"));
    }

    private static int rows(Statement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM peer")) {
            return rows.next() ? rows.getInt(1) : 0;
        }
    }

    @Test
    void limitsTheNumberOfPeers() throws Exception {
        SqliteStore.open(path).close();
        // All texts of 0 and 1 of up to 11 characters: 4094 of them.
        execute("WITH RECURSIVE n(bits) AS (SELECT '' UNION ALL SELECT bits || bit FROM n, (SELECT '0' AS bit UNION"
                + " SELECT '1') WHERE length(bits) < 11) INSERT INTO peer SELECT bits, 'x' FROM n WHERE bits <> ''");
        execute("INSERT OR REPLACE INTO peer VALUES ('', 'own')");
        try (SqliteStore store = SqliteStore.open(path)) {
            assertThat(store.peers().size()).isEqualTo(CacheFile.MAX_PEERS);
            assertThat(store.ownAddresses()).isEqualTo("own");
        }
    }

    @Test
    void survivesDamagedFiles() throws IOException {
        byte[] good = Vectors.bytes("cache.db");
        // In memory if possible: this is not about the disk, and would wait for it thousands of times.
        Path memory = Path.of("/dev/shm");
        Path home = Files.isWritable(memory) ? Files.createTempDirectory(memory, "re6st") : directory;
        Path file = home.resolve("cache.db");
        try {
            Seeds.forEach(10_000, (seed, random) -> {
                Files.write(file, damaged(good, random));
                if (seed % 20 == 0) {
                    try (SqliteStore store = SqliteStore.open(file)) {
                        store.putPeer(PEER, "x");
                    }
                } else {
                    try (CacheFile opened = CacheFile.open(file.toString())) {
                        assertThat(opened.load().peers().size()).isLessThan(100);
                    } catch (SQLException e) {
                        assertThat(e.getMessage()).isNotEmpty();
                    }
                }
            });
        } finally {
            for (String suffix : new String[] {"", "-journal", ".bak", ".bak-journal"}) {
                Files.deleteIfExists(home.resolve("cache.db" + suffix));
            }
            if (!home.equals(directory)) {
                Files.delete(home);
            }
        }
    }

    private static byte[] damaged(byte[] good, RandomGenerator random) {
        byte[] bytes = random.nextInt(4) == 0 ? Arrays.copyOf(good, random.nextInt(good.length + 1)) : good.clone();
        for (int i = random.nextInt(12); i > 0 && bytes.length > 0; i--) {
            int range = random.nextBoolean() ? Math.min(bytes.length, 200) : bytes.length;
            bytes[random.nextInt(range)] = (byte) random.nextInt();
        }
        return bytes;
    }

    private boolean startsEmptyAndWorks() {
        try (SqliteStore store = SqliteStore.open(path)) {
            assertThat(store.peers()).isEmpty();
            assertThat(store.parameters()).isEmpty();
            store.putPeer(PEER, "x");
        }
        try (SqliteStore store = SqliteStore.open(path)) {
            return store.peers().equals(Map.of(PEER, "x"));
        }
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
