package net.re6st.node.os;

import java.time.Duration;

/** One process of ours that runs for long. Used from the loop's thread. */
final class Child {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Process process;
    private final EventLoop loop;
    private boolean terminating;

    Child(Process process, EventLoop loop) {
        this.process = process;
        this.loop = loop;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** TERM, and KILL if that is ignored for 5 s; returns at once. */
    void terminate() {
        if (!terminating) {
            terminating = true;
            process.destroy();
            loop.after(PATIENCE, process::destroyForcibly);
        }
    }

    void kill() {
        process.destroyForcibly();
    }

    Process process() {
        return process;
    }
}
