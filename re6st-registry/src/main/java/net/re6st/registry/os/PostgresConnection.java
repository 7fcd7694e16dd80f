package net.re6st.registry.os;

import java.sql.Connection;
import org.jspecify.annotations.Nullable;

/** A connection to a PostgreSQL database. */
final class PostgresConnection extends SqlConnection {
    PostgresConnection(Connection connection) {
        super(connection);
    }

    @Override
    SqlDialect dialect() {
        return SqlDialect.POSTGRESQL;
    }

    /** Whether there is such a table. */
    boolean has(String table) {
        return first(row -> row.getString(1) != null, "SELECT to_regclass(?)::text", table)
                .orElse(false);
    }

    /** Texts of PostgreSQL can't contain a NUL, which a request may: it is none that anything of ours contains. */
    @Override
    @Nullable
    Object storable(@Nullable Object argument) {
        return argument instanceof String text ? text.replace('\0', '\ufffd') : argument;
    }
}
