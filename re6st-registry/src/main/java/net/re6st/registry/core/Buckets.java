package net.re6st.registry.core;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import net.re6st.net.Moment;

/**
 * How often something may be done by each of many: a bucket for each key, which holds {@code burst} and is refilled one by
 * one. When there are too many keys, the one not used for longest is forgotten, and has a full bucket again. One thread.
 */
final class Buckets<K> {
    /*
     * A bucket is one number: the moment when it will be full (generic cell rate algorithm). Taking one puts that moment off
     * by an interval; it must not be further away than the whole burst takes to refill.
     */
    private final long intervalNanos;
    private final long windowNanos;
    private final Map<K, Long> fullNanos;

    Buckets(int burst, Duration interval, int maxKeys) {
        this.intervalNanos = interval.toNanos();
        this.windowNanos = Math.multiplyExact(intervalNanos, burst);
        this.fullNanos = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, Long> eldest) {
                return size() > maxKeys;
            }
        };
    }

    /** How long until one can be taken; empty if it can be now. */
    Optional<Duration> wait(K key, Moment now) {
        long excess = untilFull(key, now) + intervalNanos - windowNanos;
        return excess <= 0 ? Optional.empty() : Optional.of(Duration.ofNanos(excess));
    }

    /** Takes one, even if there is none: the next one comes later then, within twice the burst. */
    void take(K key, Moment now) {
        long untilFull = Math.min(untilFull(key, now) + intervalNanos, 2 * windowNanos);
        fullNanos.put(key, now.monotonicNanos() + untilFull);
    }

    /** Puts one back that was taken. */
    void giveBack(K key, Moment now) {
        long untilFull = untilFull(key, now) - intervalNanos;
        if (untilFull > 0) {
            fullNanos.put(key, now.monotonicNanos() + untilFull);
        } else {
            fullNanos.remove(key);
        }
    }

    private long untilFull(K key, Moment now) {
        Long full = fullNanos.get(key);
        return full == null ? 0 : Math.max(0, full - now.monotonicNanos());
    }

    int size() {
        return fullNanos.size();
    }
}
