package net.re6st.registry.command;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.re6st.cli.Failure;
import net.re6st.config.Value;
import net.re6st.net.Moment;
import net.re6st.net.Network;
import net.re6st.registry.port.NodeRow;
import picocli.CommandLine.Command;

/** Lists the nodes that have a certificate. */
@Command(
        description =
                "List the nodes that have a certificate: CN, subnet, serial, end of the certificate, whether it is"
                        + " valid, revoked or ended, and the e-mail address it was issued for.")
final class ListCommand extends DatabaseCommand {
    @Override
    int run(Report report) throws Failure {
        try (OpenRegistry registry = OpenRegistry.open(locations())) {
            List<NodeRow> nodes = registry.store().read(view -> view.nodes());
            Optional<String> registryNode =
                    registry.store().read(view -> view.registryPrefix()).map(prefix -> prefix.cn());
            Network network = registry.authority().authority().network();
            Moment now = OpenRegistry.now();
            long nowSeconds = now.wall().getEpochSecond();
            if (report.isJson()) {
                report.json(
                        "nodes",
                        Report.members(
                                "ca", Descriptions.authority(registry.authority(), now),
                                "registry_node", Report.orNull(registryNode),
                                "nodes",
                                        Value.of(nodes.stream()
                                                .map(node -> Descriptions.node(network, node, nowSeconds))
                                                .toList())));
                return 0;
            }
            print(report, network, nodes, nowSeconds);
            registry.authority().warning(now).ifPresent(report::warn);
            return 0;
        }
    }

    private static void print(Report report, Network network, List<NodeRow> nodes, long nowSeconds) {
        List<List<String>> rows = new ArrayList<>();
        List<Boolean> marked = new ArrayList<>();
        for (NodeRow node : nodes) {
            String state = Descriptions.state(node, nowSeconds);
            rows.add(List.of(
                    node.prefix().cn(),
                    network.subnet(node.prefix()).toString(),
                    Long.toString(node.serial()),
                    Instant.ofEpochSecond(node.endUnixSeconds()).toString().substring(0, 10),
                    state,
                    node.email().orElse("-")));
            marked.add(!state.equals("valid"));
        }
        report.table(List.of("NODE", "SUBNET", "SERIAL", "UNTIL", "STATE", "E-MAIL"), rows, marked);
    }
}
