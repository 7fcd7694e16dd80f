package net.re6st.cli;

import java.util.List;
import picocli.CommandLine.Option;

/**
 * The options of one program: a subclass declares them with picocli's {@code @Option}, {@link Program} fills it.
 *
 * <p>A field of type {@link Password} is never logged. Fields of options that may be repeated are lists.
 */
public abstract class ProgramOptions {
    // Program itself acts on these two; they are fields, never read, only to be listed by --help.
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    @SuppressWarnings("unused")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version and exit.")
    @SuppressWarnings("unused")
    private boolean version;

    private String description = "";

    /** Whether words that belong to no option mean something; {@link #complete} is handed them. */
    protected boolean takesOperands() {
        return false;
    }

    /**
     * Checks what no single option shows and derives what depends on several; called once, after parsing.
     *
     * @param rest operands, and the words after {@code --}; a program that expects none keeps this method's refusal
     */
    protected void complete(List<String> rest) throws UsageError {
        if (!rest.isEmpty()) {
            throw new UsageError("unexpected argument: " + rest.get(0));
        }
    }

    final void describe(String text) {
        description = text;
    }

    /** All options with their values, for the log; passwords are hidden. */
    @Override
    public final String toString() {
        return description;
    }
}
