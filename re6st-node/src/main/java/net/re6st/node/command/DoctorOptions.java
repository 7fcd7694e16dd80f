package net.re6st.node.command;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options of {@code re6stnet doctor}. */
final class DoctorOptions extends JsonOptions {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The daemon's option file, for when it does not run (default: ${DEFAULT-VALUE}).")
    private Path config = Path.of("/etc/re6stnet/re6stnet.conf");

    Path config() {
        return config;
    }
}
