package net.re6st.registry.os;

import java.sql.SQLException;
import java.util.function.Function;
import net.re6st.registry.port.DatabaseContent;
import net.re6st.registry.port.View;

/** A registry's database opened to be looked at, as one state of it, whatever is in it; changes nothing. */
public abstract class OpenContent implements DatabaseContent, AutoCloseable {
    private final SqlConnection connection;

    OpenContent(SqlConnection connection) {
        this.connection = connection;
    }

    final SqlConnection connection() {
        return connection;
    }

    /** Asks what a registry would ask; fails with {@link StoreFailure} where the content is too damaged for it. */
    public final <T> T read(Function<View, T> work) {
        return work.apply(new SqlTx(connection));
    }

    /** Whether there is such a table. */
    public abstract boolean has(String table);

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new StoreFailure("close", e);
        }
    }
}
