package net.re6st.registry.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import net.re6st.cli.Failure;
import org.jspecify.annotations.Nullable;

/** The sole use of a database file that is about to be replaced: no registry has it open, none can open it meanwhile. */
public final class SqliteLock implements AutoCloseable {
    private static final List<String> JOURNALS = List.of("-wal", "-shm", "-journal");

    private final Path file;
    private final @Nullable SqliteConnection connection;

    private SqliteLock(Path file, @Nullable SqliteConnection connection) {
        this.file = file;
        this.connection = connection;
    }

    /** Takes the file, which may be missing or so damaged that nobody can use it; fails while somebody uses it. */
    public static SqliteLock of(Path file) throws Failure {
        if (!Files.exists(file)) {
            return new SqliteLock(file, null);
        }
        SqliteConnection connection;
        try {
            connection = new SqliteConnection(file);
        } catch (SQLException e) {
            return new SqliteLock(file, null);
        }
        try {
            connection.run("PRAGMA busy_timeout = 0");
            // Only the last user of a database can end its write-ahead log.
            Optional<String> mode = connection.first(row -> row.getString(1), "PRAGMA journal_mode = DELETE");
            connection.run("BEGIN EXCLUSIVE");
            if (mode.filter("delete"::equals).isEmpty()) {
                throw new StoreFailure("database is locked");
            }
        } catch (StoreFailure e) {
            new SqliteLock(file, connection).close();
            if (e.getMessage() != null && e.getMessage().contains("locked")) {
                throw new Failure("a registry uses " + file + ": stop it first");
            }
            return new SqliteLock(file, null);
        }
        // A registry of the original holds no lock between two requests, and would go on with the file that is
        // replaced.
        Optional<String> user = OpenFiles.user(file);
        if (user.isPresent()) {
            new SqliteLock(file, connection).close();
            throw new Failure(user.get() + " has " + file + " open: stop it first");
        }
        return new SqliteLock(file, connection);
    }

    /** Deletes what belongs to the content that is about to go: SQLite would apply it to the new one. */
    public void deleteJournals() throws Failure {
        for (String suffix : JOURNALS) {
            try {
                Files.deleteIfExists(file.resolveSibling(file.getFileName() + suffix));
            } catch (IOException e) {
                throw new Failure("can't delete " + file + suffix + ": " + e.getMessage());
            }
        }
    }

    @Override
    public void close() {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                throw new StoreFailure("close " + file, e);
            }
        }
    }
}
