package net.re6st.node.command;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the doctor's checks start from.
 *
 * @param status the daemon's answers, as the next two; empty if none runs
 * @param ports what peers found that tried them; empty if the daemon is of a version that can't ask
 * @param setup empty if neither a daemon nor the configuration told
 */
record Examination(
        HostView host, Path run, Instant now, Reply status, Reply tunnels, Reply ports, Optional<NodeFiles> setup) {
    boolean isRunning() {
        return status.text("state").equals("running");
    }

    List<Reply> links() {
        return tunnels.list("tunnels");
    }

    /** Interfaces of tunnels, each once. */
    List<String> tunnelInterfaces() {
        return links().stream()
                .filter(link -> !link.text("direction").equals("segment"))
                .map(link -> link.text("iface"))
                .distinct()
                .toList();
    }

    /** Neighbours that babeld hears. */
    List<Reply> heard() {
        return links().stream()
                .filter(link -> !link.text("neighbour").isEmpty() && link.whole("cost") < 65_535)
                .toList();
    }
}
