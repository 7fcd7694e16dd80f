package net.re6st.registry.web;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import net.re6st.net.Bytes;
import net.re6st.net.Moment;

/**
 * Who is logged in. Decides how long that lasts: until half an hour without a request, twelve hours in all, a log-out, or a
 * restart of the registry. Any thread.
 *
 * <p>Kept in memory on purpose: a copy of the database lets nobody in, and what a restart costs is one more login.
 */
final class LoginSessions {
    static final Duration IDLE = Duration.ofMinutes(30);
    static final Duration LONGEST = Duration.ofHours(12);

    private static final int MAX_SESSIONS = 100;
    private static final int SECRET_BYTES = 32;

    private final RandomGenerator secure;

    /** By the digest of the secret in the cookie: looking one up tells nothing about how much of it was right. */
    private final Map<Bytes, Session> sessions = new LinkedHashMap<>();

    LoginSessions(RandomGenerator secure) {
        this.secure = secure;
    }

    /** Somebody who is logged in: {@code formToken} is in each form that we give to them. */
    record Session(String login, Bytes formToken, long beganNanos, long usedNanos) {
        private boolean isOver(long now) {
            return now - usedNanos >= IDLE.toNanos() || now - beganNanos >= LONGEST.toNanos();
        }
    }

    /** Begins a session; the text for the cookie. */
    synchronized String begin(String login, Moment now) {
        long nanos = now.monotonicNanos();
        sessions.values().removeIf(session -> session.isOver(nanos));
        while (sessions.size() >= MAX_SESSIONS) {
            sessions.remove(sessions.keySet().iterator().next());
        }
        Bytes secret = random();
        sessions.put(Digests.sha256(secret.toHex()), new Session(login, random(), nanos, nanos));
        return secret.toHex();
    }

    /** The session that a cookie's text belongs to; using it keeps it alive. */
    synchronized Optional<Session> use(String text, Moment now) {
        Bytes key = Digests.sha256(text);
        Session session = sessions.remove(key);
        if (session == null || session.isOver(now.monotonicNanos())) {
            return Optional.empty();
        }
        Session used = new Session(session.login, session.formToken, session.beganNanos, now.monotonicNanos());
        sessions.put(key, used);
        return Optional.of(used);
    }

    synchronized void end(String text) {
        sessions.remove(Digests.sha256(text));
    }

    /** Ends all: what the password was changed for. */
    synchronized void endAll() {
        sessions.clear();
    }

    private Bytes random() {
        byte[] bytes = new byte[SECRET_BYTES];
        secure.nextBytes(bytes);
        return Bytes.copyOf(bytes);
    }
}
