package net.re6st.registry.os;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import net.re6st.crypto.Secret;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;
import net.re6st.registry.port.AuditHead;
import net.re6st.registry.port.AuditRow;
import net.re6st.registry.port.CertificateRow;
import net.re6st.registry.port.ClashRow;
import net.re6st.registry.port.IssuedRow;
import net.re6st.registry.port.NodeRow;
import net.re6st.registry.port.ReplacedSession;
import net.re6st.registry.port.SessionTx;
import net.re6st.registry.port.SupersededRow;
import net.re6st.registry.port.TokenRow;
import net.re6st.registry.port.Tx;
import net.re6st.rpc.RpcSession;
import net.re6st.rpc.ServerSessions;
import net.re6st.rpc.ServerSessions.Session;
import org.jspecify.annotations.Nullable;

/** The statements behind each question and each change; whoever holds the connection opens and ends the transaction. */
class SqlTx implements Tx, SessionTx {
    static final String RESERVED = "reserved";

    private static final String SUPERSEDED = "SELECT prefix, serial, not_after FROM re6st_superseded ";
    private static final int TAIL_LENGTH = 80;

    private final SqlConnection connection;
    private final SqlDialect dialect;

    SqlTx(SqlConnection connection) {
        this.connection = connection;
        this.dialect = connection.dialect();
    }

    final SqlConnection connection() {
        return connection;
    }

    /** The end of a PEM, which tells certificates apart: it contains the end of the signature. */
    static String tail(String pem) {
        return pem.substring(Math.max(0, pem.length() - TAIL_LENGTH));
    }

    private <T> Optional<T> config(SqlConnection.RowReader<T> reader, String column, String name) {
        return connection.first(reader, "SELECT " + column + " FROM config WHERE name = ?", name);
    }

    private void setConfig(String name, String column, @Nullable Object value) {
        if (value == null) {
            connection.run("DELETE FROM config WHERE name = ?", name);
        } else {
            connection.run(
                    String.format(
                            Locale.ROOT,
                            "INSERT INTO config (name, %1$s) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET %1$s = excluded.%1$s",
                            column),
                    name,
                    value);
        }
    }

    @Override
    public Optional<Prefix> registryPrefix() {
        return config(SqlTx::prefix, dialect.text(), "prefix");
    }

    @Override
    public void setRegistryPrefix(Prefix prefix) {
        setConfig("prefix", dialect.text(), prefix.bits());
    }

    @Override
    public Optional<Bytes> version() {
        return config(SqlTx::bytes, dialect.bytes(), "version");
    }

    @Override
    public void setVersion(Bytes version) {
        setConfig("version", dialect.bytes(), version.toArray());
    }

    @Override
    public Optional<String> lastConfig() {
        return config(row -> row.getString(1), dialect.text(), "last_config");
    }

    @Override
    public void setLastConfig(String json) {
        setConfig("last_config", dialect.text(), json);
    }

    @Override
    public Optional<String> authority() {
        return connection.first(row -> row.getString(1), "SELECT pem FROM re6st_ca");
    }

    @Override
    public void setAuthority(String pem) {
        connection.run("DELETE FROM re6st_ca");
        connection.run("INSERT INTO re6st_ca VALUES (?)", pem);
    }

    @Override
    public long lastSerial() {
        return config(row -> row.getLong(1), dialect.whole(), "serial").orElse(0L);
    }

    @Override
    public void setLastSerial(long serial) {
        setConfig("serial", dialect.whole(), serial);
    }

    @Override
    public Optional<Bytes> babelKey(int slot) {
        return config(SqlTx::bytes, dialect.bytes(), "babel_hmac" + slot);
    }

    @Override
    public void setBabelKey(int slot, Optional<Bytes> key) {
        setConfig("babel_hmac" + slot, dialect.bytes(), key.map(Bytes::toArray).orElse(null));
    }

    @Override
    public OptionalDouble validUntil() {
        Optional<Double> seconds = config(row -> row.getDouble(1), dialect.fraction(), "valid_until");
        return seconds.isPresent() ? OptionalDouble.of(seconds.get()) : OptionalDouble.empty();
    }

