package net.re6st.node.command;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.re6st.node.os.Commands;
import net.re6st.node.os.OpenVpnVersion;

/** The doctor's checks of the programs that a node starts, and of the devices they need. */
final class ProgramChecks {
    private static final Pattern BABELD = Pattern.compile("babeld-(\\d{1,4})\\.(\\d{1,4})");
    private static final int BABELD_MAJOR = 1;
    private static final int BABELD_MINOR = 12;

    private ProgramChecks() {}

    static List<Finding> openvpn(Examination seen) {
        Commands.Result result = seen.host().run("openvpn", "--version");
        Optional<OpenVpnVersion> version = OpenVpnVersion.parse(result.output());
        if (version.isEmpty()) {
            return List.of(Finding.error(
                    "openvpn",
                    "openvpn can't be run: " + firstLine(result.output()),
                    "install it: apt install openvpn"));
        }
        return List.of(version.get()
                .refusal()
                .map(why -> Finding.error("openvpn", why, "install the version of Debian 12 or later"))
                .orElseGet(() -> Finding.ok("openvpn", "version " + version.get())));
    }

    static List<Finding> babeld(Examination seen) {
        Commands.Result result = seen.host().run("babeld", "-V");
        Matcher version = BABELD.matcher(result.output());
        if (!version.find()) {
            return List.of(Finding.error(
                    "babeld", "babeld can't be run: " + firstLine(result.output()), "install it: apt install babeld"));
        }
        int major = Integer.parseInt(version.group(1));
        int minor = Integer.parseInt(version.group(2));
        boolean old = major < BABELD_MAJOR || (major == BABELD_MAJOR && minor < BABELD_MINOR);
        String found = "version " + major + "." + minor;
        return List.of(
                old
                        ? Finding.error(
                                "babeld",
                                found + " is too old",
                                "install " + BABELD_MAJOR + "." + BABELD_MINOR + " or later")
                        : Finding.ok("babeld", found));
    }

    static List<Finding> devices(Examination seen) {
        if (!seen.host().exists("/dev/net/tun")) {
            return List.of(Finding.error(
                    "devices",
                    "there is no /dev/net/tun: OpenVPN can't make interfaces",
                    "modprobe tun; in a container, allow the device"));
        }
        boolean off =
                seen.host().sysctl("net/ipv6/conf/all/disable_ipv6").orElse("1").equals("1");
        return List.of(
                off
                        ? Finding.error(
                                "devices",
                                "IPv6 is turned off",
                                "sysctl -w net.ipv6.conf.all.disable_ipv6=0, and remove what sets it from /etc/sysctl.d")
                        : Finding.ok("devices", "IPv6 and /dev/net/tun are there"));
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("it prints nothing");
    }
}
