package net.re6st.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import net.re6st.registry.os.Database;
import net.re6st.registry.os.PostgresAddress;
import net.re6st.registry.os.SqliteFile;
import net.re6st.testing.PostgresServer;
import net.re6st.testing.Vectors;

/** A database file as the vectors show it: rows of the original's tables, in rowid order, states instead of PEMs. */
final class RecordedDatabase implements AutoCloseable {
    private static final double CLOCK_PRECISION = 2e-6;
    private static final String CONFIG_OF_FILE =
            "SELECT name, typeof(value), hex(value), value FROM config ORDER BY name";
    private static final String CONFIG_OF_SERVER = "SELECT name, CASE WHEN text IS NOT NULL THEN 'text'"
            + " WHEN bytes IS NOT NULL THEN 'blob' WHEN whole IS NOT NULL THEN 'integer' ELSE 'real' END,"
            + " encode(bytes, 'hex'), coalesce(text, whole::text, fraction::text) FROM config ORDER BY name";

    private final Connection connection;
    private final boolean isFile;

    RecordedDatabase(Path file) throws SQLException {
        this(new SqliteFile(file));
    }

    RecordedDatabase(Database database) throws SQLException {
        isFile = database.file().isPresent();
        if (database instanceof PostgresAddress address) {
            connection = DriverManager.getConnection(PostgresServer.shared().jdbcUrl(address.name()));
        } else {
            connection = DriverManager.getConnection("jdbc:sqlite:" + database);
            execute("PRAGMA busy_timeout = 10000");
        }
    }

    void execute(String sql, Object... arguments) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < arguments.length; i++) {
                statement.setObject(i + 1, arguments[i]);
            }
            statement.execute();
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** Replaces the content of a file that was just made. */
    void fill(JsonObject tables) {
        execute("DELETE FROM cert");
        for (JsonArray row : Vectors.rows(tables.get("cert"))) {
            execute("INSERT INTO cert VALUES (?, ?, ?)", text(row.get(0)), text(row.get(1)), certState(row.get(2)));
        }
        for (JsonArray row : Vectors.rows(tables.get("token"))) {
            execute(
                    "INSERT INTO token VALUES (?, ?, ?, ?)",
                    text(row.get(0)),
                    text(row.get(1)),
                    row.get(2).getAsInt(),
                    row.get(3).getAsLong());
        }
        for (JsonArray row : Vectors.rows(tables.get("crl"))) {
            execute(
                    "INSERT INTO crl VALUES (?, ?)",
                    row.get(0).getAsLong(),
                    row.get(1).getAsLong());
        }
        for (JsonArray row : Vectors.rows(tables.get("config"))) {
            insertConfig(text(row.get(0)), row.get(1).getAsJsonObject());
        }
    }

    /** Adds a row to the table whose values have types of their own. */
    void insertConfig(String name, JsonObject typed) {
        String column = "value";
        if (!isFile) {
            column = switch (typed.get("type").getAsString()) {
                case "blob" -> "bytes";
                case "text" -> "text";
                case "integer" -> name.equals("valid_until") ? "fraction" : "whole";
                default -> "fraction";
            };
        }
        execute("INSERT INTO config (name, " + column + ") VALUES (?, ?)", name, value(typed));
    }

    private static Object certState(JsonElement state) {
        return switch (state.getAsString()) {
            case "free" -> null;
            case "reserved" -> "reserved";
            default -> throw new IllegalArgumentException("no certificate for state " + state);
        };
    }

    static Object value(JsonObject typed) {
        return switch (typed.get("type").getAsString()) {
            case "blob" -> HexFormat.of().parseHex(typed.get("hex").getAsString());
            case "text" -> typed.get("value").getAsString();
            case "integer" -> Long.parseLong(typed.get("value").getAsString());
            case "real" -> typed.get("value").getAsDouble();
            case "null" -> null;
            default -> throw new IllegalArgumentException("type " + typed);
        };
    }

    private static String text(JsonElement element) {
        return element.isJsonNull() ? null : element.getAsString();
    }

    JsonObject content() {
        JsonObject tables = new JsonObject();
        tables.add("cert", certRows());
        tables.add("token", query("SELECT token, email, prefix_len, date FROM token ORDER BY rowid"));
        tables.add("crl", query("SELECT serial, date FROM crl ORDER BY serial"));
        JsonArray config = new JsonArray();
        for (JsonElement row : query(isFile ? CONFIG_OF_FILE : CONFIG_OF_SERVER)) {
            JsonArray columns = row.getAsJsonArray();
            JsonObject typed = new JsonObject();
            typed.add("type", columns.get(1));
            if (columns.get(1).getAsString().equals("blob")) {
                typed.addProperty("hex", columns.get(2).getAsString().toLowerCase(java.util.Locale.ROOT));
            } else {
                typed.addProperty("value", columns.get(3).getAsString());
            }
            JsonArray shown = new JsonArray();
            shown.add(columns.get(0));
            shown.add(typed);
            config.add(shown);
        }
        tables.add("config", config);
        return tables;
    }

    JsonArray certRows() {
        return query(
                "SELECT prefix, email, CASE WHEN cert IS NULL THEN 'free' WHEN cert = 'reserved' THEN cert ELSE 'cert' END"
                        + " FROM cert ORDER BY rowid");
    }

    JsonArray tokenRows() {
        return query("SELECT token, email, prefix_len, date FROM token ORDER BY rowid");
    }

    JsonArray query(String sql) {
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet rows = statement.executeQuery()) {
            JsonArray all = new JsonArray();
            while (rows.next()) {
                JsonArray row = new JsonArray();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    row.add(json(rows.getObject(i)));
                }
                all.add(row);
            }
            return all;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private static JsonElement json(Object value) {
        if (value == null || value instanceof byte[]) {
            return JsonNull.INSTANCE;
        }
        return value instanceof Number number ? new JsonPrimitive(number) : new JsonPrimitive(value.toString());
    }

    /** Equal, but for the last digits of a time. */
    static void assertSame(JsonObject actual, JsonObject expected) {
        for (String table : new String[] {"cert", "token", "crl"}) {
            assertThat(actual.get(table)).as(table).isEqualTo(expected.get(table));
        }
        assertThat(expected.keySet()).isEqualTo(actual.keySet());
        JsonArray actualConfig = actual.getAsJsonArray("config");
        JsonArray expectedConfig = expected.getAsJsonArray("config");
        assertThat(actualConfig.size())
                .as("%s %s", actualConfig, expectedConfig)
                .isEqualTo(expectedConfig.size());
        for (int i = 0; i < actualConfig.size(); i++) {
            JsonArray row = actualConfig.get(i).getAsJsonArray();
            JsonArray expectedRow = expectedConfig.get(i).getAsJsonArray();
            assertThat(row.get(0)).isEqualTo(expectedRow.get(0));
            JsonObject value = row.get(1).getAsJsonObject();
            JsonObject expectedValue = expectedRow.get(1).getAsJsonObject();
            if (row.get(0).getAsString().equals("valid_until")) {
                assertThat(value.get("type")).isEqualTo(expectedValue.get("type"));
                assertThat(Math.abs(value.get("value").getAsDouble()
                                - expectedValue.get("value").getAsDouble()))
                        .isLessThan(CLOCK_PRECISION);
            } else {
                assertThat(value).as(row.get(0).getAsString()).isEqualTo(expectedValue);
            }
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
