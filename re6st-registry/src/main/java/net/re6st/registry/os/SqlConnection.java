package net.re6st.registry.os;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A connection to a database that prepares each statement once. One thread at a time. */
abstract class SqlConnection implements AutoCloseable {
    private final Connection connection;
    private final Map<String, PreparedStatement> statements = new HashMap<>();

    /** Reads one row. */
    @FunctionalInterface
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Takes a row into account; null ends the scan. */
    @FunctionalInterface
    interface Step<T> {
        @Nullable
        T take(T value, ResultSet row) throws SQLException;
    }

    SqlConnection(Connection connection) {
        this.connection = connection;
    }

    /** How this database differs from others. */
    abstract SqlDialect dialect();

    final Connection connection() {
        return connection;
    }

    /** Executes a statement that returns nothing of interest; gives the number of rows changed. */
    int run(String sql, @Nullable Object... arguments) {
        try {
            PreparedStatement statement = prepare(sql, arguments);
            if (statement.execute()) {
                statement.getResultSet().close();
                return 0;
            }
            return statement.getUpdateCount();
        } catch (SQLException e) {
            throw new StoreFailure(sql, e);
        }
    }

    /** Executes a statement that is not needed again. */
    void runOnce(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new StoreFailure(sql, e);
        }
    }

    /** The first row, if there is one. */
    <T> Optional<T> first(RowReader<T> reader, String sql, @Nullable Object... arguments) {
        try (ResultSet rows = prepare(sql, arguments).executeQuery()) {
            return rows.next() ? Optional.of(reader.read(rows)) : Optional.empty();
        } catch (SQLException e) {
            throw new StoreFailure(sql, e);
        }
    }

    /** All rows. */
    <T> List<T> list(RowReader<T> reader, String sql, @Nullable Object... arguments) {
        List<T> list = new ArrayList<>();
        try (ResultSet rows = prepare(sql, arguments).executeQuery()) {
            while (rows.next()) {
                list.add(reader.read(rows));
            }
        } catch (SQLException e) {
            throw new StoreFailure(sql, e);
        }
        return list;
    }

    /** Takes one row after the other into account until {@code step} gives null; the last value it gave. */
    <T> T scan(T start, Step<T> step, String sql, @Nullable Object... arguments) {
        T value = start;
        try (ResultSet rows = prepare(sql, arguments).executeQuery()) {
            while (rows.next()) {
                T next = step.take(value, rows);
                if (next == null) {
                    break;
                }
                value = next;
            }
        } catch (SQLException e) {
            throw new StoreFailure(sql, e);
        }
        return value;
    }

    private PreparedStatement prepare(String sql, @Nullable Object... arguments) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            statements.put(sql, statement);
        }
        for (int i = 0; i < arguments.length; i++) {
            statement.setObject(i + 1, storable(arguments[i]));
        }
        return statement;
    }

    /** The argument, or what the database can store in its place. */
    @Nullable
    Object storable(@Nullable Object argument) {
        return argument;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
