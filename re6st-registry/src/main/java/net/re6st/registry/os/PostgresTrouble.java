package net.re6st.registry.os;

import java.sql.SQLException;
import java.util.Set;

/** What a failure of PostgreSQL means for the change that met it, by its SQLSTATE. */
enum PostgresTrouble {
    /** The server, or the connection, is gone: the same again on another connection. */
    LOST,
    /** Another change was in the way, nothing took place: the same again. */
    CONFLICT,
    /** It is the turn of somebody else, for too long. */
    BUSY,
    /** Anything else: the change can't be made. */
    OTHER;

    /**
     * Not the connection's class (08), but as good: the server ends, or ended this session; it starts; it has too many
     * connections; it became one that only reads.
     */
    private static final Set<String> GONE = Set.of("57P01", "57P02", "57P03", "57P05", "25P03", "53300", "25006");

    private static final Set<String> WAITED = Set.of("55P03", "57014");

    static PostgresTrouble of(Throwable failure) {
        if (failure instanceof StoreFailure && failure.getCause() instanceof SQLException cause) {
            return of(cause);
        }
        return OTHER;
    }

    static PostgresTrouble of(SQLException failure) {
        String state = failure.getSQLState();
        if (state == null) {
            return OTHER;
        }
        if (state.startsWith("08") || GONE.contains(state)) {
            return LOST;
        }
        if (state.startsWith("40")) {
            return CONFLICT;
        }
        return WAITED.contains(state) ? BUSY : OTHER;
    }
}
