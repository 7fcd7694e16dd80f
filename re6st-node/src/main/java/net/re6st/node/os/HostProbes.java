package net.re6st.node.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import net.re6st.cli.Failure;
import net.re6st.node.os.LinuxNetwork.Change;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What this host can do, found out while the rest of the start goes on. */
public final class HostProbes {
    private static final Logger LOG = LoggerFactory.getLogger(HostProbes.class);
    private static final Path FORWARDING = Path.of("/proc/sys/net/ipv6/conf/all/forwarding");

    private final CompletableFuture<String> openvpn = new CompletableFuture<>();
    private final CompletableFuture<Boolean> sourceRouting = new CompletableFuture<>();

    /**
     * What was found.
     *
     * @param sourceRouting whether the kernel routes IPv6 by source address
     */
    public record Result(OpenVpnVersion openvpn, boolean sourceRouting) {}

    private HostProbes() {}

    public static HostProbes begin(Commands commands) {
        HostProbes probes = new HostProbes();
        commands.submit(() -> {
            probes.openvpn.complete(Commands.run(java.util.List.of(OpenVpnCommand.PROGRAM, "--version"))
                    .output());
            probes.sourceRouting.complete(probeSourceRouting());
        });
        return probes;
    }

    /** Waits for what is still missing. */
    public Result result() throws Failure {
        try {
            String output = openvpn.get();
            OpenVpnVersion version = OpenVpnVersion.parse(output)
                    .orElseThrow(() -> new Failure("openvpn can't be used: "
                            + output.lines().findFirst().orElse("")));
            Optional<String> refusal = version.refusal();
            if (refusal.isPresent()) {
                throw new Failure(refusal.get());
            }
            boolean bySource = sourceRouting.get();
            if (!bySource) {
                LOG.warn("this kernel does not route by source address (CONFIG_IPV6_SUBTREES): no tunnels over IPv6");
            }
            return new Result(version, bySource);
        } catch (ExecutionException e) {
            throw new Failure("can't examine this host: " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("interrupted");
        }
    }

    private static boolean probeSourceRouting() {
        Change probe = LinuxNetwork.sourceRoutingProbe();
        boolean works = Commands.run(probe.apply()).succeeded();
        if (works) {
            Commands.attempt(probe.undo());
        }
        return works;
    }

    /**
     * Turns IPv6 forwarding on; returns what turns it off again, if it was off.
     *
     * @param before whether an earlier daemon, whose work we continue, turned it on
     */
    public static Optional<Runnable> forward(boolean before) throws Failure {
        try {
            boolean on = Files.readString(FORWARDING).strip().equals("1");
            if (!on) {
                ProcFiles.set(FORWARDING, "1");
            }
            return on && !before ? Optional.empty() : Optional.of(HostProbes::unforward);
        } catch (IOException e) {
            throw new Failure("can't turn IPv6 forwarding on: " + e);
        }
    }

    static void unforward() {
        try {
            ProcFiles.set(FORWARDING, "0");
        } catch (IOException e) {
            LOG.warn("can't turn IPv6 forwarding off: {}", e.toString());
        }
    }
}
