package net.re6st.registry.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import net.re6st.cli.Failure;
import net.re6st.registry.port.CertificateRow;
import net.re6st.registry.port.Offer;
import net.re6st.registry.port.SessionTx;
import net.re6st.registry.port.Tx;
import net.re6st.registry.port.View;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registry's database in one SQLite file. Any thread may use it; changes take turns, reading goes on beside them.
 */
public final class SqliteRegistryStore implements OpenStore {
    /*
     * Write-ahead log, and two connections that write. On the first each commit waits until the log is on the disk
     * (synchronous=FULL): what was answered is not lost. Sessions go through the second, whose commits do not wait
     * (synchronous=NORMAL: still atomic, and no file is ever damaged), because what is at stake is one more hello, while
     * every authenticated call changes its session. SQLite allows one writer at a time and lets the next one sleep, so the
     * lock here, which wakes up at once, comes first; SQLite's own is left for other processes.
     *
     * The file goes back to the rollback journal when it is closed in order: then it is a single file again, as the
     * original leaves it.
     */
    private static final Logger LOG = LoggerFactory.getLogger(SqliteRegistryStore.class);

    private static final int MAX_IDLE_READERS = 8;

    /** More clients than a network has: each entry takes some 300 bytes. */
    private static final int MAX_OFFERED = 100_000;

    private final Path file;
    private final ReentrantLock writing = new ReentrantLock();
    private final SqliteConnection durable;
    private final SqliteConnection relaxed;
    private final SqlTx durableTx;
    private final SqlTx relaxedTx;
    private final Deque<SqlTx> idleReaders = new ArrayDeque<>();
    private final OfferedSessions offered = new OfferedSessions(MAX_OFFERED);
    private boolean closed;

    /** Understands a certificate of the file; empty if it is none. */
    @FunctionalInterface
    public interface CertificateReader extends Function<String, Optional<CertificateRow>> {}

    private SqliteRegistryStore(Path file, SqliteConnection durable, SqliteConnection relaxed) {
        this.file = file;
        this.durable = durable;
        this.relaxed = relaxed;
        this.durableTx = new SqlTx(durable);
        this.relaxedTx = new SqlTx(relaxed);
    }

    /**
     * Opens or creates the file, checks every row and brings our own tables up to date with those of the original; says why
     * when the file can't be used, and leaves it alone then.
     */
    public static SqliteRegistryStore open(Path file, int maxPrefixLength, CertificateReader reader) throws Failure {
        List<SqliteConnection> opened = new ArrayList<>();
        try {
            createPrivate(file);
            for (String synchronous : List.of("FULL", "NORMAL")) {
                SqliteConnection connection = new SqliteConnection(file);
                opened.add(connection);
                connection.run("PRAGMA busy_timeout = 10000");
                connection.run("PRAGMA synchronous = " + synchronous);
                if (opened.size() == 1) {
                    SqliteSchema.prepare(connection, maxPrefixLength, reader);
                    connection.run("PRAGMA journal_mode = WAL");
                }
            }
            return new SqliteRegistryStore(file, opened.get(0), opened.get(1));
        } catch (SQLException | IOException | StoreFailure e) {
            opened.forEach(SqliteRegistryStore::closeQuietly);
            // The message of most failures with files is the file alone.
            String reason = e instanceof IOException ? e.toString() : e.getMessage();
            throw new Failure("can't use database " + file + ": " + reason);
        }
    }

    private static void createPrivate(Path file) throws IOException {
        if (Files.exists(file)) {
            return;
        }
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        makePrivate(file);
    }

    /**
     * Makes the file. Tokens and keys are nobody else's business; SQLite's other files get the same owner and permissions. What
     * root makes, say by a subcommand before the first start, belongs to whoever the directory belongs to: as that user the
     * registry runs.
     */
    static void makePrivate(Path file) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        PosixFileAttributeView view =
                Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (parent != null && view.getOwner().getName().equals("root")) {
            PosixFileAttributes place = Files.readAttributes(parent, PosixFileAttributes.class);
            view.setOwner(place.owner());
            view.setGroup(place.group());
        }
    }

    @Override
    public <T> T read(Function<View, T> work) {
        SqlTx reader = takeReader();
        try {
            reader.connection().run("BEGIN");
            try {
                return work.apply(reader);
            } finally {
                reader.connection().run("COMMIT");
            }
        } finally {
            giveBack(reader);
        }
    }

    @Override
    public <T> T ask(Function<View, T> work) {
        SqlTx reader = takeReader();
        try {
            return work.apply(reader);
        } finally {
            giveBack(reader);
        }
    }

    @Override
    public <T> T transaction(Function<Tx, T> work) {
        return write(durableTx, work::apply);
    }

    @Override
    public <T> T sessions(Function<SessionTx, T> work) {
        return write(relaxedTx, tx -> work.apply(offered.with(tx)));
    }

    @Override
    public void offer(Offer offer) {
        offered.add(offer);
    }

    @Override
    public long bytes() {
        return file.toFile().length();
    }

    private <T> T write(SqlTx tx, Function<SqlTx, T> work) {
        if (writing.isHeldByCurrentThread()) {
            throw new IllegalStateException("a transaction inside a transaction");
        }
        writing.lock();
        try {
            tx.connection().run("BEGIN IMMEDIATE");
            T result;
            try {
                result = work.apply(tx);
                tx.connection().run("COMMIT");
            } catch (RuntimeException | Error e) {
                rollBack(tx, e);
                throw e;
            }
            return result;
        } finally {
            writing.unlock();
        }
    }

    private static void rollBack(SqlTx tx, Throwable cause) {
        try {
            tx.connection().run("ROLLBACK");
        } catch (StoreFailure e) {
            // SQLite rolls back by itself after errors such as a full disk.
            cause.addSuppressed(e);
        }
    }

    private SqlTx takeReader() {
        synchronized (idleReaders) {
            SqlTx idle = idleReaders.poll();
            if (idle != null) {
                return idle;
            }
        }
        try {
            SqliteConnection connection = new SqliteConnection(file);
            connection.run("PRAGMA busy_timeout = 10000");
            connection.run("PRAGMA query_only = 1");
            return new SqlTx(connection);
        } catch (SQLException e) {
            throw new StoreFailure("open " + file, e);
        }
    }

    private void giveBack(SqlTx reader) {
        synchronized (idleReaders) {
            if (!closed && idleReaders.size() < MAX_IDLE_READERS) {
                idleReaders.push(reader);
                return;
            }
        }
        closeQuietly(reader.connection());
    }

    /** Ends reading and writing, and leaves a single file. */
    @Override
    public void close() {
        synchronized (idleReaders) {
            closed = true;
            idleReaders.forEach(reader -> closeQuietly(reader.connection()));
            idleReaders.clear();
        }
        writing.lock();
        try {
            closeQuietly(relaxed);
            durable.run("PRAGMA journal_mode = DELETE");
        } catch (StoreFailure e) {
            // Somebody else has it open; the file with its log is as good.
            LOG.info("{} keeps its write-ahead log: {}", file, e.getMessage());
        } finally {
            closeQuietly(durable);
            writing.unlock();
        }
    }

    private static void closeQuietly(SqlConnection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.warn("closing the database: {}", e.getMessage());
        }
    }
}
