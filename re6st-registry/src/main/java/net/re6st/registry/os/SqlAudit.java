package net.re6st.registry.os;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import net.re6st.net.Bytes;
import net.re6st.registry.port.Actor;
import net.re6st.registry.port.AuditHead;
import net.re6st.registry.port.AuditRow;

/** The statements about the audit log. What it reads may have been damaged: a value of another type reads as something else. */
final class SqlAudit {
    private static final String COLUMNS =
            "SELECT number, date, act, target, detail, actor_kind, actor_name, actor_address, hash FROM re6st_audit ";

    private SqlAudit() {}

    static Optional<AuditHead> head(SqlConnection connection) {
        return connection.first(
                row -> new AuditHead(row.getLong(1), bytes(row, 2), bytes(row, 3)),
                "SELECT number, hash, seal FROM re6st_audit_head ORDER BY number DESC");
    }

    static List<AuditRow> before(SqlConnection connection, long number, int limit) {
        return connection.list(SqlAudit::row, COLUMNS + "WHERE number < ? ORDER BY number DESC LIMIT ?", number, limit);
    }

    static List<AuditRow> after(SqlConnection connection, long number, int limit) {
        return connection.list(SqlAudit::row, COLUMNS + "WHERE number > ? ORDER BY number LIMIT ?", number, limit);
    }

    static void append(SqlConnection connection, AuditRow row, Bytes seal) {
        connection.run(
                "INSERT INTO re6st_audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row.number(),
                row.unixSeconds(),
                row.act(),
                row.target(),
                row.detail(),
                row.actor().kind(),
                row.actor().name(),
                row.actor().address(),
                row.hash().toArray());
        connection.run("DELETE FROM re6st_audit_head");
        connection.run(
                "INSERT INTO re6st_audit_head VALUES (?, ?, ?)",
                row.number(),
                row.hash().toArray(),
                seal.toArray());
    }

    private static AuditRow row(ResultSet row) throws SQLException {
        return new AuditRow(
                row.getLong(1),
                row.getLong(2),
                text(row, 3),
                text(row, 4),
                text(row, 5),
                new Actor(text(row, 6), text(row, 7), text(row, 8)),
                bytes(row, 9));
    }

    private static String text(ResultSet row, int column) throws SQLException {
        return Optional.ofNullable(row.getString(column)).orElse("");
    }

    private static Bytes bytes(ResultSet row, int column) throws SQLException {
        byte[] value = row.getBytes(column);
        return value == null ? Bytes.EMPTY : Bytes.copyOf(value);
    }
}
