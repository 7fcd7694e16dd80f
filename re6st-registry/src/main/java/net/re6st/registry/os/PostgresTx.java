package net.re6st.registry.os;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import net.re6st.crypto.Secret;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;
import net.re6st.registry.port.Offer;
import net.re6st.rpc.ServerSessions;

/** The statements for PostgreSQL: those of all databases, the locks that processes share, and the secrets offered. */
final class PostgresTx extends SqlTx implements OfferTable {
    /*
     * Advisory locks end with the transaction that took them, after its changes are visible, whatever becomes of its process.
     * One for all changes of the registry; one for each client's sessions, which move on in any process at any time. Who
     * holds the first may take the others, never the reverse, so that nobody waits in a circle.
     */
    private static final String LOCK_ALL = "SELECT pg_advisory_xact_lock(1379219763, 0)";

    private static final String LOCK_CLIENT = "SELECT pg_advisory_xact_lock(1379219764, hashtext(?))";

    PostgresTx(SqlConnection connection) {
        super(connection);
    }

    /** Waits for its turn to change the registry. */
    void lockAll() {
        connection().run(LOCK_ALL);
    }

    private void lock(String bits) {
        connection().run(LOCK_CLIENT, bits);
    }

    @Override
    public ServerSessions sessions(Prefix client) {
        // A statement of its own: what the next one sees is the state after the lock was had.
        lock(client.bits());
        return super.sessions(client);
    }

    @Override
    void forgetSessions(String bits) {
        // A call under way would write its session again afterwards.
        lock(bits);
        super.forgetSessions(bits);
        connection().run("DELETE FROM re6st_offer WHERE prefix = ?", bits);
    }

    void add(Offer offer) {
        connection()
                .run(
                        "INSERT INTO re6st_offer AS offer VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (prefix) DO UPDATE SET"
                                + " first_secret = CASE WHEN offer.pem_tail = excluded.pem_tail"
                                + " THEN offer.first_secret ELSE excluded.first_secret END,"
                                + " first_protocol = CASE WHEN offer.pem_tail = excluded.pem_tail"
                                + " THEN offer.first_protocol ELSE excluded.first_protocol END,"
                                + " pem_tail = excluded.pem_tail, last_secret = excluded.last_secret,"
                                + " last_protocol = excluded.last_protocol",
                        offer.client().bits(),
                        tail(offer.certificate()),
                        secret(offer),
                        offer.protocol(),
                        secret(offer),
                        offer.protocol());
    }

    private static byte[] secret(Offer offer) {
        return offer.secret().bytes().toArray();
    }

    @Override
    public Optional<Offers> of(Prefix client) {
        return connection()
                .first(
                        row -> new Offers(row.getString(1), offer(client, row, 2), offer(client, row, 4)),
                        "SELECT pem_tail, first_secret, first_protocol, last_secret, last_protocol FROM re6st_offer"
                                + " WHERE prefix = ?",
                        client.bits());
    }

    /** The secret in a column, and the protocol in the next. */
    private static Offer offer(Prefix client, ResultSet row, int column) throws SQLException {
        Secret secret = Secret.of(Bytes.copyOf(row.getBytes(column)))
                .orElseThrow(() -> new StoreFailure("re6st_offer holds no secret"));
        return new Offer(client, "", secret, row.getInt(column + 1));
    }

    @Override
    public void remove(Prefix client, Offers offers) {
        connection()
                .run(
                        "DELETE FROM re6st_offer WHERE prefix = ? AND pem_tail = ? AND first_secret = ?"
                                + " AND last_secret = ?",
                        client.bits(),
                        offers.tail(),
                        secret(offers.first()),
                        secret(offers.last()));
    }
}
