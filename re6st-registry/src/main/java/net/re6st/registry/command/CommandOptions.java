package net.re6st.registry.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.re6st.cli.Failure;
import net.re6st.cli.ProgramOptions;
import net.re6st.cli.UsageError;
import picocli.CommandLine.Option;

/** A subcommand: its options, its operands and what it does. */
abstract class CommandOptions extends ProgramOptions {
    @Option(
            names = "--json",
            description = "Write one JSON object, as docs/schema/re6st-registry.json describes it, instead of text.")
    boolean json;

    private List<String> operands = List.of();

    /** Does it; the exit status. */
    abstract int run(Report report) throws Failure;

    /** The least number of operands. */
    int minOperands() {
        return 0;
    }

    /** The greatest number of operands. */
    int maxOperands() {
        return minOperands();
    }

    /** Checks the command's own options. */
    void check() throws UsageError {}

    /** Finds out what the command works on. */
    void locate(Subcommands.OptionFile files) throws UsageError {}

    /** Refuses to work on what it found. */
    void ready() throws Failure {}

    @Override
    protected final boolean takesOperands() {
        return true;
    }

    @Override
    protected final void complete(List<String> rest) throws UsageError {
        if (rest.size() < minOperands()) {
            throw new UsageError("an argument is missing");
        }
        if (rest.size() > maxOperands()) {
            throw new UsageError("unexpected argument: " + rest.get(maxOperands()));
        }
        operands = List.copyOf(rest);
        check();
    }

    final List<String> operands() {
        return operands;
    }

    final String operand(int index) {
        return operands.get(index);
    }

    /** Colours only for somebody who looks at a terminal and did not say otherwise. */
    final Report report() {
        String noColor = System.getenv("NO_COLOR");
        boolean isColoured = (noColor == null || noColor.isEmpty()) && isTerminal();
        return new Report(System.out, json, isColoured);
    }

    /** Whether standard output is a terminal: Java tells that of input and output together only. */
    private static boolean isTerminal() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException e) {
            return false;
        }
    }
}
