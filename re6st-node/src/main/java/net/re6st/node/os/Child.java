package net.re6st.node.os;

import java.time.Duration;

/** One process of ours that runs for long, whoever started it. Used from the loop's thread. */
final class Child {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ProcessHandle handle;
    private final long startTicks;
    private final EventLoop loop;
    private boolean terminating;

    Child(ProcessHandle handle, long startTicks, EventLoop loop) {
        this.handle = handle;
        this.startTicks = startTicks;
        this.loop = loop;
    }

    long pid() {
        return handle.pid();
    }

    /** A number that was given to another process meanwhile is not this one. */
    boolean isAlive() {
        return ProcFiles.startTicks(pid()).filter(ticks -> ticks == startTicks).isPresent();
    }

    /** TERM, and KILL if that is ignored for 5 s; returns at once. */
    void terminate() {
        if (!terminating) {
            terminating = true;
            end();
            loop.after(PATIENCE, this::kill);
        }
    }

    /** TERM. */
    void end() {
        if (isAlive()) {
            handle.destroy();
        }
    }

    void kill() {
        if (isAlive()) {
            handle.destroyForcibly();
        }
    }
}