    @Override
    public void setValidUntil(OptionalDouble unixSeconds) {
        setConfig("valid_until", dialect.fraction(), unixSeconds.isPresent() ? unixSeconds.getAsDouble() : null);
    }

    @Override
    public Optional<TokenRow> token(String token) {
        return connection.first(
                row -> new TokenRow(row.getString(1), row.getString(2), row.getInt(3), row.getLong(4)),
                "SELECT token, email, prefix_len, date FROM token WHERE token = ?",
                token);
    }

    @Override
    public List<TokenRow> tokens() {
        return connection.list(
                row -> new TokenRow(row.getString(1), row.getString(2), row.getInt(3), row.getLong(4)),
                "SELECT token, email, prefix_len, date FROM token ORDER BY date, token");
    }

    @Override
    public long tokenCount() {
        return count("token");
    }

    @Override
    public long nodeCount() {
        return count("re6st_certificate");
    }

    private long count(String table) {
        return connection
                .first(row -> row.getLong(1), "SELECT count(*) FROM " + table)
                .orElse(0L);
    }

    @Override
    public long tokensOfLength(int characters) {
        return connection
                .first(row -> row.getLong(1), "SELECT count(*) FROM token WHERE length(token) = ?", characters)
                .orElse(0L);
    }

    @Override
    public void addToken(TokenRow token) {
        connection.run(
                "INSERT INTO token VALUES (?, ?, ?, ?)",
                token.token(),
                token.email(),
                token.prefixLength(),
                token.madeUnixSeconds());
    }

    @Override
    public void deleteToken(String token) {
        connection.run("DELETE FROM token WHERE token = ?", token);
    }

    @Override
    public void deleteTokensMadeBy(long unixSeconds) {
        connection.run("DELETE FROM token WHERE date <= ?", unixSeconds);
        connection.run("DELETE FROM re6st_issued WHERE date <= ?", unixSeconds);
    }

    @Override
    public OptionalLong earliestTokenDate() {
        return minimum(
                "SELECT min(date) FROM (SELECT min(date) AS date FROM token UNION ALL SELECT min(date) FROM re6st_issued) AS dates");
    }

    @Override
    public Optional<IssuedRow> issued(String token) {
        return connection.first(
                row -> new IssuedRow(
                        row.getString(1),
                        Bytes.copyOf(row.getBytes(2)),
                        Prefix.ofBits(row.getString(3)),
                        row.getString(4),
                        row.getLong(5)),
                "SELECT token, key_digest, prefix, pem, date FROM re6st_issued WHERE token = ?",
                token);
    }

    @Override
    public void rememberIssued(IssuedRow issued) {
        connection.run(
                "INSERT INTO re6st_issued VALUES (?, ?, ?, ?, ?)"
                        + " ON CONFLICT (token) DO UPDATE SET key_digest = excluded.key_digest, prefix = excluded.prefix, pem = excluded.pem, date = excluded.date",
                issued.token(),
                issued.keyDigest().toArray(),
                issued.prefix().bits(),
                issued.pem(),
                issued.usedUnixSeconds());
    }

    @Override
    public Optional<CertificateRow> certificate(Prefix prefix) {
        return connection.first(
                row -> new CertificateRow(
                        prefix, row.getString(1), row.getLong(2), optionalLong(row, 3), row.getLong(4)),
                "SELECT cert, serial, subject_serial, not_after FROM re6st_certificate JOIN cert USING (prefix)"
                        + " WHERE prefix = ?",
                prefix.bits());
    }

    @Override
    public List<NodeRow> nodes() {
        return connection.list(
                row -> new NodeRow(
                        prefix(row),
                        Optional.ofNullable(row.getString(2)),
                        row.getLong(3),
                        optionalLong(row, 4),
                        row.getLong(5),
                        row.getBoolean(6)),
                "SELECT prefix, email, re6st_certificate.serial, subject_serial, not_after, crl.serial IS NOT NULL"
                        + " FROM re6st_certificate JOIN cert USING (prefix)"
                        + " LEFT JOIN crl ON crl.serial = re6st_certificate.serial ORDER BY prefix");
    }

