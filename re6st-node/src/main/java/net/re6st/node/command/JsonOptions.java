package net.re6st.node.command;

import picocli.CommandLine.Option;

/** The options of a subcommand whose answer programs may read. */
class JsonOptions extends CommandOptions {
    @Option(names = "--json", description = "Write JSON, see docs/schema.")
    private boolean json;

    boolean json() {
        return json;
    }
}
