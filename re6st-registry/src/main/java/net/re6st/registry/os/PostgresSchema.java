package net.re6st.registry.os;

import java.sql.SQLException;
import java.util.Optional;
import net.re6st.cli.Failure;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * The tables in PostgreSQL: the files in {@code postgresql} beside this class make them, step by step, and Flyway keeps a record
 * of the steps in the database. Decides whether a database can be used.
 */
final class PostgresSchema {
    /** The number of the last step. */
    static final int LATEST = 1;

    static final String STEPS = "net/re6st/registry/os/postgresql";

    private static final String HISTORY = "flyway_schema_history";

    private PostgresSchema() {}

    /** Makes the tables or brings them up to date; several programs may do so at once. */
    static void prepare(PostgresAddress address) throws Failure {
        // Flyway takes half a second to find out the same.
        if (version(address) == LATEST) {
            return;
        }
        try {
            Flyway.configure(PostgresSchema.class.getClassLoader())
                    .dataSource(PostgresDriver.dataSource(address))
                    .locations("classpath:" + STEPS)
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            String reason = Optional.ofNullable(e.getMessage())
                    .orElse("")
                    .lines()
                    .findFirst()
                    .orElse("");
            if (e.getCause() instanceof SQLException cause) {
                throw PostgresDriver.failure(address, cause);
            }
            throw new Failure("can't make the tables of database " + address + ": " + reason);
        }
    }

    /** The last step that was taken; fails if that is one of a later program. */
    static int version(PostgresAddress address) throws Failure {
        try (PostgresConnection connection = PostgresDriver.connect(address)) {
            int version = version(connection);
            if (version > LATEST) {
                throw new Failure(
                        "database " + address + " was made by a newer version of this program: it has tables of"
                                + " version " + version + ", this program knows those up to " + LATEST);
            }
            return version;
        } catch (SQLException e) {
            throw PostgresDriver.failure(address, e);
        } catch (StoreFailure e) {
            throw new Failure("can't use database " + address + ": " + e.getMessage());
        }
    }

    private static int version(PostgresConnection connection) {
        return connection.has(HISTORY)
                ? connection
                        .first(
                                row -> row.getInt(1),
                                "SELECT coalesce(max(version::int), 0) FROM " + HISTORY + " WHERE success")
                        .orElse(0)
                : 0;
    }
}
