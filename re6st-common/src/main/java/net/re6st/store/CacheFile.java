package net.re6st.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import net.re6st.config.Value;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;
import org.jspecify.annotations.Nullable;
import org.sqlite.JDBC;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** The SQL of the peer database: which file is one, and how its rows become values. One thread at a time. */
final class CacheFile implements AutoCloseable {
    /** More peers than a node keeps; a file with more has been tampered with. */
    static final int MAX_PEERS = 1000;

    static final int MAX_ADDRESS_CHARS = 8192;
    private static final int MAX_PARAMETERS = 1000;
    private static final int MAX_NAME_CHARS = 256;
    private static final int MAX_VALUE_BYTES = 4 << 20;

    /** Extended result codes begin above. */
    private static final int PRIMARY_CODE = 0xff;

    /** Row '' first: it is ours. */
    private static final String KEPT = "SELECT rowid FROM peer WHERE typeof(prefix) = 'text' AND length(prefix) <= 128"
            + " AND typeof(address) = 'text' AND length(address) <= " + MAX_ADDRESS_CHARS
            + " ORDER BY prefix <> '', rowid LIMIT " + (MAX_PEERS + 1);

    private static final String IN_MEMORY = ":memory:";

    private final Connection connection;

    private CacheFile(Connection connection) {
        this.connection = connection;
    }

    /** What a file holds. */
    record Content(SortedMap<Prefix, String> peers, SortedMap<String, Value> parameters) {}

    static CacheFile inMemory() throws SQLException {
        return open(IN_MEMORY);
    }

    /** Opens the file, which is created when missing; fails if it is not a whole database with exactly our tables. */
    static CacheFile open(String path) throws SQLException {
        Properties settings = new Properties();
        settings.setProperty("busy_timeout", "2000");
        settings.setProperty("synchronous", "NORMAL");
        // Without the driver manager, which would look for all drivers there are.
        CacheFile file = new CacheFile(JDBC.createConnection(JDBC.PREFIX + path, settings));
        try {
            file.checkOrCreate();
            return file;
        } catch (SQLException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private void checkOrCreate() throws SQLException {
        connection.setAutoCommit(false);
        List<String> expected = schema();
        Map<String, String> found = new TreeMap<>();
        try (Statement statement = connection.createStatement()) {
            try (ResultSet rows = statement.executeQuery(
                    "SELECT type, name, sql FROM sqlite_master WHERE type <> 'index' AND length(sql) < 10000 LIMIT 100")) {
                while (rows.next()) {
                    if (!rows.getString(1).equals("table")) {
                        throw new SQLException("unexpected " + rows.getString(1) + " " + rows.getString(2));
                    }
                    found.put(rows.getString(2), rows.getString(3));
                }
            }
            for (String create : expected) {
                String table = create.substring("CREATE TABLE ".length(), create.indexOf(" ("));
                String actual = found.get(table);
                if (actual == null) {
                    statement.executeUpdate(create);
                } else if (!actual.equals(create)) {
                    throw new SQLException("table " + table + " has another form");
                }
            }
            try (ResultSet rows = statement.executeQuery("PRAGMA quick_check(1)")) {
                if (!rows.next() || !"ok".equals(rows.getString(1))) {
                    throw new SQLException("the file is damaged");
                }
            }
        }
        connection.commit();
    }

    /** The statements of cache.sql. */
    static List<String> schema() {
        try (InputStream in = CacheFile.class.getResourceAsStream("cache.sql")) {
            if (in == null) {
                throw new IllegalStateException("cache.sql is missing in this build");
            }
            List<String> statements = new ArrayList<>();
            StringBuilder statement = new StringBuilder();
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (line.isEmpty() || line.startsWith("--")) {
                    continue;
                }
                statement.append(statement.length() == 0 ? "" : "\n").append(line);
                if (line.endsWith(";")) {
                    statements.add(statement.substring(0, statement.length() - 1));
                    statement.setLength(0);
                }
            }
            return statements;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads what can mean something. The rest, and peers beyond the limit, is deleted if the file can be written. */
    Content load() throws SQLException {
        SortedMap<Prefix, String> peers = new TreeMap<>();
        List<Long> unusable = new ArrayList<>();
        boolean writable = deleteUnusable();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT rowid, prefix, address FROM peer WHERE rowid IN (" + KEPT + ")")) {
            while (rows.next()) {
                Optional<Prefix> prefix = Prefix.parseBits(rows.getString(2));
                if (prefix.isPresent()) {
                    peers.put(prefix.get(), rows.getString(3));
                } else {
                    unusable.add(rows.getLong(1));
                }
            }
        }
        if (writable) {
            try (Statement statement = connection.createStatement()) {
                for (long rowid : unusable) {
                    statement.executeUpdate("DELETE FROM peer WHERE rowid = " + rowid);
                }
            }
        }
        SortedMap<String, Value> parameters = loadParameters();
        connection.commit();
        return new Content(peers, parameters);
    }

    /** False if the file can't be written now. */
    private boolean deleteUnusable() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("DELETE FROM peer WHERE rowid NOT IN (" + KEPT + ")");
            return true;
        } catch (SQLException e) {
            if (!isPassing(e)) {
                throw e;
            }
            rollback();
            return false;
        }
    }

