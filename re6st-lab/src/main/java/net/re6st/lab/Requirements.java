package net.re6st.lab;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What the machine must have for a {@link Lab}: owns the list of programs and what to say when one is missing. */
public final class Requirements {
    /** Program to the Debian package that has it. */
    private static final Map<String, String> PROGRAMS = Map.of(
            "ip", "iproute2",
            "nft", "nftables",
            "openvpn", "openvpn",
            "babeld", "babeld",
            "openssl", "openssl",
            "ping", "iputils-ping",
            "sysctl", "procps",
            "setsid", "util-linux");

    /** For routers that can be asked for ports or advertise themselves, and to ask them. */
    private static final Map<String, String> ROUTER_PROGRAMS =
            Map.of("miniupnpd", "miniupnpd-nftables", "upnpc", "miniupnpc", "natpmpc", "natpmpc", "radvd", "radvd");

    private Requirements() {}

    /** Throws with one clear sentence if something is missing. */
    public static void check() {
        if (!isRoot()) {
            throw new LabException("network namespaces need root: run it with sudo");
        }
        check(PROGRAMS);
        if (!Files.exists(Path.of("/dev/net/tun"))) {
            throw new LabException("/dev/net/tun is missing: modprobe tun");
        }
    }

    /** The same, for what routers need that do more than to translate addresses. */
    static void checkRouter() {
        check(ROUTER_PROGRAMS);
    }

    /** The same, for other programs, each with Debian's package that has it. */
    static void check(Map<String, String> programs) {
        List<String> missing = programs.keySet().stream()
                .filter(program -> !isInstalled(program))
                .map(programs::get)
                .distinct()
                .sorted()
                .toList();
        if (!missing.isEmpty()) {
            throw new LabException("missing programs: apt install " + String.join(" ", missing));
        }
    }

    private static boolean isRoot() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .anyMatch(line -> line.matches("Uid:\\s+\\d+\\s+0\\s.*"));
        } catch (IOException e) {
            throw new LabException("/proc is not mounted", e);
        }
    }

    private static boolean isInstalled(String program) {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin";
        return Arrays.stream(path.split(":"))
                .anyMatch(folder -> Files.isExecutable(new File(folder, program).toPath()));
    }
}
