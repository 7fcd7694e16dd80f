package net.re6st.node;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import net.re6st.cli.Failure;
import net.re6st.node.os.Commands;
import net.re6st.node.os.LinuxNetwork.Change;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What must be undone at the end, the last thing first. */
final class UndoStack {
    private static final Logger LOG = LoggerFactory.getLogger(UndoStack.class);

    private final Deque<Runnable> actions = new ArrayDeque<>();

    void add(Runnable undo) {
        actions.push(undo);
    }

    /** Makes a change that must succeed, to be undone at the end. */
    void make(Change change) throws Failure {
        Commands.Result result = Commands.run(change.apply());
        if (!result.succeeded()) {
            throw new Failure(String.join(" ", change.apply()) + ": " + result.output());
        }
        add(() -> run(change.undo()));
    }

    private static void run(List<String> undo) {
        Commands.Result result = Commands.run(undo);
        if (!result.succeeded()) {
            // Somebody else may have removed it.
            LOG.debug("{}: {}", undo, result.output());
        }
    }

    /** Undoes everything; one failure does not keep the rest from being undone. */
    void undoAll() {
        while (!actions.isEmpty()) {
            try {
                actions.pop().run();
            } catch (RuntimeException e) {
                LOG.warn("while undoing", e);
            }
        }
    }
}
