package net.re6st.registry.port;

import java.util.List;
import net.re6st.net.Prefix;
import net.re6st.rpc.ServerSessions;

/** One change of the sessions of authenticated calls. */
public interface SessionTx {
    int MAX_REPLACED = 4;

    /** The sessions of a client; none if it never said {@code hello}. */
    ServerSessions sessions(Prefix client);

    void storeSessions(Prefix client, ServerSessions sessions);

    /** The client's sessions that were replaced last, at most {@link #MAX_REPLACED}. */
    List<ReplacedSession> replaced(Prefix client);

    void addReplaced(ReplacedSession session);

    void forgetReplaced(ReplacedSession session);
}
