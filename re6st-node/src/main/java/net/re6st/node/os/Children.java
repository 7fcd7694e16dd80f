package net.re6st.node.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All processes of ours that run for long: starts them, records each in RUN/state.json before anything else can happen to it,
 * and ends them at exit. Thread-safe.
 */
public final class Children {
    private static final Logger LOG = LoggerFactory.getLogger(Children.class);

    private final Path state;
    private final EventLoop loop;
    private final Map<Long, RunState.Child> recorded = new TreeMap<>();
    private final Map<Long, Child> alive = new TreeMap<>();

    public Children(Path run, EventLoop loop) {
        this.state = stateFile(run);
        this.loop = loop;
    }

    static Path stateFile(Path run) {
        return run.resolve("state.json");
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
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().putAll(environment);
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.redirectOutput(ProcessBuilder.Redirect.INHERIT).redirectError(ProcessBuilder.Redirect.INHERIT);
        Process process = builder.start();
        Child child = new Child(process, loop);
        long pid = process.pid();
        synchronized (this) {
            alive.put(pid, child);
            recorded.put(pid, new RunState.Child(pid, ProcFiles.startTicks(pid).orElse(0L), words, iface, peer));
            save();
        }
        // Not the words: a key may be among them.
        LOG.debug("started {} {}", pid, words.get(0) + (iface == null ? "" : " on " + iface));
        var unused = process.onExit().thenAccept(ended -> {
            forget(pid);
            loop.post(() -> exited.accept(ended.exitValue()));
        });
        return child;
    }

    /** One process that runs, as operators see it. */
    public record Running(long pid, String program, @Nullable String iface) {}

    /** Those that run, by number. */
    public synchronized List<Running> running() {
        return recorded.values().stream()
                .map(child -> new Running(
                        child.pid(),
                        child.words().get(0).substring(child.words().get(0).lastIndexOf('/') + 1),
                        child.iface()))
                .toList();
    }

    private synchronized void forget(long pid) {
        alive.remove(pid);
        recorded.remove(pid);
        save();
    }

    private void save() {
        try {
            Path fresh = state.resolveSibling("state.json.new");
            Files.writeString(fresh, RunState.write(recorded.values()));
            Files.move(fresh, state, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.warn("can't write {}: {}", state, e.toString());
        }
    }

    /** The same for a process that is no tunnel and that nobody talks to. */
    public void start(List<String> words, Map<String, String> environment, IntConsumer exited) throws IOException {
        start(words, environment, null, null, exited);
    }

    /** Ends the given processes and waits for it: TERM, and KILL for those that are still there after {@code patience}. */
    void end(Collection<Child> children, Duration patience) {
        children.forEach(child -> child.process().destroy());
        long deadline = System.nanoTime() + patience.toNanos();
        for (Child child : children) {
            try {
                if (!child.process().waitFor(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                    LOG.warn("process {} ignores TERM", child.pid());
                    child.kill();
                    child.process().waitFor(1, TimeUnit.SECONDS);
                }
            } catch (InterruptedException e) {
                child.kill();
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Ends all, as {@link #end}, and removes the record. */
    public void endAll(Duration patience) {
        List<Child> all;
        synchronized (this) {
            all = new ArrayList<>(alive.values());
        }
        end(all, patience);
    }
}
