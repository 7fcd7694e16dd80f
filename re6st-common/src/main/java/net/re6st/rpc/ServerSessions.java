package net.re6st.rpc;

import java.util.List;
import java.util.Optional;
import net.re6st.crypto.Secret;
import net.re6st.net.Bytes;

/**
 * What the registry remembers of one client: at most two sessions, the one last used and that of the last {@code hello}.
 * Using either forgets the other, so that nobody can break a running session by saying {@code hello} in its name. Immutable.
 */
public record ServerSessions(List<Session> sessions) {
    public static final ServerSessions NONE = new ServerSessions(List.of());
    private static final int MAX = 2;

    public ServerSessions {
        sessions = List.copyOf(sessions);
        if (sessions.size() > MAX) {
            throw new IllegalArgumentException(sessions.size() + " sessions > " + MAX);
        }
    }

    /** A session and the protocol number that its {@code hello} gave. */
    public record Session(RpcSession state, int protocol) {}

    /**
     * A request that was authenticated.
     *
     * @param session signs the answer
     * @param remaining what to remember from here on, whatever becomes of the call
     * @param replaced the session that was in use before, if this is another one. One program never comes back to it.
     */
    public record Authenticated(
            RpcSession session, int protocol, ServerSessions remaining, Optional<RpcSession> replaced) {}

    /** After a {@code hello}. The first one takes the place of the session in use; later ones replace each other. */
    public ServerSessions hello(Secret secret, int protocol) {
        Session added = new Session(new RpcSession(secret), protocol);
        return new ServerSessions(sessions.isEmpty() ? List.of(added) : List.of(sessions.get(0), added));
    }

    /** Finds the session whose secret made {@code mac}. */
    public Optional<Authenticated> authenticate(String target, Bytes mac) {
        for (Session session : sessions) {
            if (session.state.verify(target, mac)) {
                Session next = new Session(session.state.next(), session.protocol);
                RpcSession inUse = sessions.get(0).state;
                return Optional.of(new Authenticated(
                        session.state,
                        session.protocol,
                        new ServerSessions(List.of(next)),
                        Optional.of(inUse).filter(state -> !state.equals(session.state))));
            }
        }
        return Optional.empty();
    }
}
