package net.re6st.core;

import net.re6st.net.Moment;

/** Decides how often something may happen: so often at once, and so often per second in the long run. */
final class TokenBucket {
    private final int burst;
    private final double perSecond;
    private double tokens;
    private long lastNanos = Long.MIN_VALUE;

    TokenBucket(int burst, double perSecond) {
        this.burst = burst;
        this.perSecond = perSecond;
        this.tokens = burst;
    }

    boolean take(Moment now) {
        if (lastNanos != Long.MIN_VALUE) {
            tokens = Math.min(burst, tokens + (now.monotonicNanos() - lastNanos) * perSecond / 1e9);
        }
        lastNanos = now.monotonicNanos();
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }
}
