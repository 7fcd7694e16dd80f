package net.re6st.lab;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting for a condition: owns how often it is looked at, and what is said when it does not come in time. */
public final class Await {
    private static final Duration PAUSE = Duration.ofMillis(50);

    private Await() {}

    public static void until(String what, Duration limit, BooleanSupplier condition) {
        until(what, limit, condition, () -> "");
    }

    /** Same; {@code details} describes the state found when the limit is over. */
    public static void until(String what, Duration limit, BooleanSupplier condition, Supplier<String> details) {
        found(what, limit, () -> condition.getAsBoolean() ? Optional.of(true) : Optional.empty(), details);
    }

    public static <T> T found(String what, Duration limit, Supplier<Optional<T>> search, Supplier<String> details) {
        long start = System.nanoTime();
        while (true) {
            Optional<T> result = search.get();
            if (result.isPresent()) {
                return result.get();
            }
            if (System.nanoTime() - start > limit.toNanos()) {
                String state = details.get();
                throw new LabException("waited %d s in vain: %s%s"
                        .formatted(limit.toSeconds(), what, state.isEmpty() ? "" : "; " + state));
            }
            LockSupport.parkNanos(PAUSE.toNanos());
            if (Thread.currentThread().isInterrupted()) {
                throw new LabException("interrupted while waiting: " + what);
            }
        }
    }
}
