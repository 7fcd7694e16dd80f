package net.re6st.node;

import net.re6st.core.Node;
import net.re6st.core.PortReport;
import net.re6st.net.Bytes;
import net.re6st.net.Moment;
import net.re6st.node.control.NodeSnapshot;
import net.re6st.node.os.BabeldDaemon;
import net.re6st.node.os.HostProbes;
import net.re6st.node.os.OpenVpnProcesses;

/**
 * What exists once the network is set up.
 *
 * @param ownKey signs Babel packets as long as the network has no key
 */
record RunningNode(
        NodePlan plan, HostProbes.Result host, Node node, OpenVpnProcesses tunnels, BabeldDaemon babeld, Bytes ownKey) {
    PortReport surveyPorts(boolean begin, Moment now) {
        if (begin) {
            node.surveyPorts(now);
        }
        return node.portReport();
    }

    NodeSnapshot.Running observed(Moment now) {
        return new NodeSnapshot.Running(
                node.report(now),
                tunnels.report(),
                babeld.report(),
                host.openvpn().toString(),
                host.sourceRouting(),
                plan.servers().stream()
                        .map(server -> server.port() + " " + server.transport().text())
                        .toList());
    }
}
