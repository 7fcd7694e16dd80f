package net.re6st.node;

import java.util.concurrent.atomic.AtomicReference;
import net.re6st.cli.Program;

/** The program {@code re6stnet}: turns its arguments into options, and runs the daemon until it is told to end. */
public final class NodeMain {
    private NodeMain() {}

    public static void main(String[] argv) {
        Program<NodeOptions> program = Program.withOptionFiles("re6stnet", NodeOptions::new);
        AtomicReference<NodeDaemon.Outcome> outcome = new AtomicReference<>();
        int status;
        do {
            outcome.set(NodeDaemon.Outcome.ENDED);
            // At a restart the options are read again, files included.
            status = program.run(argv, options -> {
                options.checkRegistry();
                options.refuseUnfinished();
                NodeDaemon daemon = new NodeDaemon(options);
                int result = daemon.run();
                outcome.set(daemon.outcome());
                return result;
            });
        } while (outcome.get() == NodeDaemon.Outcome.RESTART);
        System.exit(status);
    }
}
