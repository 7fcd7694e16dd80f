package net.re6st.registry.os;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import net.re6st.cli.Failure;

/** A registry's database on a PostgreSQL server, opened to be looked at, as one state of it, also beside running registries. */
final class PostgresContent extends OpenContent {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final Cell NULL = new Cell("null", "");

    /** Of which the first that is there is the value of a row of config. */
    private static final String VALUES = String.join(", ", SqlDialect.POSTGRESQL.configValues());

    private final PostgresConnection connection;

    PostgresContent(PostgresConnection connection) {
        super(connection);
        this.connection = connection;
    }

    static PostgresContent open(PostgresAddress address) throws Failure {
        if (PostgresSchema.version(address) < PostgresSchema.LATEST) {
            throw new Failure(
                    "no tables of this version in database " + address + ": a start of the registry makes them");
        }
        try {
            PostgresConnection connection = PostgresDriver.connectForLong(address);
            connection.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
            return new PostgresContent(connection);
        } catch (SQLException e) {
            throw PostgresDriver.failure(address, e);
        }
    }

    @Override
    public boolean has(String table) {
        return connection.has(table);
    }

    @Override
    public List<String> damages() {
        return Table.names().stream()
                .filter(table -> !has(table))
                .map(table -> "table " + table + " is missing")
                .toList();
    }

    @Override
    public void forEach(String table, List<String> columns, RowTaker taker) {
        if (!has(table)) {
            return;
        }
        boolean isConfig = table.equals("config");
        String selected = columns.stream()
                .map(column -> isConfig && column.equals("value") ? VALUES : column)
                .collect(Collectors.joining(", "));
        connection()
                .scan(
                        true,
                        (value, row) -> {
                            taker.take(isConfig ? folded(cells(row), columns) : cells(row));
                            return value;
                        },
                        "SELECT " + selected + " FROM " + table + " ORDER BY " + columns.get(0));
    }

    /** The columns that together are the value become one. */
    private static List<Cell> folded(List<Cell> cells, List<String> columns) {
        int extra = cells.size() - columns.size();
        int at = columns.indexOf("value");
        if (at < 0) {
            return cells;
        }
        List<Cell> folded = new ArrayList<>(cells.subList(0, at));
        folded.add(cells.subList(at, at + extra + 1).stream()
                .filter(cell -> !cell.isNull())
                .findFirst()
                .orElse(NULL));
        folded.addAll(cells.subList(at + extra + 1, cells.size()));
        return folded;
    }

    private static List<Cell> cells(ResultSet row) throws SQLException {
        List<Cell> cells = new ArrayList<>();
        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
            cells.add(cell(row, i));
        }
        return cells;
    }

    private static Cell cell(ResultSet row, int column) throws SQLException {
        int type = row.getMetaData().getColumnType(column);
        Optional<String> text = Optional.ofNullable(row.getString(column));
        if (text.isEmpty()) {
            return NULL;
        }
        return switch (type) {
            case Types.BINARY -> new Cell("blob", HEX.formatHex(row.getBytes(column)));
            case Types.BIGINT, Types.INTEGER -> new Cell("integer", text.get());
            case Types.DOUBLE -> new Cell("real", text.get());
            default -> new Cell("text", text.get());
        };
    }
}
