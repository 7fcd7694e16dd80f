package net.re6st.registry.core;

import java.util.Optional;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;
import net.re6st.registry.port.RegistryStore;
import net.re6st.registry.port.ReplacedSession;
import net.re6st.registry.port.SessionTx;
import net.re6st.rpc.ServerSessions;

/**
 * Moves the clients' sessions on in the database, one short transaction per step and apart from that of the call: a secret
 * is used up whatever becomes of the call.
 */
final class Sessions {
    private final RegistryStore store;

    Sessions(RegistryStore store) {
        this.store = store;
    }

    /**
     * A check of a call's MAC.
     *
     * @param late the session it is of, if that is one that another took the place of
     */
    record Check(boolean hasSession, Optional<ServerSessions.Authenticated> call, Optional<ReplacedSession> late) {}

    /** From where a call comes, and when. */
    record Origin(String address, long unixSeconds) {}

    /** Checks the MAC of a call; if it is right, its secret is used up. */
    Check use(Prefix client, String target, Bytes mac, Origin origin) {
        return store.sessions(tx -> {
            ServerSessions sessions = tx.sessions(client);
            Optional<ServerSessions.Authenticated> call = sessions.authenticate(target, mac);
            if (call.isEmpty()) {
                return new Check(!sessions.sessions().isEmpty(), call, late(tx, client, target, mac));
            }
            tx.storeSessions(client, call.get().remaining());
            call.get()
                    .replaced()
                    .ifPresent(state ->
                            tx.addReplaced(new ReplacedSession(client, state, origin.unixSeconds(), origin.address())));
            return new Check(true, call, Optional.empty());
        });
    }

    private static Optional<ReplacedSession> late(SessionTx tx, Prefix client, String target, Bytes mac) {
        Optional<ReplacedSession> late = tx.replaced(client).stream()
                .filter(session -> session.state().verify(target, mac))
                .findFirst();
        late.ifPresent(tx::forgetReplaced);
        return late;
    }
}
