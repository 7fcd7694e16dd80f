package net.re6st.node.os;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import net.re6st.net.Moment;

/**
 * The one thread that owns the node: it waits for sockets, for what other threads post and for the next deadline, and runs
 * one thing after the other. Whatever takes time is done elsewhere. An exception that nothing inside handles ends
 * {@link #run}: a bug stops the node rather than leaving it half alive.
 */
public final class EventLoop implements AutoCloseable {
    private static final long NO_DEADLINE = Long.MAX_VALUE;

    private final Selector selector;
    private final Queue<Runnable> posted = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private final LoopDelays delays = new LoopDelays();
    private Ticker ticker = new Idle();
    private long timerCount;
    private volatile boolean stopped;

    /** Something with a deadline of its own, which any event may change: the core. */
    public interface Ticker {
        /** On the monotonic clock; {@link Long#MAX_VALUE}: none. */
        long nextDeadlineNanos();

        void onTimer(Moment now);
    }

    /** What is done when a channel is ready. */
    @FunctionalInterface
    interface Handler {
        void ready() throws IOException;
    }

    private record Timer(long nanos, long number, Runnable action) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            int order = Long.compare(nanos - other.nanos, 0);
            return order != 0 ? order : Long.compare(number, other.number);
        }
    }

    private static final class Idle implements Ticker {
        @Override
        public long nextDeadlineNanos() {
            return NO_DEADLINE;
        }

        @Override
        public void onTimer(Moment now) {}
    }

    public EventLoop() throws IOException {
        selector = Selector.open();
    }

    public Moment now() {
        return clock();
    }

    /** This moment, for who has no loop yet. */
    public static Moment clock() {
        return Moment.of(System.nanoTime(), Instant.now());
    }

    /** Runs {@code action} in the loop's thread; may be called from any thread. */
    public void post(Runnable action) {
        posted.add(action);
        selector.wakeup();
    }

    /** Ends {@link #run} with an error of another thread: a bug there stops the node as well. */
    public void fail(Error error) {
        post(() -> {
            throw error;
        });
    }

    /** Runs {@code action} after a delay; only from the loop's thread, or before it runs. */
    public void after(Duration delay, Runnable action) {
        timers.add(new Timer(System.nanoTime() + delay.toNanos(), timerCount++, action));
    }

    /** Whose deadline the loop keeps. */
    public void tick(Ticker whose) {
        ticker = whose;
    }

    /** Calls {@code handler} whenever {@code channel} is ready; a channel that is closed is forgotten. */
    void register(SelectableChannel channel, int operations, Handler handler) throws IOException {
        channel.configureBlocking(false);
        channel.register(selector, operations, handler);
    }

    /** Ends {@link #run} after what is being done; may be called from any thread. */
    public void stop() {
        stopped = true;
        selector.wakeup();
    }

    /** Runs until {@link #stop}; again from the start if called again. */
    public void run() throws IOException {
        stopped = false;
        LoopWatch.ifAsked(Thread.currentThread());
        while (!stopped) {
            select();
            long woken = System.nanoTime();
            for (SelectionKey key : selector.selectedKeys()) {
                if (key.isValid()) {
                    ((Handler) key.attachment()).ready();
                }
            }
            selector.selectedKeys().clear();
            runPosted();
            runTimers();
            Moment now = now();
            long deadline = ticker.nextDeadlineNanos();
            if (deadline != NO_DEADLINE && now.hasReached(deadline)) {
                ticker.onTimer(now);
            }
            delays.add(System.nanoTime() - woken);
        }
    }

    private void select() throws IOException {
        long now = System.nanoTime();
        long wait = Duration.ofHours(1).toNanos();
        Timer first = timers.peek();
        if (first != null) {
            wait = Math.min(wait, first.nanos - now);
        }
        long deadline = ticker.nextDeadlineNanos();
        if (deadline != NO_DEADLINE) {
            wait = Math.min(wait, deadline - now);
        }
        if (!posted.isEmpty() || wait <= 0) {
            selector.selectNow();
        } else {
            // Rounded up: waking early would mean spinning.
            selector.select(wait / 1_000_000 + 1);
        }
    }

    /** What is posted meanwhile waits for the next round, after the sockets. */
    private void runPosted() {
        int count = posted.size();
        for (int i = 0; i < count; i++) {
            Runnable action = posted.poll();
            if (action != null) {
                action.run();
            }
        }
    }

    private void runTimers() {
        long now = System.nanoTime();
        for (Timer timer = timers.peek(); timer != null && timer.nanos - now <= 0; timer = timers.peek()) {
            timers.poll();
            delays.add(now - timer.nanos);
            timer.action.run();
        }
    }

    /** How long things waited for the loop so far; only from its thread. */
    public LoopDelays.Summary delays() {
        return delays.summary();
    }

    @Override
    public void close() throws IOException {
        selector.close();
    }
}
