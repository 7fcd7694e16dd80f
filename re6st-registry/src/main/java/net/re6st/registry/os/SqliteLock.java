package net.re6st.registry.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import net.re6st.cli.Failure;
import org.jspecify.annotations.Nullable;

/** The sole use of a database file that is about to be replaced: no registry has it open, none can use it meanwhile. */
public final class SqliteLock implements AutoCloseable {
    /*
     * A registry that starts meanwhile waits for the lock, and when it gets it the file that it has open is no longer that of
     * this name, which SQLite finds out before it writes. But not while a database has no page. A file that is missing is
     * therefore made, with one: otherwise the registry would make it, use it, and go on when another has been put in its
     * place, with the two sharing one write-ahead log.
     */
    private static final List<String> JOURNALS = List.of("-wal", "-shm", "-journal");

    private final Path file;
    private final @Nullable SqliteConnection connection;

    /** Of the file that was made for the lock, which goes with it unless another took its place. */
    private @Nullable Object made;

    private SqliteLock(Path file, @Nullable SqliteConnection connection) {
        this.file = file;
        this.connection = connection;
    }

    /** As {@link #of}, but also nobody makes the file if it is missing. */
    public static SqliteLock ofPlace(Path file) throws Failure {
        if (Files.exists(file)) {
            return of(file);
        }
        Object made;
        try {
            SqliteRegistryStore.makePrivate(file);
            made = identity(file);
            try (SqliteConnection connection = new SqliteConnection(file)) {
                // Says what is so already, and writes the first page for it.
                connection.run("PRAGMA user_version = 0");
            }
        } catch (IOException | SQLException | StoreFailure e) {
            throw new Failure("can't write " + file + ": " + e);
        }
        SqliteLock lock = of(file);
        lock.made = made;
        return lock;
    }

    private static @Nullable Object identity(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
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
        // Under the lock: whoever waits for it must not find an empty database that counts.
        deleteIfMade();
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                throw new StoreFailure("close " + file, e);
            }
        }
    }

    private void deleteIfMade() {
        try {
            if (made != null && Files.exists(file) && made.equals(identity(file))) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new StoreFailure("can't delete " + file + ": " + e.getMessage());
        }
    }
}
