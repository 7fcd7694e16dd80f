package net.re6st.node.os;

import java.io.IOException;
import java.nio.file.Path;
import net.re6st.net.Iface;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The network interfaces of our tunnels. We make them before OpenVPN does, so that they outlive it and their link-local
 * address is usable at once, without the second that the kernel spends on looking for duplicates. {@link EndedLinks}
 * takes them down when a process ended. Blocking: for the commands' thread.
 */
final class Taps {
    private static final Logger LOG = LoggerFactory.getLogger(Taps.class);

    private Taps() {}

    /** Makes the interface unless it is there. */
    static boolean make(Iface iface) {
        if (!ProcFiles.interfaces().contains(iface.name()) && !Commands.attempt(LinuxNetwork.addTap(iface))) {
            return false;
        }
        Path settings = Path.of("/proc/sys/net/ipv6/conf", iface.name());
        try {
            ProcFiles.set(settings.resolve("accept_dad"), "0");
            ProcFiles.set(settings.resolve("dad_transmits"), "0");
            // Link-local all the same: nobody on a tunnel may give us a default route.
            ProcFiles.set(settings.resolve("accept_ra"), "0");
        } catch (IOException e) {
            LOG.warn("can't set up IPv6 on {}: {}", iface, e.toString());
        }
        return true;
    }

    /** Gives the interface its IPv4 addresses, and takes others away; touches nothing that is right. */
    static void address(Iface iface, TunnelIp4 wanted) {
        String listing = Commands.run(LinuxNetwork.listAddresses(iface)).output();
        String changes = LinuxNetwork.addressChanges(listing, wanted, iface);
        if (!changes.isEmpty()) {
            Commands.attempt(LinuxNetwork.batch(false), changes);
        }
    }

    static boolean up(Iface iface, int mtuBytes) {
        return Commands.attempt(LinuxNetwork.up(iface, mtuBytes));
    }

    static void delete(Iface iface) {
        if (ProcFiles.interfaces().contains(iface.name())) {
            Commands.run(LinuxNetwork.deleteLink(iface));
        }
    }
}
