package net.re6st.registry;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import net.re6st.cli.Logging;
import net.re6st.cli.Program;
import net.re6st.cli.Signals;
import net.re6st.cli.UsageError;
import net.re6st.registry.command.Locations;
import net.re6st.registry.command.Subcommands;
import net.re6st.registry.os.SqliteFile;

/** The program {@code re6st-registry}: runs a subcommand, or turns its arguments into options and serves until it is told to end. */
public final class RegistryMain {
    private RegistryMain() {}

    public static void main(String[] argv) {
        if (Subcommands.isMeant(argv)) {
            System.exit(Subcommands.run(argv, file -> locations(file, Locations.usualDatabase())));
        }
        System.exit(program().run(argv, RegistryMain::run));
    }

    private static Program<RegistryOptions> program() {
        return Program.withOptionFiles("re6st-registry", RegistryOptions::new);
    }

    /** Where the registry with this option file, run in the file's directory, keeps its things; {@code usual} is its database if
     * the file names none. */
    static Locations locations(Path file, Path usual) throws UsageError {
        Path directory = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file);
        RegistryOptions options = program().parse(List.of("@" + file.toAbsolutePath()), directory);
        return new Locations(
                options.db == null ? new SqliteFile(usual) : options.database().in(directory),
                Optional.of(directory.resolve(options.ca)),
                Optional.of(directory.resolve(options.key)),
                options.prefixLength);
    }

    private static int run(RegistryOptions options) throws Exception {
        if (options.logfile.isEmpty()) {
            Logging.toStandardError(options.verbose);
        } else {
            Logging.toFile(Path.of(options.logfile), options.verbose);
        }
        try (RegistryServer server = RegistryServer.start(options)) {
            Signals.on("USR1", Logging::reopen);
            Signals.on("TERM", server::stop);
            Signals.on("INT", server::stop);
            return server.awaitEnd();
        }
    }
}
