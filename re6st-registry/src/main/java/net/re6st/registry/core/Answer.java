package net.re6st.registry.core;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import net.re6st.net.Bytes;

/**
 * The answer to a request: 200 or 204 by whether there is a body, else an error with a reason for people.
 *
 * @param mac authenticates the body, in answers to authenticated calls
 * @param retryAfterSeconds after which time it makes sense to ask again
 */
public record Answer(
        int status, Bytes body, Optional<String> reason, Optional<Bytes> mac, OptionalLong retryAfterSeconds) {
    public static final int OK = 200;
    public static final int NO_CONTENT = 204;
    public static final int BAD_REQUEST = 400;
    public static final int UNAUTHORIZED = 401;
    public static final int FORBIDDEN = 403;
    public static final int NOT_FOUND = 404;
    public static final int CONFLICT = 409;
    public static final int TOO_MANY_REQUESTS = 429;
    public static final int SERVER_ERROR = 500;
    public static final int NOT_IMPLEMENTED = 501;
    public static final int UNAVAILABLE = 503;

    static final Answer EMPTY = of(Bytes.EMPTY);

    static Answer of(Bytes body) {
        return new Answer(
                body.isEmpty() ? NO_CONTENT : OK, body, Optional.empty(), Optional.empty(), OptionalLong.empty());
    }

    static Answer of(String ascii) {
        return of(Bytes.ofLatin1(ascii));
    }

    public static Answer error(int status, String reason) {
        return new Answer(status, Bytes.EMPTY, Optional.of(reason), Optional.empty(), OptionalLong.empty());
    }

    /** 429: the caller has to wait, for whole seconds. */
    public static Answer tooMany(Duration wait) {
        return later(TOO_MANY_REQUESTS, "too many requests", wait);
    }

    /** 503: nobody can be answered for the moment. */
    public static Answer unavailable(Duration wait) {
        return later(UNAVAILABLE, "the database can't be reached, try again", wait);
    }

    private static Answer later(int status, String reason, Duration wait) {
        long seconds = Math.max(1, wait.plusMillis(999).toSeconds());
        return new Answer(status, Bytes.EMPTY, Optional.of(reason), Optional.empty(), OptionalLong.of(seconds));
    }

    boolean isSuccess() {
        return status < 300;
    }

    Answer withMac(Bytes bodyMac) {
        return new Answer(status, body, reason, Optional.of(bodyMac), retryAfterSeconds);
    }
}
