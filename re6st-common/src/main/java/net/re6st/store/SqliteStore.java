package net.re6st.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import net.re6st.config.NetworkParameters;
import net.re6st.config.Value;
import net.re6st.core.port.Store;
import net.re6st.net.Prefix;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The peer database in a file. It never stops the node: a file that can't be used is put aside and an empty one begun; if
 * not even that is possible the node goes on without. A file that is only locked, or can't be written, stays where it is.
 *
 * <p>Opened and read by the caller's thread; writes happen in a thread of its own, as many at once as have piled up, so that
 * a slow disk delays nobody. Of several writes about the same peer only the last counts.
 */
public final class SqliteStore implements Store, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteStore.class);
    private static final long MAX_FILE_BYTES = 64L << 20;
    /** Changes kept while the disk does not answer; beyond, the oldest are lost. */
    private static final int MAX_PENDING = 10_000;

    private static final Duration RETRY = Duration.ofMinutes(1);
    private static final long CLOSE_TIMEOUT_MILLIS = 5000;
    private static final String[] SIBLINGS = {"", "-journal", "-wal", "-shm"};

    private final CacheFile file;
    private final CacheFile.Content loaded;
    private final Thread writer;

    private final Object lock = new Object();
    private Map<Prefix, Optional<String>> pendingPeers = new LinkedHashMap<>();
    private @Nullable NetworkParameters pendingParameters;
    private boolean closing;
    private final Duration retry;

    /** The last changes could not be written. */
    private volatile boolean failing;

    private SqliteStore(CacheFile file, CacheFile.Content loaded, Duration retry) {
        this.retry = retry;
        this.file = file;
        this.loaded = loaded;
        writer = new Thread(this::write, "store");
        writer.setDaemon(true);
        writer.start();
    }

    /** Opens the database at {@code path}, whatever is there. */
    public static SqliteStore open(Path path) {
        return open(path, RETRY);
    }

    /** {@code retry}: after how long what could not be written is tried again. */
    static SqliteStore open(Path path, Duration retry) {
        try {
            return openFile(path, retry);
        } catch (SQLException | IOException | RuntimeException e) {
            LOG.warn("cannot use {}, starting without: {}", path, e.getMessage());
            boolean passing = e instanceof SQLException failure && CacheFile.isPassing(failure);
            if (!passing || !Files.isRegularFile(path)) {
                return begin(path, retry);
            }
        }
        return inMemory(retry);
    }

    private static SqliteStore begin(Path path, Duration retry) {
        try {
            putAside(path);
            return openFile(path, retry);
        } catch (SQLException | IOException | RuntimeException e) {
            LOG.warn("what is learnt will be forgotten at exit, cannot write {}: {}", path, e.getMessage());
            return inMemory(retry);
        }
    }

    private static SqliteStore inMemory(Duration retry) {
        try {
            CacheFile file = CacheFile.inMemory();
            return new SqliteStore(file, file.load(), retry);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot have a database in memory", e);
        }
    }

    private static SqliteStore openFile(Path path, Duration retry) throws SQLException, IOException {
        if (Files.exists(path) && Files.size(path) > MAX_FILE_BYTES) {
            throw new IOException("longer than " + MAX_FILE_BYTES + " bytes");
        }
        keepPrivate(path);
        CacheFile file = CacheFile.open(path.toAbsolutePath().toString());
        try {
            return new SqliteStore(file, file.load(), retry);
        } catch (SQLException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** The keys of the routing protocol are in it. What SQLite makes beside it has the same permissions. */
    private static void keepPrivate(Path path) {
        Set<PosixFilePermission> owner = PosixFilePermissions.fromString("rw-------");
        try {
            if (!Files.exists(path)) {
                Files.createFile(path, PosixFilePermissions.asFileAttribute(owner));
            } else if (!Files.getPosixFilePermissions(path).equals(owner)) {
                Files.setPosixFilePermissions(path, owner);
            }
        } catch (IOException e) {
            LOG.debug("{}: {}", path, e.toString());
        }
    }

    /** Renames the file to {@code .bak}, and with it those that SQLite would take for parts of a new one. */
    private static void putAside(Path path) throws IOException {
        for (String suffix : SIBLINGS) {
            Path part = path.resolveSibling(path.getFileName() + suffix);
            if (Files.exists(part)) {
                Files.move(
                        part,
                        path.resolveSibling(path.getFileName() + ".bak" + suffix),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** The parameters that were stored when the file was opened; empty if there were none. */
    public Optional<NetworkParameters> parameters() {
        SortedMap<String, Value> rows = loaded.parameters();
        return rows.isEmpty() ? Optional.empty() : Optional.of(NetworkParameters.fromRows(rows));
    }

    /** The address lists of peers that were stored when the file was opened. */
    public SortedMap<Prefix, String> peers() {
        SortedMap<Prefix, String> peers = new TreeMap<>(loaded.peers());
        peers.remove(Prefix.EMPTY);
        return Collections.unmodifiableSortedMap(peers);
    }

    /** Our own address list when the file was opened; an empty text if there was none. */
    public String ownAddresses() {
        return loaded.peers().getOrDefault(Prefix.EMPTY, "");
    }

    @Override
    public void putPeer(Prefix peer, String addresses) {
        // Compat: the original has a row for a peer without addresses, but none for itself.
        boolean none = peer.equals(Prefix.EMPTY) && addresses.isEmpty();
        change(peer, none ? Optional.empty() : Optional.of(addresses));
    }

    @Override
    public void removePeer(Prefix peer) {
        change(peer, Optional.empty());
    }

    private void change(Prefix peer, Optional<String> addresses) {
        synchronized (lock) {
            // Out first, so that the order is that of the last change.
            pendingPeers.remove(peer);
            pendingPeers.put(peer, addresses);
            if (pendingPeers.size() > MAX_PENDING) {
                pendingPeers.remove(pendingPeers.keySet().iterator().next());
            }
            lock.notifyAll();
        }
    }

    @Override
    public void putParameters(NetworkParameters parameters) {
        synchronized (lock) {
            pendingParameters = parameters;
            lock.notifyAll();
        }
    }

    private void write() {
        try {
            while (true) {
                Map<Prefix, Optional<String>> peers;
                NetworkParameters parameters;
                synchronized (lock) {
                    if (!awaitChanges()) {
                        return;
                    }
                    peers = pendingPeers;
                    parameters = pendingParameters;
                    pendingPeers = new LinkedHashMap<>();
                    pendingParameters = null;
                }
                writeBatch(peers, parameters);
                if (failing) {
                    putBack(peers, parameters);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("interrupted");
        }
    }

    /** Waits for something to write; after a failure for a while. False when there is nothing more to come. */
    private boolean awaitChanges() throws InterruptedException {
        if (failing) {
            if (closing) {
                return false;
            }
            long end = System.nanoTime() + retry.toNanos();
            for (long left = retry.toNanos(); left > 0 && !closing; left = end - System.nanoTime()) {
                lock.wait(left / 1_000_000 + 1);
            }
        }
        while (pendingPeers.isEmpty() && pendingParameters == null) {
            if (closing) {
                return false;
            }
            lock.wait();
        }
        return true;
    }

    /** What could not be written is written with what comes next, unless that says otherwise. */
    private void putBack(Map<Prefix, Optional<String>> peers, @Nullable NetworkParameters parameters) {
        synchronized (lock) {
            Map<Prefix, Optional<String>> later = pendingPeers;
            pendingPeers = new LinkedHashMap<>(peers);
            later.forEach(this::change);
            if (pendingParameters == null) {
                pendingParameters = parameters;
            }
        }
    }

    private void writeBatch(Map<Prefix, Optional<String>> peers, @Nullable NetworkParameters parameters) {
        try {
            file.writePeers(peers);
            if (parameters != null) {
                file.writeParameters(parameters.toRows());
            }
            file.commit();
            failing = false;
        } catch (SQLException | RuntimeException e) {
            file.rollback();
            if (!failing) {
                LOG.warn(
                        "cannot store {} peers, trying again every {} s: {}",
                        peers.size(),
                        retry.toSeconds(),
                        e.getMessage());
            }
            failing = true;
        }
    }

    /** Whether the last changes could not be written yet. */
    boolean isFailing() {
        return failing;
    }

    /** Writes what is pending, for a limited time, and closes the file. */
    @Override
    public void close() {
        synchronized (lock) {
            closing = true;
            lock.notifyAll();
        }
        try {
            writer.join(CLOSE_TIMEOUT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (writer.isAlive()) {
            LOG.warn("the disk is too slow, the last changes of the peer database may be lost");
            return;
        }
        file.close();
    }
}
