package net.re6st.registry.port;

import net.re6st.net.Prefix;
import net.re6st.rpc.ServerSessions;

/** One change of the sessions of authenticated calls. */
public interface SessionTx {
    /** The sessions of a client; none if it never said {@code hello}. */
    ServerSessions sessions(Prefix client);

    void storeSessions(Prefix client, ServerSessions sessions);
}
