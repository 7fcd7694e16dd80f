package net.re6st.registry.os;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import net.re6st.cli.Failure;
import net.re6st.cli.UsageError;
import net.re6st.testing.PostgresServer;

/** What keeps a registry's database; what holds for one must hold for each. */
public enum Engine {
    SQLITE {
        @Override
        Database make(Path directory, int number) {
            return new SqliteFile(directory.resolve("registry" + number + ".db"));
        }
    },
    POSTGRESQL {
        @Override
        Database make(Path directory, int number) throws UsageError, Failure {
            PostgresServer.assumeInstalled();
            PostgresServer server = PostgresServer.shared();
            if (server.sql("postgres", "SELECT 1 FROM pg_database WHERE datname = '" + TEMPLATE + "'")
                    .isEmpty()) {
                PostgresSchema.prepare(PostgresAddress.of(server.createDatabase(TEMPLATE), Optional.empty()));
            }
            if (number >= KEPT) {
                server.sql("postgres", "DROP DATABASE IF EXISTS test" + (number - KEPT) + " WITH (FORCE)");
            }
            return Database.of(server.createDatabase("test" + number + " TEMPLATE " + TEMPLATE), Optional.empty());
        }
    };

    /** A database with tables that are empty: copying them is faster than making them. */
    private static final String TEMPLATE = "tables";

    private static final int KEPT = 8;
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    /** An empty database; a file would be in that directory. */
    public Database make(Path directory) {
        try {
            return make(directory, NUMBERS.getAndIncrement());
        } catch (UsageError | Failure e) {
            throw new AssertionError(e);
        }
    }

    abstract Database make(Path directory, int number) throws UsageError, Failure;

    /** All there is in a database, row by row. */
    public static List<String> rows(Database database) throws Failure {
        List<String> rows = new ArrayList<>();
        try (OpenContent content = database.openContent()) {
            content.forEach(Table.CONFIG, List.of("name", "value"), cells -> rows.add(Table.CONFIG + " " + cells));
            for (Table table : Table.ALL) {
                content.forEach(table.name(), table.columns(), cells -> rows.add(table.name() + " " + cells));
            }
        }
        return rows;
    }
}
