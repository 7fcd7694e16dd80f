package net.re6st.node;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import net.re6st.cli.Failure;
import net.re6st.node.os.Commands;
import net.re6st.node.os.LinuxNetwork.Change;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What must be undone at the end, the last thing first. There are two ends: the node stops, and everything is undone; or
 * another daemon goes on with it, and only what belongs to this process is closed.
 */
final class UndoStack {
    private static final Logger LOG = LoggerFactory.getLogger(UndoStack.class);

    private final Deque<Action> actions = new ArrayDeque<>();

    /** {@code stays}: not done when another daemon goes on. */
    private record Action(Runnable undo, boolean stays) {}

    /** Something of this process. */
    void add(Runnable undo) {
        actions.push(new Action(undo, false));
    }

    /** Something of the host or of another process, which stays for a daemon that goes on. */
    void addLasting(Runnable undo) {
        actions.push(new Action(undo, true));
    }

    /** Makes a change of the host that must succeed, or be so already, to be undone at the end. */
    void make(Change change) throws Failure {
        Commands.Result result = Commands.run(change.apply());
        if (!result.succeeded() && !isThere(result.output())) {
            throw new Failure(String.join(" ", change.apply()) + ": " + result.output());
        }
        addLasting(() -> run(change.undo()));
    }

    /** What {@code ip} says of an address, a route or a rule that is there. */
    private static boolean isThere(String output) {
        return output.contains("File exists") || output.contains("ddress already assigned");
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
        end(true);
    }

    /** Closes what belongs to this process. */
    void handOver() {
        end(false);
    }

    private void end(boolean everything) {
        while (!actions.isEmpty()) {
            Action action = actions.pop();
            if (everything || !action.stays) {
                try {
                    action.undo.run();
                } catch (RuntimeException e) {
                    LOG.warn("while undoing", e);
                }
            }
        }
    }
}
