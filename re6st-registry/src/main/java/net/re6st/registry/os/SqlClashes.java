package net.re6st.registry.os;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import net.re6st.crypto.Secret;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;
import net.re6st.registry.port.ClashRow;
import net.re6st.registry.port.ReplacedSession;
import net.re6st.registry.port.SessionTx;
import net.re6st.rpc.RpcSession;

/** The statements about replaced sessions and what their use showed. */
final class SqlClashes {
    private static final String COLUMNS = "SELECT prefix, times, date, address, other_address FROM re6st_clash WHERE ";

    private SqlClashes() {}

    static List<ReplacedSession> replaced(SqlConnection connection, Prefix client) {
        return connection
                .list(
                        row -> replaced(client, row),
                        "SELECT secret, date, address FROM re6st_replaced WHERE prefix = ? ORDER BY date DESC, secret",
                        client.bits())
                .stream()
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<ReplacedSession> replaced(Prefix client, ResultSet row) throws SQLException {
        byte[] secret = row.getBytes(1);
        long date = row.getLong(2);
        String address = Optional.ofNullable(row.getString(3)).orElse("");
        return Optional.ofNullable(secret)
                .map(Bytes::copyOf)
                .flatMap(Secret::of)
                .map(value -> new ReplacedSession(client, new RpcSession(value), date, address));
    }

    static void add(SqlConnection connection, ReplacedSession session) {
        String bits = session.client().bits();
        connection.run(
                "INSERT INTO re6st_replaced VALUES (?, ?, ?, ?) ON CONFLICT (prefix, secret) DO UPDATE SET"
                        + " date = excluded.date, address = excluded.address",
                bits,
                secret(session),
                session.replacedUnixSeconds(),
                session.address());
        connection.run(
                "DELETE FROM re6st_replaced WHERE prefix = ? AND secret NOT IN"
                        + " (SELECT secret FROM re6st_replaced WHERE prefix = ? ORDER BY date DESC, secret = ? DESC LIMIT ?)",
                bits,
                bits,
                secret(session),
                SessionTx.MAX_REPLACED);
    }

    static void forget(SqlConnection connection, ReplacedSession session) {
        connection.run(
                "DELETE FROM re6st_replaced WHERE prefix = ? AND secret = ?",
                session.client().bits(),
                secret(session));
    }

    private static byte[] secret(ReplacedSession session) {
        return session.state().secret().bytes().toArray();
    }

    static Optional<ClashRow> clash(SqlConnection connection, Prefix node) {
        return connection.first(SqlClashes::row, COLUMNS + "prefix = ?", node.bits());
    }

    static List<ClashRow> clashes(SqlConnection connection, int times, long sinceUnixSeconds) {
        return connection.list(
                SqlClashes::row, COLUMNS + "times >= ? AND date >= ? ORDER BY prefix", times, sinceUnixSeconds);
    }

    private static ClashRow row(ResultSet row) throws SQLException {
        return new ClashRow(
                Prefix.ofBits(row.getString(1)), row.getInt(2), row.getLong(3), row.getString(4), row.getString(5));
    }

    static void store(SqlConnection connection, ClashRow clash) {
        connection.run(
                "INSERT INTO re6st_clash VALUES (?, ?, ?, ?, ?) ON CONFLICT (prefix) DO UPDATE SET times = excluded.times,"
                        + " date = excluded.date, address = excluded.address, other_address = excluded.other_address",
                clash.node().bits(),
                clash.times(),
                clash.lastUnixSeconds(),
                clash.address(),
                clash.otherAddress());
    }

    static void forget(SqlConnection connection, Prefix node) {
        connection.run("DELETE FROM re6st_clash WHERE prefix = ?", node.bits());
    }
}