    @Override
    public Optional<Prefix> prefixOfSerial(long serial) {
        return connection.first(SqlTx::prefix, "SELECT prefix FROM re6st_certificate WHERE serial = ?", serial);
    }

    @Override
    public List<SupersededRow> superseded(Prefix prefix) {
        return connection.list(SqlTx::superseded, SUPERSEDED + "WHERE prefix = ? ORDER BY serial", prefix.bits());
    }

    @Override
    public Optional<SupersededRow> superseded(long serial) {
        return connection.first(SqlTx::superseded, SUPERSEDED + "WHERE serial = ?", serial);
    }

    private static SupersededRow superseded(ResultSet row) throws SQLException {
        return new SupersededRow(row.getLong(2), prefix(row), row.getLong(3));
    }

    @Override
    public void addSuperseded(SupersededRow superseded) {
        connection.run(
                "INSERT INTO re6st_superseded VALUES (?, ?, ?)"
                        + " ON CONFLICT (serial) DO UPDATE SET prefix = excluded.prefix, not_after = excluded.not_after",
                superseded.serial(),
                superseded.prefix().bits(),
                superseded.endUnixSeconds());
    }

    @Override
    public Optional<Prefix> prefixOfEmail(String email) {
        return connection.first(
                SqlTx::prefix,
                "SELECT prefix FROM cert WHERE email = ? AND cert IS NOT NULL ORDER BY rowid LIMIT 1",
                email);
    }

    @Override
    public long lowestFreeSubjectSerial() {
        long start = usedBelow();
        long lowest = connection.scan(
                start,
                (candidate, row) -> row.getLong(1) > candidate ? null : row.getLong(1) + 1,
                "SELECT subject_serial FROM re6st_certificate WHERE subject_serial >= ? ORDER BY subject_serial",
                start);
        if (lowest != start) {
            setUsedBelow(lowest);
        }
        return lowest;
    }

    private long usedBelow() {
        return connection
                .first(row -> row.getLong(1), "SELECT used_below FROM re6st_subject_serial")
                .orElse(0L);
    }

    private void setUsedBelow(long subjectSerial) {
        connection.run("UPDATE re6st_subject_serial SET used_below = ?", subjectSerial);
    }

    @Override
    public List<Long> revokedSerials() {
        return connection.list(row -> row.getLong(1), "SELECT serial FROM crl ORDER BY serial");
    }

    @Override
    public boolean isRevoked(long serial) {
        return connection
                .first(row -> true, "SELECT 1 FROM crl WHERE serial = ?", serial)
                .isPresent();
    }

    @Override
    public void revoke(long serial, long endUnixSeconds) {
        connection.run("INSERT INTO crl VALUES (?, ?) ON CONFLICT (serial) DO NOTHING", serial, endUnixSeconds);
    }

    @Override
    public void deleteRevokedEndedBy(long unixSeconds) {
        connection.run("DELETE FROM crl WHERE date <= ?", unixSeconds);
        connection.run("DELETE FROM re6st_superseded WHERE not_after <= ?", unixSeconds);
    }

    @Override
    public OptionalLong earliestRevokedEnd() {
        return minimum("SELECT min(date) FROM crl");
    }

    @Override
    public OptionalLong earliestCertificateEnd() {
        return minimum("SELECT min(not_after) FROM re6st_certificate");
    }

    @Override
    public List<Prefix> prefixesEndedBy(long unixSeconds) {
        return connection.list(
                SqlTx::prefix,
                "SELECT prefix FROM re6st_certificate WHERE not_after <= ? ORDER BY prefix",
                unixSeconds);
    }

