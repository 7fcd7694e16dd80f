package net.re6st.registry.os;

import java.util.Optional;
import net.re6st.net.Prefix;
import net.re6st.registry.port.Offer;
import net.re6st.rpc.ServerSessions;

/** Where secrets that were offered wait until they are used. */
interface OfferTable {
    /** Those offered to a client. */
    Optional<Offers> of(Prefix client);

    /** Forgets them, unless there was another one meanwhile: that may be used later. */
    void remove(Prefix client, Offers offers);

    /**
     * The offers to one client.
     *
     * @param tail of the certificate for which they were made, contains the end of its signature
     */
    record Offers(String tail, Offer first, Offer last) {
        static Offers of(Offer only) {
            // Only the end of the certificate is worth the memory.
            Offer kept = new Offer(only.client(), "", only.secret(), only.protocol());
            return new Offers(SqlTx.tail(only.certificate()), kept, kept);
        }

        ServerSessions on(ServerSessions used) {
            ServerSessions sessions = used.hello(first.secret(), first.protocol());
            return last.equals(first) ? sessions : sessions.hello(last.secret(), last.protocol());
        }
    }
}
