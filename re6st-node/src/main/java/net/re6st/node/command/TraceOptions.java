package net.re6st.node.command;

import java.util.List;
import net.re6st.cli.UsageError;
import picocli.CommandLine.Command;

/** The options of {@code re6stnet trace}, and where it shall lead. */
@Command(
        customSynopsis = "re6stnet trace [OPTIONS] ADDRESS",
        description =
                "Show the nodes that packets to ADDRESS pass, and the delay of each. ADDRESS is one of the network, or"
                        + " the prefix of a node, such as 5/16.")
final class TraceOptions extends JsonOptions {
    private String address = "";

    @Override
    protected boolean takesOperands() {
        return true;
    }

    @Override
    protected void complete(List<String> rest) throws UsageError {
        if (rest.isEmpty()) {
            throw new UsageError("needs an address: re6stnet trace ADDRESS");
        }
        super.complete(rest.subList(1, rest.size()));
        address = rest.get(0);
    }

    String address() {
        return address;
    }
}
