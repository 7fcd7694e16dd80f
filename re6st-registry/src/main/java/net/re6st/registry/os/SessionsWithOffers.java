package net.re6st.registry.os;

import java.util.List;
import java.util.Optional;
import net.re6st.net.Prefix;
import net.re6st.registry.port.ReplacedSession;
import net.re6st.registry.port.SessionTx;
import net.re6st.rpc.ServerSessions;

/** One change of the sessions of the database and of those offered, together. */
final class SessionsWithOffers implements SessionTx {
    /*
     * Of the offers to a client the first and the last one count, if there is no session in use, else the last one
     * (ServerSessions.hello). Both are kept and applied to the row when a call comes: the result is the same as if each had
     * been written at its time.
     *
     * An offer counts as long as the certificate that it was made for is the client's: another process may revoke it and give
     * the prefix to somebody else.
     */
    private final SqlTx tx;
    private final OfferTable offered;
    private Optional<OfferTable.Offers> applied = Optional.empty();

    SessionsWithOffers(SqlTx tx, OfferTable offered) {
        this.tx = tx;
        this.offered = offered;
    }

    @Override
    public ServerSessions sessions(Prefix client) {
        ServerSessions used = tx.sessions(client);
        applied = offered.of(client).filter(offers -> {
            boolean valid = tx.certificate(client)
                    .filter(row -> SqlTx.tail(row.pem()).equals(offers.tail()))
                    .isPresent();
            if (!valid) {
                offered.remove(client, offers);
            }
            return valid;
        });
        return applied.map(offers -> offers.on(used)).orElse(used);
    }

    @Override
    public void storeSessions(Prefix client, ServerSessions sessions) {
        tx.storeSessions(client, sessions);
        applied.ifPresent(offers -> offered.remove(client, offers));
    }

    @Override
    public List<ReplacedSession> replaced(Prefix client) {
        return tx.replaced(client);
    }

    @Override
    public void addReplaced(ReplacedSession session) {
        tx.addReplaced(session);
    }

    @Override
    public void forgetReplaced(ReplacedSession session) {
        tx.forgetReplaced(session);
    }
}
