package net.re6st.net;

import java.time.Duration;
import java.time.Instant;

/**
 * One reading of both clocks. Timers use the monotonic one, in nanoseconds since an arbitrary start; dates of certificates
 * and secrets use the wall clock, in microseconds since 1970, which may step.
 */
public record Moment(long monotonicNanos, long wallMicros) {
    /** Both readings; {@code wall} is cut to microseconds. */
    public static Moment of(long monotonicNanos, Instant wall) {
        return new Moment(monotonicNanos, microsOf(wall));
    }

    /** A time of the wall clock, as dates of certificates are compared with it. */
    public static long microsOf(Instant wall) {
        return wall.getEpochSecond() * 1_000_000L + wall.getNano() / 1_000;
    }

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
