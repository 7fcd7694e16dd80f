package net.re6st.registry.os;

import java.time.Duration;

/**
 * How long a server has not answered, and what that means for calls: for {@link #PATIENCE} after it was lost they wait for it,
 * later ones fail at once, but for one now and then that tries. Any thread; nanoseconds are those of one monotonic clock.
 */
final class Outage {
    /*
     * The wait is counted from the loss, not from the beginning of each call: there are fewer threads than clients, and who
     * stood behind a row of waiting calls would wait for as long as all of them together.
     */
    static final Duration PATIENCE = Duration.ofSeconds(5);
    static final Duration PROBING = Duration.ofMillis(500);

    private boolean lost;
    private long lostNanos;
    private long probedNanos;

    /** The server did not answer; whether that is new. */
    synchronized boolean failed(long nowNanos) {
        if (lost) {
            return false;
        }
        lost = true;
        lostNanos = nowNanos;
        probedNanos = nowNanos;
        return true;
    }

    /** The server answered; whether it had been lost. */
    synchronized boolean worked() {
        boolean before = lost;
        lost = false;
        return before;
    }

    /** Whether it makes sense to try. */
    synchronized boolean mayTry(long nowNanos) {
        if (!lost || nowNanos - lostNanos <= PATIENCE.toNanos()) {
            return true;
        }
        if (nowNanos - probedNanos < PROBING.toNanos()) {
            return false;
        }
        probedNanos = nowNanos;
        return true;
    }

    /** Whether a call that began then must give up. */
    synchronized boolean isTooLate(long begunNanos, long nowNanos) {
        long since = lost && lostNanos - begunNanos < 0 ? lostNanos : begunNanos;
        return nowNanos - since >= PATIENCE.toNanos();
    }
}
