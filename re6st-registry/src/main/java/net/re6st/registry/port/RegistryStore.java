package net.re6st.registry.port;

import java.util.function.Function;

/**
 * The registry's database. It alone keeps state: whatever decides an answer is read here, in the transaction that gives
 * the answer, so that several processes may share a database.
 */
public interface RegistryStore {
    /** Runs {@code work} on one consistent state of the database. */
    <T> T read(Function<View, T> work);

    /** The same for {@code work} that asks one question, which is consistent by itself. */
    <T> T ask(Function<View, T> work);

    /**
     * Runs {@code work} as one change: all of it, durable when this method returns, or (when it throws) nothing. Changes
     * happen one at a time, so {@code work} must neither wait nor call the store.
     */
    <T> T transaction(Function<Tx, T> work);

    /**
     * Runs {@code work} as one change of sessions. Atomic like a transaction, but not yet durable when this method returns:
     * what a power cut undoes costs the client one more {@code hello}. The next durable transaction includes it.
     */
    <T> T sessions(Function<SessionTx, T> work);

    /**
     * Remembers a secret that is being offered; {@link #sessions} knows of it from then on. A restart may forget it, which
     * costs the client one more {@code hello}.
     */
    void offer(Offer offer);
}
