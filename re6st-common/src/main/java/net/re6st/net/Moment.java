package net.re6st.net;

import java.time.Duration;
import java.time.Instant;

/**
 * One reading of both clocks. Timers use the monotonic one, in nanoseconds since an arbitrary start; dates of certificates
 * and secrets use the wall clock, in microseconds since 1970, which may step.
 */
public record Moment(long monotonicNanos, long wallMicros) {
    public Moment plus(Duration duration) {
        return new Moment(monotonicNanos + duration.toNanos(), wallMicros + duration.toNanos() / 1000);
    }

    /** Whether the monotonic clock has reached {@code deadlineNanos}. */
    public boolean hasReached(long deadlineNanos) {
        return monotonicNanos - deadlineNanos >= 0;
    }

    public Instant wall() {
        return Instant.ofEpochSecond(
                Math.floorDiv(wallMicros, 1_000_000L), Math.floorMod(wallMicros, 1_000_000L) * 1000);
    }
}
