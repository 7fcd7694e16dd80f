package net.re6st.registry.os;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.re6st.net.Prefix;
import net.re6st.registry.port.Offer;
import net.re6st.registry.port.ReplacedSession;
import net.re6st.registry.port.SessionTx;
import net.re6st.rpc.ServerSessions;

/**
 * The secrets that were offered and not used yet, in memory: what becomes of them is one more {@code hello} at worst, while a
 * row for each would be a third of what a {@code hello} costs, and anybody may say it. Any thread.
 */
final class OfferedSessions {
    /*
     * Of the offers to a client the first and the last one count, if there is no session in use, else the last one
     * (ServerSessions.hello). Both are kept and applied to the row when a call comes: the result is the same as if each had
     * been written at its time.
     *
     * An offer counts as long as the certificate that it was made for is the client's: another process may revoke it and give
     * the prefix to somebody else.
     */
    private static final int TAIL_LENGTH = 80;

    private final Map<Prefix, Offers> waiting;

    OfferedSessions(int maxClients) {
        waiting = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Prefix, Offers> eldest) {
                return size() > maxClients;
            }
        };
    }

    /** The offers to one client; {@code tail}: of the certificate, contains the end of its signature. */
    private record Offers(String tail, Offer first, Offer last) {
        ServerSessions on(ServerSessions used) {
            ServerSessions sessions = used.hello(first.secret(), first.protocol());
            return last.equals(first) ? sessions : sessions.hello(last.secret(), last.protocol());
        }
    }

    private static String tail(String pem) {
        return pem.substring(Math.max(0, pem.length() - TAIL_LENGTH));
    }

    synchronized void add(Offer offer) {
        String tail = tail(offer.certificate());
        // Only the end of the certificate is worth the memory.
        Offer kept = new Offer(offer.client(), "", offer.secret(), offer.protocol());
        Offers before = waiting.get(offer.client());
        waiting.put(
                offer.client(),
                before != null && before.tail.equals(tail)
                        ? new Offers(tail, before.first, kept)
                        : new Offers(tail, kept, kept));
    }

    private synchronized Optional<Offers> of(Prefix client) {
        return Optional.ofNullable(waiting.get(client));
    }

    private synchronized void remove(Prefix client, Offers offers) {
        // Unless there was another one meanwhile: that may be used later.
        waiting.remove(client, offers);
    }

    /** The sessions of the database and those offered, together. */
    SessionTx with(SqliteTx tx) {
        return new SessionTx() {
            private Optional<Offers> applied = Optional.empty();

            @Override
            public ServerSessions sessions(Prefix client) {
                ServerSessions used = tx.sessions(client);
                applied = of(client).filter(offers -> {
                    boolean valid = tx.certificate(client)
                            .filter(row -> tail(row.pem()).equals(offers.tail))
                            .isPresent();
                    if (!valid) {
                        remove(client, offers);
                    }
                    return valid;
                });
                return applied.map(offers -> offers.on(used)).orElse(used);
            }

            @Override
            public void storeSessions(Prefix client, ServerSessions sessions) {
                tx.storeSessions(client, sessions);
                applied.ifPresent(offers -> remove(client, offers));
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
        };
    }
}
