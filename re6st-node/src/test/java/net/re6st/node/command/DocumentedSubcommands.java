package net.re6st.node.command;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import net.re6st.cli.Program;
import net.re6st.cli.UsageError;

/** Reads the words of a subcommand as documents show them. */
public final class DocumentedSubcommands {
    private DocumentedSubcommands() {}

    /** False if they are those of the daemon; throws if a subcommand does not take them. */
    public static boolean parse(List<String> words) throws UsageError {
        if (words.isEmpty() || Subcommand.of(words.get(0)).isEmpty()) {
            return false;
        }
        Supplier<CommandOptions> options =
                switch (words.get(0)) {
                    case "doctor" -> DoctorOptions::new;
                    case "trace" -> TraceOptions::new;
                    case "top" -> CommandOptions::new;
                    default -> JsonOptions::new;
                };
        Program.of(words.get(0), options).parse(words.subList(1, words.size()), Path.of(""));
        return true;
    }
}
