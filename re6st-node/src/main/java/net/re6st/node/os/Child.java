package net.re6st.node.os;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * One process of ours that runs for long, whoever started it. Used from the loop's thread. A shell ends with all that it
 * started: it does not pass signals on, and what it leaves behind nobody would ever end.
 */
final class Child {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ProcessHandle handle;
    private final long startTicks;
    private final EventLoop loop;
    private final boolean shell;

    /** What the shell had started when it was told to end, by number, with the start. */
    private final Map<Long, Long> below = new TreeMap<>();

    private boolean terminating;

    Child(ProcessHandle handle, long startTicks, EventLoop loop) {
        this(handle, startTicks, loop, false);
    }

    Child(ProcessHandle handle, long startTicks, EventLoop loop, boolean shell) {
        this.handle = handle;
        this.startTicks = startTicks;
        this.loop = loop;
        this.shell = shell;
    }

    long pid() {
        return handle.pid();
    }

    /** A number that was given to another process meanwhile is not this one. */
    boolean isAlive() {
        return isAlive(pid(), startTicks);
    }

    private static boolean isAlive(long pid, long startTicks) {
        return ProcFiles.startTicks(pid).filter(ticks -> ticks == startTicks).isPresent();
    }

    /** Whether it was told to end, and it and all that ends with it did so. */
    boolean isGone() {
        return !isAlive() && below.entrySet().stream().noneMatch(one -> isAlive(one.getKey(), one.getValue()));
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
            if (shell) {
                handle.descendants().map(ProcessHandle::pid).forEach(pid -> ProcFiles.startTicks(pid)
                        .ifPresent(ticks -> below.put(pid, ticks)));
            }
            handle.destroy();
            endBelow(ProcessHandle::destroy);
        }
    }

    void kill() {
        if (isAlive()) {
            handle.destroyForcibly();
        }
        endBelow(ProcessHandle::destroyForcibly);
    }

    private void endBelow(Consumer<ProcessHandle> how) {
        below.forEach((pid, ticks) -> {
            if (isAlive(pid, ticks)) {
                ProcessHandle.of(pid).ifPresent(how);
            }
        });
    }
}
