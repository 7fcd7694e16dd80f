package net.re6st.node.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.UnaryOperator;
import net.re6st.core.port.Avoided;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps RUN/state.json as what this daemon started and changed. A child is on disk before anything else can happen to it; what
 * becomes known of it later follows soon, written by a thread of its own. Thread-safe.
 */
public final class RunRecord {
    private static final Logger LOG = LoggerFactory.getLogger(RunRecord.class);

    private final Path file;
    private final Map<Long, RunState.Child> children = new TreeMap<>();
    private final List<List<String>> undo = new ArrayList<>();
    private final ExecutorService writer = Executors.newSingleThreadExecutor(Threads.named("state"));
    private @Nullable String owner;
    private List<Avoided> avoided = List.of();
    private boolean forwarding;
    private boolean waiting;
    private boolean closed;

    public RunRecord(Path run) {
        this.file = file(run);
    }

    static Path file(Path run) {
        return run.resolve("state.json");
    }

    /** What an earlier daemon wrote. */
    static RunState read(Path run) {
        try {
            return RunState.read(Files.readString(file(run), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return RunState.NOTHING;
        }
    }

    /** Who we are: only the same node of the same network may take over what we leave. */
    public synchronized void own(String node) {
        owner = node;
        save();
    }

    /** IPv6 forwarding was off, and we turned it on. */
    public synchronized void forwarded() {
        forwarding = true;
        save();
    }

    /** A change of the host was made, and this undoes it. */
    public synchronized void changed(List<String> undoing) {
        if (!undo.contains(undoing)) {
            undo.add(undoing);
            save();
        }
    }

    synchronized List<RunState.Child> children() {
        return List.copyOf(children.values());
    }

    synchronized void add(RunState.Child child) {
        children.put(child.pid(), child);
        save();
    }

    synchronized void remove(long pid) {
        if (children.remove(pid) != null) {
            save();
        }
    }

    /** Notes what became known of a child; written soon. */
    synchronized void note(long pid, UnaryOperator<RunState.Child> known) {
        RunState.Child child = children.get(pid);
        if (child == null || closed) {
            return;
        }
        children.put(pid, known.apply(child));
        saveSoon();
    }

    /** Whom we do not dial for a while, and the next daemon shall not either; written soon. */
    public synchronized void avoided(List<Avoided> peers) {
        if (!closed && !avoided.equals(peers)) {
            avoided = List.copyOf(peers);
            saveSoon();
        }
    }

    private void saveSoon() {
        if (!waiting) {
            waiting = true;
            try {
                writer.execute(this::save);
            } catch (RejectedExecutionException e) {
                LOG.debug("not noted: {}", e.getMessage());
            }
        }
    }

    private synchronized void save() {
        waiting = false;
        if (closed) {
            return;
        }
        try {
            Path fresh = file.resolveSibling("state.json.new");
            RunState state = new RunState(owner, forwarding, undo, List.copyOf(children.values()), avoided);
            Files.writeString(fresh, state.text());
            Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.warn("can't write {}: {}", file, e.toString());
        }
    }

    /** Writes what is still to be written, and nothing after that: the file belongs to the next daemon. */
    public void close() {
        writer.shutdown();
        synchronized (this) {
            if (waiting) {
                save();
            }
            closed = true;
        }
    }
}
