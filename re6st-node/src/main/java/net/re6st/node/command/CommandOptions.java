package net.re6st.node.command;

import java.nio.file.Path;
import net.re6st.cli.ProgramOptions;
import picocli.CommandLine.Option;

/** The options of every subcommand. */
class CommandOptions extends ProgramOptions {
    @Option(
            names = {"-r", "--run"},
            paramLabel = "DIR",
            description = "The daemon's --run (default: ${DEFAULT-VALUE}).")
    private Path run = Path.of("/var/run/re6stnet");

    Path run() {
        return run;
    }
}
