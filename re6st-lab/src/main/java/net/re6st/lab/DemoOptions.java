package net.re6st.lab;

import java.util.List;
import net.re6st.cli.ProgramOptions;
import net.re6st.cli.UsageError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of {@code bin/demo}. */
@Command(
        name = "demo",
        description = "Shows a whole re6st network on this machine: a registry and nodes, each on a host of its own "
                + "(a network namespace), some of them behind NAT. It needs root, and leaves nothing behind.")
final class DemoOptions extends ProgramOptions {
    @Option(names = "--nodes", paramLabel = "N", description = "How many nodes (default: 8).")
    private int nodes = 8;

    @Option(names = "--nat", paramLabel = "N", description = "How many of them behind NAT (default: 2, or fewer).")
    private int nat = -1;

    @Option(
            names = "--hello",
            paramLabel = "SECONDS",
            description = "Babel's hello interval (default: 2; networks in production use 15).")
    private int hello = 2;

    @Option(names = "--keep", description = "Stay when done, and say how to look inside.")
    private boolean keep;

    @Override
    protected void complete(List<String> rest) throws UsageError {
        super.complete(rest);
        try {
            plan();
        } catch (LabException e) {
            throw new UsageError(e.describe());
        }
    }

    NetworkPlan plan() {
        return NetworkPlan.of(nodes)
                .withBehindNat(nat >= 0 ? nat : Math.min(2, Math.max(0, nodes - 2)))
                .withHello(hello);
    }

    boolean keep() {
        return keep;
    }
}
