package net.re6st.registry.os;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.re6st.cli.Failure;
import org.jspecify.annotations.Nullable;

/**
 * Moves a registry's database to another place: everything in it, as one state, into a database that has nothing yet. What was
 * written counts only after it was checked.
 */
public final class Migration {
    private static final String BEGIN = "BEGIN";

    /** The server lists a connection, of ours too, for a moment after its end. */
    private static final Duration FAREWELL = Duration.ofSeconds(10);

    private static final long PAUSE_MILLIS = 50;

    /** Fails if a database breaks its rules. */
    @FunctionalInterface
    public interface Check {
        void check(OpenContent content) throws Failure;
    }

    private final OpenContent source;
    private final SqlConnection target;

    private Migration(OpenContent source, SqlConnection target) {
        this.source = source;
        this.target = target;
    }

    /** Fails, and leaves nothing behind, if a registry uses the one, or the other is not empty, or any of them is not in order. */
    public static void run(Database from, Database to, Check check) throws Failure {
        refuseUsed(from);
        try (OpenContent source = from.openContent()) {
            check.check(source);
            try {
                if (to instanceof PostgresAddress address) {
                    toServer(source, address, check);
                } else if (to instanceof SqliteFile file) {
                    toFile(source, file, check);
                }
            } catch (SQLException | StoreFailure e) {
                throw new Failure("can't copy into database " + to + ": " + e.getMessage());
            }
        }
        // What a registry that was started meanwhile has changed is not in the copy.
        refuseUsed(from);
    }

    private static void refuseUsed(Database database) throws Failure {
        if (database instanceof SqliteFile file) {
            SqliteLock.of(file.path()).close();
        } else if (database instanceof PostgresAddress address) {
            try (PostgresConnection connection = PostgresDriver.connect(address)) {
                long deadline = System.nanoTime() + FAREWELL.toNanos();
                while (isUsedByOthers(connection)) {
                    if (System.nanoTime() > deadline) {
                        throw new Failure("a registry uses " + database + ": stop it first");
                    }
                    pause();
                }
            } catch (SQLException e) {
                throw PostgresDriver.failure(address, e);
            }
        }
    }

    private static boolean isUsedByOthers(PostgresConnection connection) {
        long others = connection
                .first(
                        row -> row.getLong(1),
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                + " AND pid <> pg_backend_pid() AND application_name = ?",
                        PostgresDriver.APPLICATION)
                .orElse(0L);
        return others > 0;
    }

    private static void pause() throws Failure {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("interrupted");
        }
    }

    private static void toServer(OpenContent source, PostgresAddress address, Check check)
            throws Failure, SQLException {
        PostgresSchema.prepare(address);
        try (PostgresConnection connection = PostgresDriver.connectForLong(address)) {
            PostgresContent written = new PostgresContent(connection);
            connection.run(BEGIN);
            new PostgresTx(connection).lockAll();
            if (!new Migration(source, connection).isEmpty()) {
                throw new Failure("database " + address + " is not empty: name one that has no network yet");
            }
            new Migration(source, connection).copy();
            check.check(written);
            connection.run("COMMIT");
        }
    }

    private static void toFile(OpenContent source, SqliteFile file, Check check) throws Failure, SQLException {
        SqliteRegistryStore.open(file.path(), Integer.MAX_VALUE, pem -> Optional.empty())
                .close();
        try (SqliteConnection connection = new SqliteConnection(file.path())) {
            connection.run(BEGIN);
            new Migration(source, connection).copy();
            check.check(new SqliteContent(connection));
            connection.run("COMMIT");
        }
    }

    /** Whether it is as it was made: one free block, and nothing else. */
    private boolean isEmpty() {
        long rows = 0;
        for (String table : Table.names()) {
            rows += target.first(row -> row.getLong(1), "SELECT count(*) FROM " + table)
                    .orElse(0L);
        }
        SqlTx tx = new SqlTx(target);
        // The block, and the row that says which subject serials are in use.
        return rows == 2 && tx.freeBlocks().size() == 1;
    }

    private void copy() {
        copyConfig();
        for (String withFirstRow : List.of("cert", "re6st_subject_serial")) {
            target.run("DELETE FROM " + withFirstRow);
        }
        for (Table table : Table.ALL) {
            String insert = "INSERT INTO " + table.name() + " (" + table.columnList() + ") VALUES ("
                    + table.placeholders() + ")";
            source.connection()
                    .scan(
                            true,
                            (value, row) -> {
                                target.run(insert, values(row, table.columns().size()));
                                return value;
                            },
                            "SELECT " + table.columnList() + " FROM " + table.name() + " ORDER BY " + table.order());
        }
    }

    private static @Nullable Object[] values(ResultSet row, int count) throws SQLException {
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            Object value = row.getObject(i);
            // Compat: the original may have written a date with decimals into a column of whole numbers.
            values.add(value instanceof Double date ? Long.valueOf(date.longValue()) : value);
        }
        return values.toArray();
    }

    /** Values with types of their own: each goes where the other database keeps that type. */
    private void copyConfig() {
        List<String> columns = source.connection().dialect().configValues();
        source.connection()
                .scan(
                        true,
                        (value, row) -> {
                            copyConfig(row, columns.size());
                            return value;
                        },
                        "SELECT name, " + String.join(", ", columns) + " FROM " + Table.CONFIG + " ORDER BY name");
    }

    private void copyConfig(ResultSet row, int columns) throws SQLException {
        String name = row.getString(1);
        for (int i = 2; i <= columns + 1; i++) {
            Object value = row.getObject(i);
            if (value != null) {
                boolean isTime = name.equals("valid_until");
                target.run(
                        "INSERT INTO config (name, " + column(value, isTime) + ") VALUES (?, ?)",
                        name,
                        isTime ? Double.valueOf(((Number) value).doubleValue()) : value);
            }
        }
    }

    private String column(Object value, boolean isTime) {
        SqlDialect dialect = target.dialect();
        if (value instanceof byte[]) {
            return dialect.bytes();
        }
        if (value instanceof String) {
            return dialect.text();
        }
        return isTime ? dialect.fraction() : dialect.whole();
    }
}
