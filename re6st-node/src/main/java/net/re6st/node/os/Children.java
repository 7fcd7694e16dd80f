package net.re6st.node.os;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All processes of ours that run for long: starts them or takes them over, records each in RUN/state.json before anything else
 * can happen to it, and ends them at exit. Thread-safe.
 */
public final class Children {
    private static final Logger LOG = LoggerFactory.getLogger(Children.class);

    /** How often those that an earlier daemon started are looked at: the kernel tells of the end of a process only its parent. */
    private static final Duration WATCH = Duration.ofMillis(100);

    private static final Duration POLL = Duration.ofMillis(10);

    private final EventLoop loop;
    private final RunRecord record;
    private final Map<Long, Child> alive = new TreeMap<>();
    private final Map<Long, IntConsumer> watched = new TreeMap<>();
    private @Nullable Keeper keeper;
    private @Nullable Keyring keyring;
    private boolean closed;

    public Children(RunRecord record, EventLoop loop) {
        this.record = record;
        this.loop = loop;
    }

    /** From here on it is recorded which certificates there are when a child starts. */
    public synchronized void use(Keyring ours) {
        keyring = ours;
    }

    /** Has them ended if this daemon ends without another that follows; {@code unit}: the service we are, or the empty text. */
    public synchronized void keep(Path run, String unit) {
        try {
            Keeper started = Keeper.start(run, unit);
            keeper = started;
            started.know(record.children());
        } catch (IOException e) {
            LOG.warn("nothing will end OpenVPN and babeld if this daemon is killed: {}", e.getMessage());
        }
    }

    /** The process that will do so; 0: none. */
    synchronized long keeper() {
        return keeper == null ? 0 : keeper.pid();
    }

    /**
     * Starts a process; {@code exited} is called in the loop with its status when it ends. What it prints goes where our own
     * output goes.
     */
    Child start(
            List<String> words,
            Map<String, String> environment,
            @Nullable String iface,
            @Nullable String peer,
            IntConsumer exited)
            throws IOException {
        return start(words, environment, iface, peer, exited, false);
    }

    private Child start(
            List<String> words,
            Map<String, String> environment,
            @Nullable String iface,
            @Nullable String peer,
            IntConsumer exited,
            boolean shell)
            throws IOException {
        String certificates = certificates();
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().putAll(environment);
        // Only we may tell systemd how the service is.
        builder.environment().remove("NOTIFY_SOCKET");
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.redirectOutput(ProcessBuilder.Redirect.INHERIT).redirectError(ProcessBuilder.Redirect.INHERIT);
        Process process = builder.start();
        long pid = process.pid();
        long ticks = ProcFiles.startTicks(pid).orElse(0L);
        Child child = new Child(process.toHandle(), ticks, loop, shell);
        put(child, new RunState.Child(pid, ticks, words, iface, peer).underCertificates(certificates));
        // Not the words: a key may be among them.
        LOG.debug("started {} {}", pid, words.get(0) + (iface == null ? "" : " on " + iface));
        var unused = process.onExit().thenAccept(ended -> ended(pid, exited, ended.exitValue()));
        return child;
    }

    private synchronized String certificates() {
        return keyring == null ? "" : keyring.text();
    }

    /** The same for a process that is no tunnel and that nobody talks to. */
    void start(List<String> words, Map<String, String> environment, IntConsumer exited) throws IOException {
        start(words, environment, null, null, exited);
    }

    /** The same for a command of the user's; what it starts ends with it. */
    public void startShell(String command, Map<String, String> environment, IntConsumer exited) throws IOException {
        start(List.of("/bin/sh", "-c", command), environment, null, null, exited, true);
    }

    /** Takes over a process that an earlier daemon started; its status will not be known: {@code exited} is given -1. */
    Child adopt(RunState.Child found, IntConsumer exited) {
        LOG.info("taking over {} {}", found.words().get(0), found.iface() == null ? found.pid() : found.iface());
        Child child = ProcessHandle.of(found.pid())
                .map(handle -> new Child(handle, found.startTicks(), loop))
                // It ended just now; our own number, with another start, is never alive.
                .orElseGet(() -> new Child(ProcessHandle.current(), -1, loop));
        synchronized (this) {
            if (watched.isEmpty()) {
                Threads.named("watch").newThread(this::watch).start();
            }
            watched.put(found.pid(), exited);
        }
        put(child, found);
        return child;
    }

    private void watch() {
        while (true) {
            Map<Long, IntConsumer> gone = new TreeMap<>();
            synchronized (this) {
                watched.forEach((pid, exited) -> {
                    Child child = alive.get(pid);
                    if (child != null && !child.isAlive()) {
                        gone.put(pid, exited);
                    }
                });
                gone.keySet().forEach(watched::remove);
            }
            gone.forEach((pid, exited) -> ended(pid, exited, -1));
            synchronized (this) {
                if (watched.isEmpty() || closed) {
                    watched.clear();
                    return;
                }
            }
            try {
                Thread.sleep(WATCH.toMillis());
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private synchronized void put(Child child, RunState.Child recorded) {
        alive.put(recorded.pid(), child);
        record.add(recorded);
        tellKeeper();
    }

    private void ended(long pid, IntConsumer exited, int status) {
        synchronized (this) {
            if (closed) {
                return;
            }
            alive.remove(pid);
            record.remove(pid);
            tellKeeper();
        }
        loop.post(() -> exited.accept(status));
    }

    private void tellKeeper() {
        if (keeper != null) {
            keeper.know(record.children());
        }
    }

    /** Notes what the next daemon has to know of a child. */
    void note(Child child, UnaryOperator<RunState.Child> known) {
        record.note(child.pid(), known);
    }

    /** One process that runs, as operators see it. */
    public record Running(long pid, String program, @Nullable String iface) {}

    /** Those that run, by number. */
    public List<Running> running() {
        return record.children().stream()
                .map(child -> new Running(
                        child.pid(),
                        child.words().get(0).substring(child.words().get(0).lastIndexOf('/') + 1),
                        child.iface()))
                .toList();
    }

    /** Ends the given processes and waits for it: TERM, and KILL for those that are still there after {@code patience}. */
    void end(Collection<Child> children, Duration patience) {
        children.forEach(Child::end);
        if (!areGone(children, patience)) {
            for (Child child : children) {
                if (!child.isGone()) {
                    LOG.warn("process {}, or what it started, ignores TERM", child.pid());
                    child.kill();
                }
            }
            areGone(children, Duration.ofSeconds(1));
        }
    }

    private static boolean areGone(Collection<Child> children, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!children.stream().allMatch(Child::isGone)) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            try {
                Thread.sleep(POLL.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    /** Ends all, as {@link #end}. */
    public void endAll(Duration patience) {
        List<Child> all;
        synchronized (this) {
            all = new ArrayList<>(alive.values());
        }
        end(all, patience);
        synchronized (this) {
            close();
            if (keeper != null) {
                keeper.end();
            }
        }
    }

    /** Lets go of all, which go on without us. */
    public synchronized void handOver() {
        close();
        if (keeper != null) {
            keeper.leave();
        }
    }

    private void close() {
        closed = true;
        record.close();
    }
}
