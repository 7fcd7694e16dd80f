package net.re6st.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * One of our programs, seen from its command line: it turns arguments into options, and any ending into an exit status.
 *
 * <p>Status 0: done, help and version included; 1: a {@link Failure} that names no other, or a bug; 2: a wrong command
 * line, or an option that does not work yet.
 */
public final class Program<O extends ProgramOptions> {
    private static final Logger LOG = LoggerFactory.getLogger(Program.class);

    private final String name;
    private final Supplier<O> options;
    private final boolean readsFiles;

    private Program(String name, Supplier<O> options, boolean readsFiles) {
        this.name = name;
        this.options = options;
        this.readsFiles = readsFiles;
    }

    /** A program whose options may also stand in files, named by {@code @FILE}. */
    public static <O extends ProgramOptions> Program<O> withOptionFiles(String name, Supplier<O> options) {
        return new Program<>(name, options, true);
    }

    /** A program that takes its options from the command line alone. */
    public static <O extends ProgramOptions> Program<O> of(String name, Supplier<O> options) {
        return new Program<>(name, options, false);
    }

    /** What the program does once its options are known; returns the exit status. */
    @FunctionalInterface
    public interface Body<O> {
        int run(O options) throws Exception;
    }

    /** Runs the program; {@code main} passes the result to {@link System#exit}. */
    public int run(String[] argv, Body<O> body) {
        try {
            O filled = options.get();
            CommandLine command = command(filled);
            ArgumentWalk walk = walk(command.getCommandSpec(), List.of(argv), Path.of(""), filled);
            OptionSpec asked = walk.asked();
            if (asked != null) {
                System.out.println(asked.usageHelp() ? command.getUsageMessage().stripTrailing() : Version.SOFTWARE);
                return 0;
            }
            fill(command, walk, filled);
            return body.run(filled);
        } catch (UsageError e) {
            StandardError.error(name + ": " + e.getMessage() + " (try --help)");
            return 2;
        } catch (Failure e) {
            if (Logging.isToFile()) {
                LOG.error("{}", e.getMessage());
            }
            StandardError.error(name + ": " + e.getMessage());
            return e.status();
        } catch (Exception | Error e) {
            if (Logging.isToFile()) {
                LOG.error("unexpected failure", e);
            }
            StandardError.error(e);
            return 1;
        }
    }

    /** The options that {@code argv} gives; files are looked for from {@code directory}. */
    public O parse(List<String> argv, Path directory) throws UsageError {
        O filled = options.get();
        CommandLine command = command(filled);
        fill(command, walk(command.getCommandSpec(), argv, directory, filled), filled);
        return filled;
    }

    /** The arguments with every {@code @FILE} replaced by the options in it. */
    public List<String> expand(List<String> argv, Path directory) throws UsageError {
        return expand(command(options.get()).getCommandSpec(), argv, directory);
    }

    private ArgumentWalk walk(CommandSpec spec, List<String> argv, Path directory, O filled) throws UsageError {
        return ArgumentWalk.of(spec, expand(spec, argv, directory), filled.takesOperands());
    }

    private List<String> expand(CommandSpec spec, List<String> argv, Path directory) throws UsageError {
        if (!readsFiles) {
            return argv;
        }
        Set<String> longNames = spec.options().stream()
                .flatMap(option -> Stream.of(option.names()))
                .filter(option -> option.startsWith("--"))
                .collect(Collectors.toSet());
        return OptionFiles.expand(argv, longNames, directory);
    }

    private CommandLine command(O filled) {
        CommandLine command = new CommandLine(filled)
                .setCommandName(name)
                .setExpandAtFiles(false)
                .setOverwrittenOptionsAllowed(true)
                .registerConverter(Password.class, Password::new);
        command.getCommandSpec().usageMessage().abbreviateSynopsis(true).width(100);
        return command;
    }

    private void fill(CommandLine command, ArgumentWalk walk, O filled) throws UsageError {
        try {
            command.parseArgs(walk.canonical().toArray(String[]::new));
        } catch (CommandLine.ParameterException e) {
            throw new UsageError(firstLine(e.getMessage()));
        }
        filled.complete(walk.rest());
        filled.describe(command.getCommandSpec().options().stream()
                .filter(option -> !option.usageHelp() && !option.versionHelp())
                .map(option -> option.longestName() + "=" + option.getValue())
                .collect(Collectors.joining(" ")));
    }

    private static String firstLine(@Nullable String message) {
        return message == null ? "not valid" : message.lines().findFirst().orElse("not valid");
    }
}
