package net.re6st.node.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
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
    public static Optional<Integer> run(String[] argv, NodeFiles.Reader reader) {
        return argv.length == 0
                ? Optional.empty()
                : Subcommand.of(argv[0])
                        .map(command -> run(command, Arrays.asList(argv).subList(1, argv.length), reader));
    }

    private static int run(Subcommand command, List<String> words, NodeFiles.Reader reader) {
        String name = "re6stnet " + command.word();
        String[] argv = words.toArray(String[]::new);
        return switch (command) {
            case STATUS -> program(name, argv, SubcommandMain::status);
            case TUNNELS, PEERS, ROUTES -> program(name, argv, options -> show(command, options));
            case RELOAD -> program(name, argv, options -> Reload.run(new DaemonLink(options.run()), options.json()));
            case TRACE -> Program.of(name, TraceOptions::new).run(argv, SubcommandMain::trace);
            case TOP ->
                Program.of(name, CommandOptions::new).run(argv, options -> Top.run(new DaemonLink(options.run())));
            case DOCTOR -> Program.of(name, DoctorOptions::new).run(argv, options -> doctor(options, reader));
        };
    }

    private static int trace(TraceOptions options) throws Exception {
        Trace.Way way = Trace.of(new DaemonLink(options.run()), options.address());
        print(options, Trace.json(way), Trace.lines(way, Terminal.ofStandardOutput()));
        return way.reached() ? 0 : 1;
    }

    private static int program(String name, String[] argv, Program.Body<JsonOptions> body) {
        return Program.of(name, JsonOptions::new).run(argv, body);
    }

    private static int status(JsonOptions options) throws Failure {
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

    private static int doctor(DoctorOptions options, NodeFiles.Reader reader) throws Failure {
        Reply status = Reply.EMPTY;
        Reply tunnels = Reply.EMPTY;
        Reply ports = Reply.EMPTY;
        DaemonLink daemon = new DaemonLink(options.run());
        try {
            ports = Reply.of(daemon.value(ControlRequest.PORTS));
            // Afterwards: that took a while.
            status = daemon.ask(ControlRequest.STATUS);
            tunnels = daemon.ask(ControlRequest.TUNNELS);
        } catch (Failure e) {
            if (e.status() != DaemonLink.STOPPED) {
                throw new Failure(2, String.valueOf(e.getMessage()));
            }
        }
        Examination seen = new Examination(
                HostView.real(), options.run(), Instant.now(), status, tunnels, ports, files(status, options, reader));
        List<Finding> findings = Doctor.withAllChecks().examine(seen);
        print(options, Doctor.json(seen, findings), Doctor.lines(findings, Terminal.ofStandardOutput()));
        return Doctor.status(findings);
    }

    private static Optional<NodeFiles> files(Reply status, DoctorOptions options, NodeFiles.Reader reader)
            throws Failure {
        Reply setup = status.at("setup");
        if (!setup.members().isEmpty()) {
            List<String> registries = setup.texts("registries");
            return Optional.of(new NodeFiles(
                    // A daemon of an earlier version tells of one.
                    registries.isEmpty() ? List.of(setup.text("registry")) : registries,
                    Path.of(setup.text("ca")),
                    Path.of(setup.text("cert")),
                    Path.of(setup.text("key")),
                    // Text without it, and from a daemon of an earlier version.
                    Optional.of(setup.text("tlsCa"))
                            .filter(file -> !file.isEmpty())
                            .map(Path::of)));
        }
        if (!Files.exists(options.config())) {
            return Optional.empty();
        }
        try {
            return Optional.of(reader.read(options.config()));
        } catch (UsageError e) {
            throw new Failure(2, options.config() + ": " + e.getMessage());
        }
    }

    private static int show(Subcommand command, JsonOptions options) throws Failure {
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

    private static void print(JsonOptions options, Value value, List<String> lines) {
        System.out.println(options.json() ? Json.write(value) : String.join("\n", lines));
    }
}
