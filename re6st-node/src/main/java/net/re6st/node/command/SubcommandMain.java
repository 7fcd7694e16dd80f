package net.re6st.node.command;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.re6st.cli.Failure;
import net.re6st.cli.Program;
import net.re6st.cli.UsageError;
import net.re6st.config.Json;
import net.re6st.config.Value;
import net.re6st.node.control.ControlRequest;
import net.re6st.node.control.Fields;

/**
 * Runs a subcommand from its words to its exit status: 0 done, 1 failed, 2 a wrong command line, 3 no daemon runs, 4 whether
 * one runs can't be told. {@code doctor} has its own.
 */
public final class SubcommandMain {
    private SubcommandMain() {}

    /** Empty if the arguments are those of the daemon. */
    public static Optional<Integer> run(String[] argv) {
        return argv.length == 0
                ? Optional.empty()
                : Subcommand.of(argv[0])
                        .map(command -> run(command, Arrays.asList(argv).subList(1, argv.length)));
    }

    private static int run(Subcommand command, List<String> words) {
        String name = "re6stnet " + command.word();
        return switch (command) {
            case STATUS -> program(name, words, SubcommandMain::status);
            case TUNNELS, PEERS, ROUTES -> program(name, words, options -> show(command, options));
            case RELOAD -> program(name, words, options -> Reload.run(new DaemonLink(options.run()), options.json()));
            default ->
                program(name, words, options -> {
                    throw new UsageError("not available yet");
                });
        };
    }

    private static int program(String name, List<String> words, Program.Body<CommandOptions> body) {
        return Program.of(name, CommandOptions::new).run(words.toArray(String[]::new), body);
    }

    private static int status(CommandOptions options) throws Failure {
        try {
            Value value = new DaemonLink(options.run()).value(ControlRequest.STATUS);
            if (Reply.of(value).text("kind").equals("error")) {
                throw new Failure(DaemonLink.UNKNOWN, Reply.of(value).text("message"));
            }
            print(options, value, new Views(Terminal.ofStandardOutput()).status(Reply.of(value)));
            return 0;
        } catch (Failure e) {
            if (!options.json()) {
                throw e;
            }
            print(options, absent(e), List.of());
            return e.status();
        }
    }

    /** The answer that a daemon would give that can't. */
    static Value absent(Failure failure) {
        return new Fields()
                .put("version", ControlRequest.VERSION)
                .put("kind", "status")
                .put("state", failure.status() == DaemonLink.STOPPED ? "stopped" : "unknown")
                .put("message", failure.getMessage())
                .value();
    }

    private static int show(Subcommand command, CommandOptions options) throws Failure {
        ControlRequest request = ControlRequest.valueOf(command.name());
        Value value = new DaemonLink(options.run()).value(request);
        Reply reply = Reply.of(value);
        if (reply.text("kind").equals("error")) {
            throw new Failure(1, "the daemon refuses: " + reply.text("message"));
        }
        Views views = new Views(Terminal.ofStandardOutput());
        print(
                options,
                value,
                switch (request) {
                    case TUNNELS -> views.tunnels(reply);
                    case PEERS -> views.peers(reply);
                    default -> views.routes(reply);
                });
        return 0;
    }

    private static void print(CommandOptions options, Value value, List<String> lines) {
        System.out.println(options.json() ? Json.write(value) : String.join("\n", lines));
    }
}
