package net.re6st.node.control;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.re6st.core.NodeReport;
import net.re6st.core.PeerReport;
import net.re6st.net.Moment;
import net.re6st.net.Subnet;
import net.re6st.node.os.BabeldDaemon;
import net.re6st.node.os.Children;
import net.re6st.node.os.LoopDelays;
import net.re6st.node.os.OpenVpnProcesses;
import net.re6st.node.os.ProcFiles;
import net.re6st.node.os.RoutingListing;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a daemon can tell at one time. Immutable; made where each part may be read, rendered elsewhere.
 *
 * @param setup null: the certificate was not read yet
 * @param network null: the network is not set up yet, parameters may be missing
 * @param traffic of each interface of the host
 */
public record NodeSnapshot(
        Moment now,
        Moment started,
        @Nullable Setup setup,
        @Nullable Running network,
        List<PeerReport> peers,
        List<Children.Running> children,
        LoopDelays.Summary delays,
        RoutingListing routing,
        Map<String, ProcFiles.Traffic> traffic) {

    /**
     * What the daemon was started with, as far as who asks may need it.
     *
     * @param registries as given, one at least
     * @param registryInUse which of them is called first
     */
    public record Setup(
            Subnet subnet,
            List<String> registries,
            int registryInUse,
            Path ca,
            Path cert,
            Path key,
            Optional<Path> tlsCa,
            Path log,
            Path state,
            String mainInterface) {
        public Setup {
            registries = List.copyOf(registries);
        }

        String registry() {
            return registries.get(registryInUse);
        }
    }

    /**
     * What runs once the network is set up.
     *
     * @param ports that are served, as {@code 1194 udp}
     */
    public record Running(
            NodeReport node,
            OpenVpnProcesses.Report openvpn,
            BabeldDaemon.Report babeld,
            String openvpnVersion,
            boolean sourceRouting,
            List<String> ports) {}

    NodeSnapshot with(RoutingListing listing, Map<String, ProcFiles.Traffic> counted) {
        return new NodeSnapshot(now, started, setup, network, peers, children, delays, listing, counted);
    }
}
