package net.re6st.node.os;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** How the threads beside the loop are made: named, and never what keeps the process alive. */
final class Threads {
    /** Enough for what they do; the default would reserve a megabyte for each. */
    private static final long STACK_BYTES = 256 * 1024L;

    private Threads() {}

    static ThreadFactory named(String name) {
        AtomicInteger number = new AtomicInteger();
        return work -> {
            int n = number.getAndIncrement();
            Thread thread = new Thread(null, work, n == 0 ? name : name + "-" + n, STACK_BYTES);
            thread.setDaemon(true);
            return thread;
        };
    }
}
