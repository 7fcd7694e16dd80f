package net.re6st.registry.core;

import java.util.Optional;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;
import net.re6st.registry.port.RegistryStore;
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

    /** A check of a call's MAC. */
    record Check(boolean hasSession, Optional<ServerSessions.Authenticated> call) {}

    /** Checks the MAC of a call; if it is right, its secret is used up. */
    Check use(Prefix client, String target, Bytes mac) {
        return store.sessions(tx -> {
            ServerSessions sessions = tx.sessions(client);
            Optional<ServerSessions.Authenticated> call = sessions.authenticate(target, mac);
            call.ifPresent(authenticated -> tx.storeSessions(client, authenticated.remaining()));
            return new Check(!sessions.sessions().isEmpty(), call);
        });
    }
}
