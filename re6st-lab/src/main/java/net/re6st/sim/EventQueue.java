package net.re6st.sim;

import java.time.Duration;
import java.util.PriorityQueue;
import net.re6st.net.Moment;

/** Everything that will happen, in order, and the simulated clock. Events of the same moment happen in the order of posting. */
final class EventQueue {
    private static final Moment EPOCH = new Moment(0, 1_800_000_000_000_000L);

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private Moment now = EPOCH;
    private long posted;
    private long done;

    private record Event(long nanos, long number, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int order = Long.compare(nanos, other.nanos);
            return order != 0 ? order : Long.compare(number, other.number);
        }
    }

    Moment now() {
        return now;
    }

    /** Since the begin of the simulation. */
    Duration elapsed() {
        return Duration.ofNanos(now.monotonicNanos());
    }

    /** How many events wait. */
    int size() {
        return events.size();
    }

    long eventCount() {
        return done;
    }

    void post(Duration delay, Runnable action) {
        postAt(now.monotonicNanos() + Math.max(0, delay.toNanos()), action);
    }

    void postAt(long nanos, Runnable action) {
        events.add(new Event(Math.max(nanos, now.monotonicNanos()), posted++, action));
    }

    /** Lets happen what is due within {@code duration}, and moves the clock to its end. */
    void run(Duration duration) {
        long end = now.monotonicNanos() + duration.toNanos();
        for (Event next = events.peek(); next != null && next.nanos() <= end; next = events.peek()) {
            events.remove();
            now = EPOCH.plus(Duration.ofNanos(next.nanos()));
            done++;
            next.action().run();
        }
        now = EPOCH.plus(Duration.ofNanos(end));
    }
}
