package net.re6st.node.command;

import java.nio.file.Path;
import java.util.List;
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
        int operands = words.get(0).equals("trace") ? 1 : 0;
        List<String> options = words.subList(1 + operands, words.size());
        if (words.get(0).equals("doctor")) {
            Program.of("doctor", DoctorOptions::new).parse(options, Path.of(""));
        } else {
            Program.of(words.get(0), CommandOptions::new).parse(options, Path.of(""));
        }
        return true;
    }
}
