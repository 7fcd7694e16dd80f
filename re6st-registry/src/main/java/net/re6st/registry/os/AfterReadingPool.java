package net.re6st.registry.os;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Threads that take up what a connection gives them when that connection has stopped reading, not before. */
class AfterReadingPool extends QueuedThreadPool {
    /*
     * Jetty 12.1 answers a malformed request in another thread, while the one that read it is still at work on the connection.
     * When the answer is out first, a third thread reads on: now two have the connection's buffer, and both may give it back.
     * From then on it belongs to two connections: requests of other clients get lost or are called malformed, and answers lose
     * their head. Whoever can reach the registry can bring that about.
     */
    private static final Logger LOG = LoggerFactory.getLogger(AfterReadingPool.class);

    private static final ThreadLocal<@Nullable List<Runnable>> HELD = new ThreadLocal<>();

    AfterReadingPool(int maxThreads, int minThreads) {
        super(maxThreads, minThreads);
    }

    /** Reads from a connection in this thread; what that gives to other threads waits until it is done. */
    void whileReading(Runnable reading) {
        if (HELD.get() != null) {
            reading.run();
            return;
        }
        List<Runnable> tasks = new ArrayList<>();
        HELD.set(tasks);
        try {
            reading.run();
        } finally {
            HELD.remove();
            tasks.forEach(this::begin);
        }
    }

    private void begin(Runnable task) {
        try {
            super.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("stopping: {}", e.getMessage());
        }
    }

    @Override
    public void execute(Runnable task) {
        List<Runnable> tasks = HELD.get();
        if (tasks == null) {
            super.execute(task);
        } else {
            tasks.add(task);
        }
    }

    @Override
    public boolean tryExecute(Runnable task) {
        List<Runnable> tasks = HELD.get();
        return tasks == null ? super.tryExecute(task) : tasks.add(task);
    }
}
