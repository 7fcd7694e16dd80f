package net.re6st.registry.os;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import net.re6st.cli.Failure;

/**
 * A registry's database opened to be looked at, as one state of it, whatever is in it; changes nothing, also beside a running
 * registry.
 */
public final class SqliteContent extends OpenContent {
    private static final int MAX_DAMAGES = 20;

    SqliteContent(SqliteConnection connection) {
        super(connection);
    }

    /** Opens a file that must be there. */
    public static SqliteContent open(Path file) throws Failure {
        if (!Files.isRegularFile(file)) {
            throw new Failure("no database " + file);
        }
        try {
            SqliteConnection connection = new SqliteConnection(file);
            try {
                connection.run("PRAGMA busy_timeout = 10000");
                connection.run("PRAGMA query_only = 1");
                connection.run("BEGIN");
                // The state is fixed by the first reading.
                connection.first(row -> row.getInt(1), "SELECT count(*) FROM sqlite_master");
                return new SqliteContent(connection);
            } catch (StoreFailure e) {
                connection.close();
                throw new Failure("can't read database " + file + ": " + e.getMessage());
            }
        } catch (SQLException e) {
            throw new Failure("can't read database " + file + ": " + e.getMessage());
        }
    }

    @Override
    public boolean has(String table) {
        return connection()
                .first(row -> true, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", table)
                .isPresent();
    }

    @Override
    public List<String> damages() {
        List<String> damages = new ArrayList<>();
        try {
            damages.addAll(connection().list(row -> row.getString(1), "PRAGMA integrity_check(" + MAX_DAMAGES + ")"));
            damages.remove("ok");
        } catch (StoreFailure e) {
            damages.add(e.getMessage());
        }
        for (String statement : SqliteSchema.statements()) {
            String name = SqliteSchema.name(statement);
            Optional<String> found = connection()
                    .first(
                            row -> Optional.ofNullable(row.getString(1)).orElse(""),
                            "SELECT sql FROM sqlite_master WHERE name = ?",
                            name);
            if (found.isEmpty()) {
                damages.add(name + " is missing: the next start of the registry makes it");
            } else if (!found.get().equals(statement)) {
                damages.add(name + " has an unexpected definition");
            }
        }
        return damages;
    }

    @Override
    public void forEach(String table, List<String> columns, RowTaker taker) {
        String values = columns.stream()
                .map(column -> String.format(
                        Locale.ROOT,
                        "typeof(%1$s), CASE typeof(%1$s) WHEN 'blob' THEN hex(%1$s) ELSE %1$s END",
                        column))
                .collect(Collectors.joining(", "));
        // "+": from the rows themselves, not through an index that may be damaged.
        String sql = "SELECT " + values + " FROM " + table + " ORDER BY +" + columns.get(0);
        if (!has(table)) {
            return;
        }
        connection()
                .scan(
                        true,
                        (value, row) -> {
                            List<Cell> cells = new ArrayList<>();
                            for (int i = 0; i < columns.size(); i++) {
                                cells.add(cell(row, 2 * i + 1));
                            }
                            taker.take(cells);
                            return value;
                        },
                        sql);
    }

    private static Cell cell(ResultSet row, int column) throws SQLException {
        return new Cell(
                row.getString(column),
                Optional.ofNullable(row.getString(column + 1)).orElse(""));
    }
}