    /** Whether a failure says nothing of what is in the file: it is locked, can't be written, or the disk is full. */
    static boolean isPassing(SQLException failure) {
        return failure instanceof SQLiteException sqlite
                && switch (SQLiteErrorCode.getErrorCode(sqlite.getResultCode().code & PRIMARY_CODE)) {
                    case SQLITE_BUSY,
                            SQLITE_LOCKED,
                            SQLITE_READONLY,
                            SQLITE_PERM,
                            SQLITE_IOERR,
                            SQLITE_FULL,
                            SQLITE_CANTOPEN -> true;
                    default -> false;
                };
    }

    private SortedMap<String, Value> loadParameters() throws SQLException {
        SortedMap<String, Value> parameters = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT name, value FROM config WHERE typeof(name) = 'text'"
                        + " AND length(name) <= " + MAX_NAME_CHARS + " AND ifnull(length(value), 0) <= "
                        + MAX_VALUE_BYTES + " LIMIT " + MAX_PARAMETERS)) {
            while (rows.next()) {
                parameters.put(rows.getString(1), value(rows.getObject(2)));
            }
        }
        return parameters;
    }

    private static Value value(@Nullable Object column) {
        if (column instanceof Integer || column instanceof Long) {
            return Value.of(((Number) column).longValue());
        } else if (column instanceof Double real) {
            return new Value.Real(real);
        } else if (column instanceof byte[] blob) {
            return Value.of(Bytes.copyOf(blob));
        }
        return column == null ? new Value.Null() : Value.of(column.toString());
    }

    /** Stores or, without an address list, removes the peers named; all or nothing. */
    void writePeers(Map<Prefix, Optional<String>> changes) throws SQLException {
        try (PreparedStatement put = connection.prepareStatement("INSERT OR REPLACE INTO peer VALUES (?, ?)");
                PreparedStatement remove = connection.prepareStatement("DELETE FROM peer WHERE prefix = ?")) {
            for (Map.Entry<Prefix, Optional<String>> change : changes.entrySet()) {
                String bits = change.getKey().bits();
                if (change.getValue().isPresent()) {
                    put.setString(1, bits);
                    put.setString(2, change.getValue().get());
                    put.executeUpdate();
                } else {
                    remove.setString(1, bits);
                    remove.executeUpdate();
                }
            }
        }
    }

    /** Makes table config hold exactly {@code rows}; a row that stays the same is not touched. */
    void writeParameters(Map<String, Value> rows) throws SQLException {
        SortedMap<String, Value> stored = loadParameters();
        try (PreparedStatement put = connection.prepareStatement("INSERT OR REPLACE INTO config VALUES (?, ?)");
                PreparedStatement remove = connection.prepareStatement("DELETE FROM config WHERE name = ?")) {
            for (Map.Entry<String, Value> row : rows.entrySet()) {
                if (!row.getValue().equals(stored.get(row.getKey()))) {
                    put.setString(1, row.getKey());
                    put.setObject(2, column(row.getValue()));
                    put.executeUpdate();
                }
            }
            for (String name : stored.keySet()) {
                if (!rows.containsKey(name)) {
                    remove.setString(1, name);
                    remove.executeUpdate();
                }
            }
        }
    }

    private static @Nullable Object column(Value value) {
        if (value instanceof Value.Whole whole) {
            BigInteger number = whole.number();
            return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number.toString();
        } else if (value instanceof Value.Real real) {
            return real.number();
        } else if (value instanceof Value.Text text) {
            return text.text();
        } else if (value instanceof Value.Blob blob) {
            return blob.bytes().toArray();
        } else if (value instanceof Value.Flag flag) {
            return flag.on() ? 1 : 0;
        } else if (value instanceof Value.Null) {
            return null;
        }
        throw new IllegalArgumentException("no form for the database: " + value);
    }

    void commit() throws SQLException {
        connection.commit();
    }

    /** Gives up what was written since the last commit. */
    void rollback() {
        try {
            connection.rollback();
        } catch (SQLException e) {
            // Then there is nothing to give up: the database has ended the transaction itself.
            return;
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            // All that had to be kept was committed.
            return;
        }
    }
}
