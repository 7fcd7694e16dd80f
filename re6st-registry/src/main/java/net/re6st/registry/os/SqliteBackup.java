package net.re6st.registry.os;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import net.re6st.cli.Failure;

/** Copies of databases: one state of it, in one file, also while others write to it. */
public final class SqliteBackup {
    /** Only in backups, and only if asked for. */
    private static final String KEY_TABLE = "re6st_backup_key";

    private SqliteBackup() {}

    private interface Work {
        void on(SqliteConnection connection) throws SQLException;
    }

    private static void with(Path file, Work work) throws Failure {
        try (SqliteConnection connection = new SqliteConnection(file)) {
            connection.run("PRAGMA busy_timeout = 10000");
            connection.run("PRAGMA synchronous = FULL");
            work.on(connection);
        } catch (SQLException | StoreFailure e) {
            throw new Failure("database " + file + ": " + e.getMessage());
        }
    }

    /** Copies into an empty file. Sessions of callers stay behind: their secrets must not be used a second time. */
    public static void copy(Path db, Path to) throws Failure {
        with(db, connection -> {
            connection.run("PRAGMA query_only = 1");
            // A reading transaction holds one state while others go on writing: the copy need not begin again.
            connection.run("BEGIN");
            connection.first(row -> row.getInt(1), "SELECT count(*) FROM sqlite_master");
            connection.copyTo(to);
        });
        with(to, connection -> {
            // One file, as the original leaves it.
            connection.run("PRAGMA journal_mode = DELETE");
            connection.run("PRAGMA secure_delete = 1");
            if (has(connection, "re6st_session")) {
                connection.run("DELETE FROM re6st_session");
            }
        });
    }

    private static boolean has(SqliteConnection connection, String table) {
        return connection
                .first(row -> true, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", table)
                .isPresent();
    }

    /** Puts the key of the CA into a backup. */
    public static void putKey(Path backup, String pem) throws Failure {
        with(backup, connection -> {
            connection.run("CREATE TABLE " + KEY_TABLE + " (pem TEXT NOT NULL)");
            connection.run("INSERT INTO " + KEY_TABLE + " VALUES (?)", pem);
        });
    }

    /** The key of the CA, if it is in a backup. */
    public static Optional<String> key(Path backup) throws Failure {
        try (SqliteContent content = SqliteContent.open(backup)) {
            List<String> found = new java.util.ArrayList<>();
            content.forEach(
                    KEY_TABLE, List.of("pem"), row -> found.add(row.get(0).text()));
            return found.stream().findFirst();
        }
    }

    /** Takes the key of the CA out again: a database that is used has none. */
    public static void dropKey(Path database) throws Failure {
        with(database, connection -> {
            connection.run("PRAGMA secure_delete = 1");
            connection.run("DROP TABLE IF EXISTS " + KEY_TABLE);
        });
    }
}
