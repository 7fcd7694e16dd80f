package net.re6st.node.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.re6st.node.os.Commands;

/** The doctor's checks of the kernel's network settings, and of the programs that may change them behind our back. */
final class KernelChecks {
    private static final List<String> NETWORK_MANAGER =
            List.of("/etc/NetworkManager/conf.d", "/run/NetworkManager/conf.d", "/usr/lib/NetworkManager/conf.d");

    private KernelChecks() {}

    static List<Finding> forwarding(Examination seen) {
        if (!seen.isRunning()) {
            return List.of(Finding.skipped("forwarding", "re6stnet turns it on when it starts"));
        }
        if (isOff(seen, "all")) {
            // That turns it off on each interface, too, and on again.
            return List.of(forwardingOff("all", ": packets of others end here"));
        }
        List<Finding> findings = seen.tunnelInterfaces().stream()
                .filter(iface -> isOff(seen, iface))
                .map(iface -> forwardingOff(iface, " on " + iface))
                .toList();
        return findings.isEmpty() ? List.of(Finding.ok("forwarding", "on")) : findings;
    }

    private static boolean isOff(Examination seen, String iface) {
        return seen.host()
                .sysctl("net/ipv6/conf/" + iface + "/forwarding")
                .filter("0"::equals)
                .isPresent();
    }

    private static Finding forwardingOff(String iface, String where) {
        return Finding.error(
                "forwarding",
                "IPv6 forwarding is off" + where,
                "sysctl -w net.ipv6.conf." + iface + ".forwarding=1, and look in /etc/sysctl.d for what turns it off");
    }

    static List<Finding> address(Examination seen) {
        Reply setup = seen.status().at("setup");
        if (!seen.isRunning()) {
            return List.of(Finding.skipped("address", "re6stnet does not run"));
        }
        Commands.Result shown = seen.host().run("ip", "-6", "-o", "addr", "show", "dev", setup.text("mainInterface"));
        return List.of(
                shown.output().contains(" " + setup.text("address") + "/")
                        ? Finding.ok("address", setup.text("address") + " on " + setup.text("mainInterface"))
                        : Finding.error(
                                "address",
                                "our address " + setup.text("address") + " is not on " + setup.text("mainInterface")
                                        + " any more",
                                "something removed it (a network manager?): exempt that interface, then"
                                        + " re6stnet reload"));
    }

    /** Replies may come on another tunnel than the one requests leave by; a strict filter drops them. */
    static List<Finding> reversePath(Examination seen) {
        List<Finding> findings = new ArrayList<>();
        boolean strict6 = seen.host()
                .read("/etc/firewalld/firewalld.conf")
                .orElse("")
                .lines()
                .anyMatch(line -> line.strip().matches("(?i)IPv6_rpfilter\\s*=\\s*(yes|true|strict)"));
        if (strict6 && seen.host().runs("firewalld")) {
            findings.add(Finding.error(
                    "rp_filter",
                    "firewalld drops IPv6 packets that come another way than answers would go",
                    "set IPv6_rpfilter=no in /etc/firewalld/firewalld.conf, then firewall-cmd --reload"));
        }
        if (seen.status().at("parameters").is("ipv4")) {
            int all = number(seen.host().sysctl("net/ipv4/conf/all/rp_filter"));
            for (String iface : seen.tunnelInterfaces()) {
                // The kernel takes the greater of the two.
                if (Math.max(all, number(seen.host().sysctl("net/ipv4/conf/" + iface + "/rp_filter"))) == 1) {
                    findings.add(Finding.warning(
                            "rp_filter",
                            "IPv4 packets are dropped on " + iface + " if answers would go another way",
                            "sysctl -w net.ipv4.conf.all.rp_filter=2"));
                }
            }
        }
        return findings.isEmpty() ? List.of(Finding.ok("rp_filter", "nothing drops packets by their way")) : findings;
    }

    private static int number(Optional<String> value) {
        return value.filter(text -> text.matches("[0-2]"))
                .map(Integer::parseInt)
                .orElse(0);
    }

    /** With forwarding on, the kernel forgets routes that routers advertise, unless it is told not to. */
    static List<Finding> acceptRa(Examination seen) {
        String routes = seen.host().run("ip", "-6", "route", "show", "default").output();
        String addresses = seen.host()
                .run("ip", "-6", "-o", "addr", "show", "scope", "global", "dynamic")
                .output();
        List<Finding> findings = new ArrayList<>();
        for (String iface : seen.host().list("/proc/sys/net/ipv6/conf")) {
            boolean own = List.of("all", "default", "lo").contains(iface) || iface.startsWith("re6stnet");
            boolean advertised = routes.lines()
                            .anyMatch(line -> line.contains(" dev " + iface + " ") && line.contains(" proto ra"))
                    || addresses.lines().anyMatch(line -> line.matches("\\d+: " + iface.replace(".", "\\.") + " .*"));
            boolean forgets = seen.host()
                    .sysctl("net/ipv6/conf/" + iface + "/accept_ra")
                    .filter("1"::equals)
                    .isPresent();
            if (!own && advertised && forgets) {
                findings.add(Finding.warning(
                        "accept_ra",
                        iface + " has its default route from router advertisements, and loses it as this host forwards",
                        "sysctl -w net.ipv6.conf." + iface + ".accept_ra=2, and the same in /etc/sysctl.d"));
            }
        }
        return findings.isEmpty() ? List.of(Finding.ok("accept_ra", "no default route is at stake")) : findings;
    }

    static List<Finding> networkManager(Examination seen) {
        if (!seen.host().runs("NetworkManager")) {
            return List.of(Finding.ok("networkmanager", "does not run"));
        }
        List<String> files = new ArrayList<>(List.of("/etc/NetworkManager/NetworkManager.conf"));
        for (String directory : NETWORK_MANAGER) {
            seen.host().list(directory).forEach(name -> files.add(directory + "/" + name));
        }
        boolean exempt = files.stream()
                .flatMap(file -> seen.host().read(file).orElse("").lines())
                .map(String::strip)
                .anyMatch(line -> line.startsWith("unmanaged-devices") && line.contains("re6stnet"));
        return List.of(
                exempt
                        ? Finding.ok("networkmanager", "leaves re6stnet's interfaces alone")
                        : Finding.warning(
                                "networkmanager",
                                "NetworkManager runs and may reconfigure the interfaces of tunnels",
                                "write to /etc/NetworkManager/conf.d/re6stnet.conf:"
                                        + " [keyfile] (next line) unmanaged-devices=interface-name:re6stnet*;"
                                        + " then: nmcli general reload"));
    }
}
