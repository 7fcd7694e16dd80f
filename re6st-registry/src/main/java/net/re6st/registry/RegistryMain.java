package net.re6st.registry;

import java.nio.file.Path;
import net.re6st.cli.Logging;
import net.re6st.cli.Program;
import net.re6st.cli.Signals;

/** The program {@code re6st-registry}: turns its arguments into options, and serves until it is told to end. */
public final class RegistryMain {
    private RegistryMain() {}

    public static void main(String[] argv) {
        Program<RegistryOptions> program = Program.withOptionFiles("re6st-registry", RegistryOptions::new);
        System.exit(program.run(argv, RegistryMain::run));
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
