package net.re6st.registry.os;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import net.re6st.net.Prefix;
import net.re6st.registry.port.Offer;
import net.re6st.registry.port.SessionTx;

/**
 * The secrets that were offered and not used yet, in memory: what becomes of them is one more {@code hello} at worst, while a
 * row for each would be a third of what a {@code hello} costs, and anybody may say it. Any thread.
 */
final class OfferedSessions implements OfferTable {
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

    synchronized void add(Offer offer) {
        Offers only = Offers.of(offer);
        Offers before = waiting.get(offer.client());
        waiting.put(
                offer.client(),
                before != null && before.tail().equals(only.tail())
                        ? new Offers(only.tail(), before.first(), only.last())
                        : only);
    }

    @Override
    public synchronized Optional<Offers> of(Prefix client) {
        return Optional.ofNullable(waiting.get(client));
    }

    @Override
    public synchronized void remove(Prefix client, Offers offers) {
        waiting.remove(client, offers);
    }

    /** The sessions of the database and those offered, together. */
    SessionTx with(SqlTx tx) {
        return new SessionsWithOffers(tx, this);
    }
}
