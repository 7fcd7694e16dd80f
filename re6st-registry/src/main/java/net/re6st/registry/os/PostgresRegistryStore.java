package net.re6st.registry.os;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import net.re6st.cli.Failure;
import net.re6st.registry.port.Offer;
import net.re6st.registry.port.SessionTx;
import net.re6st.registry.port.Tx;
import net.re6st.registry.port.View;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registry's database on a PostgreSQL server, shared by any number of registries. Any thread. When the server can't be
 * reached, work waits for it for {@link Outage#PATIENCE}, then fails with {@link StoreUnavailable}.
 */
public final class PostgresRegistryStore implements OpenStore {
    /*
     * Which process answers makes no difference, because nothing here is decided by a lock or a memory of one process.
     * Changes of the registry take turns by a lock in the database: nearly all of them give the next serial and add the next
     * row to the audit log, so that letting them run side by side and repeating those that met (SERIALIZABLE) would repeat
     * nearly all. Changes of sessions take turns for each client, and don't wait for the disk. Reading needs no lock.
     *
     * Work that met a broken connection is done again on another one, unless the connection broke at COMMIT: then nobody
     * knows whether it took place, and who asked has to ask again. Each call is made for that, since answers get lost too.
     */
    private static final String BEGIN_READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

    private static final String BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED";
    private static final String BEGIN_SESSIONS = BEGIN + "; SET LOCAL synchronous_commit = off";

    private static final Logger LOG = LoggerFactory.getLogger(PostgresRegistryStore.class);

    private final PostgresPool pool;
    private final ThreadLocal<Boolean> busy = ThreadLocal.withInitial(() -> false);

    private PostgresRegistryStore(PostgresPool pool) {
        this.pool = pool;
    }

    /** Connects, makes the tables or brings them up to date; says why when the database can't be used. */
    static PostgresRegistryStore open(PostgresAddress address) throws Failure {
        PostgresSchema.prepare(address);
        return new PostgresRegistryStore(new PostgresPool(address));
    }

    @Override
    public <T> T read(Function<View, T> work) {
        return inTransaction(BEGIN_READING, tx -> {}, work::apply);
    }

    @Override
    public <T> T ask(Function<View, T> work) {
        return repeat(Step.of(work::apply));
    }

    @Override
    public <T> T transaction(Function<Tx, T> work) {
        return inTransaction(BEGIN, PostgresTx::lockAll, work::apply);
    }

    @Override
    public <T> T sessions(Function<SessionTx, T> work) {
        return inTransaction(BEGIN_SESSIONS, tx -> {}, tx -> work.apply(new SessionsWithOffers(tx, tx)));
    }

    @Override
    public void offer(Offer offer) {
        repeat(Step.of(tx -> {
            tx.add(offer);
            return offer;
        }));
    }

    @Override
    public long bytes() {
        return repeat(Step.of(tx -> tx.connection()
                .first(row -> row.getLong(1), "SELECT pg_database_size(current_database())")
                .orElse(0L)));
    }

    private <T> T inTransaction(String begin, Consumer<PostgresTx> lock, Function<PostgresTx, T> work) {
        return repeat(new Step<>(
                tx -> {
                    tx.connection().run(begin);
                    lock.accept(tx);
                    return work.apply(tx);
                },
                tx -> tx.connection().run("COMMIT"),
                true));
    }

    /** What is done on one connection; after {@code end} has begun it must not be repeated. */
    private record Step<T>(Function<PostgresTx, T> work, Consumer<PostgresTx> end, boolean inTransaction) {
        /** One statement, which may be executed twice. */
        static <T> Step<T> of(Function<PostgresTx, T> work) {
            return new Step<>(work, tx -> {}, false);
        }
    }

    private <T> T repeat(Step<T> step) {
        if (busy.get()) {
            throw new IllegalStateException("a transaction inside a transaction");
        }
        busy.set(true);
        try {
            PostgresPool.Call call = pool.new Call();
            while (true) {
                Optional<T> result = attempt(step, call.take());
                if (result.isPresent()) {
                    return result.get();
                }
                call.pause();
            }
        } finally {
            busy.remove();
        }
    }

    /** Does it on a connection, and gives that back; empty if it has to be done again. */
    private <T> Optional<T> attempt(Step<T> step, PostgresTx tx) {
        boolean ending = false;
        try {
            T result = step.work.apply(tx);
            ending = true;
            step.end.accept(tx);
            pool.giveBack(tx);
            return Optional.of(result);
        } catch (RuntimeException | Error e) {
            switch (PostgresTrouble.of(e)) {
                case LOST -> {
                    pool.discardLost(tx, String.valueOf(e.getMessage()));
                    if (ending) {
                        throw new StoreUnavailable("the database was lost before it said whether a change took place");
                    }
                    return Optional.empty();
                }
                case CONFLICT -> {
                    undo(step, tx);
                    return Optional.empty();
                }
                case BUSY -> {
                    undo(step, tx);
                    throw new StoreUnavailable("another change of the database takes too long");
                }
                default -> {
                    undo(step, tx);
                    throw e;
                }
            }
        }
    }

    private void undo(Step<?> step, PostgresTx tx) {
        try {
            if (step.inTransaction) {
                tx.connection().run("ROLLBACK");
            }
            pool.giveBack(tx);
        } catch (StoreFailure e) {
            // The server does the same when a connection ends.
            LOG.debug("a change is undone with its connection: {}", e.getMessage());
            pool.discard(tx);
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
