package net.re6st.registry.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import net.re6st.cli.Failure;
import net.re6st.cli.Logging;
import net.re6st.cli.Program;
import net.re6st.cli.UsageError;
import net.re6st.registry.os.StoreFailure;

/** Which subcommands there are, and which of them a command line means: its first word, or its first two. */
public final class Subcommands {
    private static final String PROGRAM = "re6st-registry";

    /** The exit statuses besides 0 (done), 1 (can't be done) and 2 (wrong command line). */
    static final int NOT_FOUND = 3;

    static final int FINDINGS = 4;

    private static final Map<String, Supplier<CommandOptions>> COMMANDS = commands();

    /** Reads an option file of the registry; names in it are relative to its directory. */
    @FunctionalInterface
    public interface OptionFile {
        Locations read(Path file) throws UsageError;
    }

    private Subcommands() {}

    private static Map<String, Supplier<CommandOptions>> commands() {
        Map<String, Supplier<CommandOptions>> all = new LinkedHashMap<>();
        all.put("init", InitCommand::new);
        all.put("list", ListCommand::new);
        all.put("show", ShowCommand::new);
        all.put("revoke", RevokeCommand::new);
        all.put("token add", TokenAddCommand::new);
        all.put("token list", TokenListCommand::new);
        all.put("token delete", TokenDeleteCommand::new);
        all.put("ca renew", CaRenewCommand::new);
        all.put("backup", BackupCommand::new);
        all.put("restore", RestoreCommand::new);
        all.put("migrate", MigrateCommand::new);
        all.put("verify", VerifyCommand::new);
        all.put("audit verify", AuditVerifyCommand::new);
        all.put("audit", AuditCommand::new);
        return all;
    }

    /** All names, for documents and tests. */
    public static List<String> names() {
        return List.copyOf(COMMANDS.keySet());
    }

    /** Empty options of one of them. */
    static CommandOptions options(String name) {
        Supplier<CommandOptions> options = COMMANDS.get(name);
        if (options == null) {
            throw new IllegalStateException(name);
        }
        return options.get();
    }

    /** Whether the command line asks for a subcommand rather than for the server. */
    public static boolean isMeant(String[] argv) {
        return argv.length > 0 && COMMANDS.keySet().stream().anyMatch(name -> name.split(" ", -1)[0].equals(argv[0]));
    }

    /** Runs the subcommand; the exit status. */
    public static int run(String[] argv, OptionFile files) {
        Logging.toStandardError(1);
        Optional<String> name = name(argv);
        if (name.isEmpty()) {
            boolean wantsHelp = argv.length > 1 && (argv[1].equals("-h") || argv[1].equals("--help"));
            String prefix = argv[0] + " ";
            List<String> possible =
                    names().stream().filter(known -> known.startsWith(prefix)).toList();
            (wantsHelp ? System.out : System.err)
                    .println(PROGRAM + " " + argv[0] + ": one of " + String.join(", ", possible));
            return wantsHelp ? 0 : 2;
        }
        int words = name.get().split(" ", -1).length;
        String[] rest = configured(Arrays.asList(argv).subList(words, argv.length));
        return Program.of(PROGRAM + " " + name.get(), () -> options(name.get()))
                .run(rest, command -> run(command, files));
    }

    private static Optional<String> name(String[] argv) {
        if (argv.length > 1 && COMMANDS.containsKey(argv[0] + " " + argv[1])) {
            return Optional.of(argv[0] + " " + argv[1]);
        }
        return Optional.of(argv[0]).filter(COMMANDS::containsKey);
    }

    /** {@code @FILE}, as one starts the server, means {@code --config FILE} here. */
    private static String[] configured(List<String> words) {
        List<String> all = new ArrayList<>();
        for (String word : words) {
            all.add(word.startsWith("@") ? "--config=" + word.substring(1) : word);
        }
        return all.toArray(String[]::new);
    }

    private static int run(CommandOptions command, OptionFile files) throws Failure, UsageError {
        command.locate(files);
        command.ready();
        try {
            return command.run(command.report());
        } catch (StoreFailure e) {
            throw new Failure("the database: " + e.getMessage());
        }
    }
}
