package net.re6st.node.os;

import java.util.ArrayList;
import java.util.List;

/**
 * How long things had to wait for the loop: how late each timer was, and how long each round kept what came meanwhile
 * waiting. Loop's thread only.
 */
public final class LoopDelays {
    private static final double[] BOUNDS_SECONDS = {
        0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5
    };

    private final long[] counts = new long[BOUNDS_SECONDS.length + 1];
    private long count;
    private long sumNanos;
    private long maxNanos;

    /**
     * The delays since the start.
     *
     * @param upTo how many were at most so long, growing; the last bound has all but those that exceed every bound
     */
    public record Summary(long count, double sumSeconds, double maxSeconds, List<Bucket> upTo) {
        public Summary {
            upTo = List.copyOf(upTo);
        }

        /** The smallest bound that this share of the delays kept; the longest delay if none did. */
        public double quantileSeconds(double share) {
            return upTo.stream()
                    .filter(bucket -> bucket.count() >= share * count)
                    .mapToDouble(Bucket::boundSeconds)
                    .findFirst()
                    .orElse(maxSeconds);
        }
    }

    /** How many delays were no longer than the bound. */
    public record Bucket(double boundSeconds, long count) {}

    void add(long nanos) {
        int bucket = 0;
        while (bucket < BOUNDS_SECONDS.length && nanos > BOUNDS_SECONDS[bucket] * 1e9) {
            bucket++;
        }
        counts[bucket]++;
        count++;
        sumNanos += nanos;
        maxNanos = Math.max(maxNanos, nanos);
    }

    Summary summary() {
        List<Bucket> upTo = new ArrayList<>();
        long total = 0;
        for (int i = 0; i < BOUNDS_SECONDS.length; i++) {
            total += counts[i];
            upTo.add(new Bucket(BOUNDS_SECONDS[i], total));
        }
        return new Summary(count, sumNanos / 1e9, maxNanos / 1e9, upTo);
    }
}
