package net.re6st.registry.command;

import java.nio.file.Path;
import java.util.List;
import net.re6st.cli.Program;
import net.re6st.cli.UsageError;

/** Reads the words of a subcommand as documents show them. */
public final class DocumentedSubcommands {
    private DocumentedSubcommands() {}

    /** False if they are those of the server; throws if a subcommand does not take them. */
    public static boolean parse(List<String> words) throws UsageError {
        String line = String.join(" ", words);
        for (String name : Subcommands.names()) {
            if (line.equals(name) || line.startsWith(name + " ")) {
                int length = name.split(" ", -1).length;
                Program.of(name, () -> Subcommands.options(name))
                        .parse(words.subList(length, words.size()), Path.of(""));
                return true;
            }
        }
        return false;
    }
}
