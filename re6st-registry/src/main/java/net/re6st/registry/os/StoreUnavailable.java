package net.re6st.registry.os;

import java.time.Duration;

/**
 * The database can't be reached for the moment. A change took place or not: if its end was under way when the connection broke,
 * nobody knows. Whoever asked has to ask again.
 */
public final class StoreUnavailable extends StoreFailure {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    StoreUnavailable(String message) {
        super(message);
    }

    /** After which time it makes sense to ask again. */
    public Duration retryAfter() {
        return RETRY_AFTER;
    }
}
