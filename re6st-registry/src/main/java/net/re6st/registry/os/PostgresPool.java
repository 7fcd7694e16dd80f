package net.re6st.registry.os;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import net.re6st.cli.Failure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connections of this process to PostgreSQL. Decides who waits for one, and for how long. Any thread. */
final class PostgresPool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresPool.class);

    /** Three registries leave room in the hundred connections that a server allows by default. */
    private static final int MAX_CONNECTIONS = 12;

    private static final long PAUSE_MILLIS = 50;

    private final PostgresAddress address;
    private final Semaphore permits = new Semaphore(MAX_CONNECTIONS, true);
    private final Deque<PostgresTx> idle = new ArrayDeque<>();
    private final Outage outage = new Outage();
    private boolean closed;

    PostgresPool(PostgresAddress address) {
        this.address = address;
    }

    /** One piece of work, from its first try to its last. One thread. */
    final class Call {
        private final long begunNanos = System.nanoTime();

        /** A connection, to be given back or discarded; fails with {@link StoreUnavailable} when it is too late. */
        PostgresTx take() {
            acquire();
            boolean taken = false;
            try {
                while (true) {
                    Optional<PostgresTx> tx = idle().or(PostgresPool.this::open);
                    if (tx.isPresent()) {
                        taken = true;
                        return tx.get();
                    }
                    pause();
                }
            } finally {
                if (!taken) {
                    permits.release();
                }
            }
        }

        private void acquire() {
            boolean acquired = false;
            try {
                acquired = outage.mayTry(System.nanoTime())
                        && permits.tryAcquire(Outage.PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (!acquired) {
                throw new StoreUnavailable("the database does not answer, or not soon enough");
            }
        }

        /** Lets a moment pass before another try; fails with {@link StoreUnavailable} when it is too late. */
        void pause() {
            if (outage.isTooLate(begunNanos, System.nanoTime())) {
                throw new StoreUnavailable("the database does not answer");
            }
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StoreUnavailable("interrupted");
            }
        }
    }

    private Optional<PostgresTx> idle() {
        synchronized (idle) {
            return Optional.ofNullable(idle.poll());
        }
    }

    private Optional<PostgresTx> open() {
        try {
            PostgresTx opened = new PostgresTx(PostgresDriver.connect(address));
            worked();
            return Optional.of(opened);
        } catch (SQLException | Failure e) {
            failed(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private void worked() {
        if (outage.worked()) {
            LOG.warn("the database answers again");
        }
    }

    private void failed(String reason) {
        if (outage.failed(System.nanoTime())) {
            LOG.warn(
                    "the database can't be reached: {}",
                    reason.lines().findFirst().orElse(""));
        }
    }

    /** Work on this connection has ended, well or not; it is in no transaction. */
    void giveBack(PostgresTx tx) {
        worked();
        boolean kept;
        synchronized (idle) {
            kept = !closed;
            if (kept) {
                idle.push(tx);
            }
        }
        if (!kept) {
            close(tx);
        }
        permits.release();
    }

    /** This connection is of no more use. */
    void discard(PostgresTx tx) {
        close(tx);
        permits.release();
    }

    /** This connection broke; the server may be gone, and then the idle ones are as bad. */
    void discardLost(PostgresTx tx, String reason) {
        failed(reason);
        closeIdle();
        discard(tx);
    }

    private void closeIdle() {
        List<PostgresTx> unused;
        synchronized (idle) {
            unused = List.copyOf(idle);
            idle.clear();
        }
        unused.forEach(PostgresPool::close);
    }

    private static void close(PostgresTx tx) {
        try {
            tx.connection().close();
        } catch (SQLException e) {
            LOG.debug("closing a connection to the database: {}", e.getMessage());
        }
    }

    /** Closes what is idle, and what is given back later. */
    @Override
    public void close() {
        synchronized (idle) {
            closed = true;
        }
        closeIdle();
    }
}
