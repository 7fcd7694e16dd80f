package net.re6st.testing;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Runs a property once per seed and names the seed when it fails.
 *
 * <p>{@code -Dre6st.seed=N} runs that seed alone; {@code -Dre6st.seeds=N} multiplies every count by N for long runs.
 */
public final class Seeds {
    private Seeds() {}

    /** A property of a random input. */
    @FunctionalInterface
    public interface Property {
        void check(long seed, RandomGenerator random) throws Exception;
    }

    /** Checks the property with {@code count} seeds, the same at each run. */
    public static void forEach(int count, Property property) {
        Long only = Long.getLong("re6st.seed");
        if (only != null) {
            check(only, property);
            return;
        }
        long total = (long) count * Math.max(1, Integer.getInteger("re6st.seeds", 1));
        for (long seed = 0; seed < total; seed++) {
            check(seed, property);
        }
    }

    private static void check(long seed, Property property) {
        try {
            property.check(seed, new SplittableRandom(seed));
        } catch (Exception | Error e) {
            throw new AssertionError("seed " + seed + " (rerun with -Dre6st.seed=" + seed + "): " + e.getMessage(), e);
        }
    }
}