    @Override
    public Optional<Prefix> longestFreeBlock(Prefix beginning, int maxLength) {
        return connection.first(
                SqlTx::prefix,
                "SELECT prefix FROM cert" + dialect.freeBlocks() + " WHERE cert IS NULL AND length(prefix) <= ?"
                        + " AND prefix >= ? AND prefix < ? ORDER BY length(prefix) DESC, prefix LIMIT 1",
                maxLength,
                beginning.bits(),
                beginning.bits() + '2');
    }

    @Override
    public Optional<Prefix> freeBlockAround(Prefix prefix) {
        return beginnings(prefix, prefix.length() - 1, "SELECT prefix FROM cert WHERE prefix = ? AND cert IS NULL");
    }

    @Override
    public Optional<Prefix> takenBlockAround(Prefix prefix) {
        return beginnings(prefix, prefix.length(), "SELECT prefix FROM cert WHERE prefix = ? AND cert IS NOT NULL");
    }

    private Optional<Prefix> beginnings(Prefix prefix, int maxLength, String sql) {
        String bits = prefix.bits();
        for (int length = maxLength; length >= 0; length--) {
            Optional<Prefix> found = connection.first(SqlTx::prefix, sql, bits.substring(0, length));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    @Override
    public List<Prefix> freeBlocks() {
        return connection.list(SqlTx::prefix, "SELECT prefix FROM cert WHERE cert IS NULL ORDER BY prefix");
    }

    @Override
    public void addBlock(Prefix block) {
        connection.run("INSERT INTO cert (prefix) VALUES (?)", block.bits());
    }

    @Override
    public void renameBlock(Prefix block, Prefix other) {
        connection.run("UPDATE cert SET prefix = ? WHERE prefix = ?", other.bits(), block.bits());
    }

    @Override
    public void deleteBlock(Prefix block) {
        connection.run("DELETE FROM cert WHERE prefix = ? AND cert IS NULL", block.bits());
    }

    @Override
    public void reserveBlock(Prefix block) {
        connection.run("UPDATE cert SET cert = ? WHERE prefix = ?", RESERVED, block.bits());
    }

    @Override
    public void setEmail(Prefix prefix, Optional<String> email) {
        connection.run("UPDATE cert SET email = ? WHERE prefix = ?", email.orElse(null), prefix.bits());
    }

    @Override
    public void storeCertificate(CertificateRow certificate) {
        String bits = certificate.prefix().bits();
        releaseSubjectSerial(bits);
        int changed = connection.run("UPDATE cert SET cert = ? WHERE prefix = ?", certificate.pem(), bits);
        if (changed != 1) {
            throw new StoreFailure("no block " + certificate.prefix());
        }
        indexCertificate(certificate);
    }

    /** Writes what is looked up about a certificate that is in its row. */
    void indexCertificate(CertificateRow certificate) {
        OptionalLong subjectSerial = certificate.subjectSerial();
        connection.run(
                "INSERT INTO re6st_certificate VALUES (?, ?, ?, ?, ?)"
                        + " ON CONFLICT (prefix) DO UPDATE SET serial = excluded.serial, subject_serial = excluded.subject_serial, not_after = excluded.not_after, pem_tail = excluded.pem_tail",
                certificate.prefix().bits(),
                certificate.serial(),
                subjectSerial.isPresent() ? subjectSerial.getAsLong() : null,
                certificate.endUnixSeconds(),
                tail(certificate.pem()));
    }

    /** Forgets what is looked up about the certificate of a block. */
    private void releaseSubjectSerial(String bits) {
        Optional<OptionalLong> released = connection.first(
                row -> optionalLong(row, 1), "SELECT subject_serial FROM re6st_certificate WHERE prefix = ?", bits);
        connection.run("DELETE FROM re6st_certificate WHERE prefix = ?", bits);
        released.ifPresent(serial -> serial.ifPresent(s -> setUsedBelow(Math.min(s, usedBelow()))));
    }

    @Override
    public void freeBlock(Prefix prefix) {
        String bits = prefix.bits();
        releaseSubjectSerial(bits);
        connection.run("UPDATE cert SET email = NULL, cert = NULL WHERE prefix = ?", bits);
        connection.run("DELETE FROM re6st_issued WHERE prefix = ?", bits);
        connection.run("DELETE FROM re6st_superseded WHERE prefix = ?", bits);
        connection.run("DELETE FROM re6st_clash WHERE prefix = ?", bits);
        forgetSessions(bits);
    }

    void forgetSessions(String bits) {
        connection.run("DELETE FROM re6st_session WHERE prefix = ?", bits);
        connection.run("DELETE FROM re6st_replaced WHERE prefix = ?", bits);
    }

    @Override
    public Optional<AuditHead> auditHead() {
        return SqlAudit.head(connection);
    }

    @Override
    public List<AuditRow> auditBefore(long number, int limit) {
        return SqlAudit.before(connection, number, limit);
    }

    @Override
    public List<AuditRow> auditAfter(long number, int limit) {
        return SqlAudit.after(connection, number, limit);
    }

    @Override
    public void appendAudit(AuditRow row, Bytes seal) {
        SqlAudit.append(connection, row, seal);
    }

    @Override
    public ServerSessions sessions(Prefix client) {
        return connection
                .first(
                        row -> {
                            List<Session> sessions = new ArrayList<>();
                            session(row, 1).ifPresent(sessions::add);
                            session(row, 3).ifPresent(sessions::add);
                            return new ServerSessions(sessions);
                        },
                        "SELECT secret, protocol, pending_secret, pending_protocol FROM re6st_session WHERE prefix = ?",
                        client.bits())
                .orElse(ServerSessions.NONE);
    }

    private static Optional<Session> session(ResultSet row, int column) throws SQLException {
        byte[] secret = row.getBytes(column);
        if (secret == null) {
            return Optional.empty();
        }
        int protocol = row.getInt(column + 1);
        return Secret.of(Bytes.copyOf(secret)).map(s -> new Session(new RpcSession(s), protocol));
    }

    @Override
    public void storeSessions(Prefix client, ServerSessions sessions) {
        List<Session> list = sessions.sessions();
        @Nullable Session pending = list.size() > 1 ? list.get(1) : null;
        connection.run(
                "INSERT INTO re6st_session VALUES (?, ?, ?, ?, ?)"
                        + " ON CONFLICT (prefix) DO UPDATE SET secret = excluded.secret, protocol = excluded.protocol, pending_secret = excluded.pending_secret, pending_protocol = excluded.pending_protocol",
                client.bits(),
                secret(list.get(0)),
                list.get(0).protocol(),
                pending == null ? null : secret(pending),
                pending == null ? null : pending.protocol());
    }

    @Override
    public List<ReplacedSession> replaced(Prefix client) {
        return SqlClashes.replaced(connection, client);
    }

    @Override
    public void addReplaced(ReplacedSession session) {
        SqlClashes.add(connection, session);
    }

    @Override
    public void forgetReplaced(ReplacedSession session) {
        SqlClashes.forget(connection, session);
    }

    @Override
    public Optional<ClashRow> clash(Prefix node) {
        return SqlClashes.clash(connection, node);
    }

    @Override
    public List<ClashRow> clashes(int times, long sinceUnixSeconds) {
        return SqlClashes.clashes(connection, times, sinceUnixSeconds);
    }

    @Override
    public void storeClash(ClashRow clash) {
        SqlClashes.store(connection, clash);
    }

    @Override
    public void forgetClash(Prefix node) {
        SqlClashes.forget(connection, node);
    }

    private static byte[] secret(Session session) {
        return session.state().secret().bytes().toArray();
    }

    private OptionalLong minimum(String sql) {
        return connection.first(row -> optionalLong(row, 1), sql).orElse(OptionalLong.empty());
    }

    private static OptionalLong optionalLong(ResultSet row, int column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
    }

    private static Prefix prefix(ResultSet row) throws SQLException {
        return Prefix.ofBits(row.getString(1));
    }

    private static Bytes bytes(ResultSet row) throws SQLException {
        byte[] value = row.getBytes(1);
        return value == null ? Bytes.EMPTY : Bytes.copyOf(value);
    }
}
