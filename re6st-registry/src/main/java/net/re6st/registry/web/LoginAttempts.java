package net.re6st.registry.web;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import net.re6st.net.Moment;

/**
 * Decides whether another password may be tried: five wrong ones per address, and fifty in all, in a quarter of an hour.
 * Any thread.
 */
final class LoginAttempts {
    static final Duration WINDOW = Duration.ofMinutes(15);
    static final int PER_ADDRESS = 5;
    static final int IN_ALL = 50;

    private final Map<String, Deque<Long>> failures = new HashMap<>();

    /** How long to wait before the next try; zero if it may be made. */
    synchronized Duration pause(String address, Moment now) {
        forget(now);
        Deque<Long> own = failures.getOrDefault(address, new ArrayDeque<>());
        int all = failures.values().stream().mapToInt(Deque::size).sum();
        long oldest;
        if (own.size() >= PER_ADDRESS) {
            oldest = own.getFirst();
        } else if (all >= IN_ALL) {
            oldest = failures.values().stream().mapToLong(Deque::getFirst).min().orElseThrow();
        } else {
            return Duration.ZERO;
        }
        return WINDOW.minusNanos(now.monotonicNanos() - oldest);
    }

    synchronized void failed(String address, Moment now) {
        failures.computeIfAbsent(address, a -> new ArrayDeque<>()).addLast(now.monotonicNanos());
    }

    synchronized void succeeded(String address) {
        failures.remove(address);
    }

    private void forget(Moment now) {
        Iterator<Deque<Long>> each = failures.values().iterator();
        while (each.hasNext()) {
            Deque<Long> times = each.next();
            times.removeIf(time -> now.monotonicNanos() - time >= WINDOW.toNanos());
            if (times.isEmpty()) {
                each.remove();
            }
        }
    }
}
