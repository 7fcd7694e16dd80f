package net.re6st.node;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import net.re6st.cli.Failure;
import net.re6st.cli.Program;
import net.re6st.cli.UsageError;
import net.re6st.node.command.NodeFiles;
import net.re6st.node.command.SubcommandMain;
import net.re6st.node.os.EventLoop;

/** The program {@code re6stnet}: runs a subcommand, or turns its arguments into options and is the daemon until it is told to end. */
public final class NodeMain {
    private NodeMain() {}

    public static void main(String[] argv) {
        System.exit(SubcommandMain.run(argv, NodeMain::files).orElseGet(() -> runDaemon(argv)));
    }

    private static int runDaemon(String[] argv) {
        Program<NodeOptions> program = Program.withOptionFiles("re6stnet", NodeOptions::new);
        EndRequests requests = new EndRequests();
        AtomicReference<NodeDaemon.Outcome> outcome = new AtomicReference<>();
        int status;
        do {
            outcome.set(NodeDaemon.Outcome.ENDED);
            // At a restart the options are read again, files included.
            status = program.run(argv, options -> {
                options.checkRegistry();
                String test = options.test();
                if (test != null) {
                    NamedFiles.read(options, EventLoop.clock());
                    return OptionTest.status(test, options);
                }
                NodeDaemon daemon =
                        new NodeDaemon(options, requests, () -> problem(program, List.of(argv), options.run()));
                int result = daemon.run();
                outcome.set(daemon.outcome());
                return result;
            });
        } while (outcome.get() == NodeDaemon.Outcome.RESTART);
        return status;
    }

    private static NodeFiles files(Path optionFile) throws UsageError {
        Path file = optionFile.toAbsolutePath();
        Path directory = Optional.ofNullable(file.getParent()).orElse(file);
        NodeOptions options =
                Program.withOptionFiles("re6stnet", NodeOptions::new).parse(List.of("@" + file), directory);
        return new NodeFiles(
                options.registries(),
                directory.resolve(options.ca()),
                directory.resolve(options.cert()),
                directory.resolve(options.key()),
                options.tlsCa().map(directory::resolve));
    }

    /** {@code run}: where the running daemon has its sockets, and whatever follows it must find them. */
    static Optional<String> problem(Program<NodeOptions> program, List<String> argv, Path run) {
        try {
            NodeOptions fresh = program.parse(argv, Path.of(""));
            fresh.checkRegistry();
            NamedFiles.read(fresh, EventLoop.clock());
            return fresh.run().equals(run)
                    ? Optional.empty()
                    : Optional.of("--run can't change from " + run + " to " + fresh.run()
                            + " while the node runs: stop it, then start it");
        } catch (UsageError | Failure e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
