package net.re6st.node.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.re6st.net.Iface;
import net.re6st.net.Ip6;
import net.re6st.net.Network;

/**
 * What the kernel tells in {@code /proc} about processes and about the network of this process; reading it costs no child
 * process. The parsers are pure.
 */
public final class ProcFiles {
    private static final int FLAG_TENTATIVE = 0x40;
    private static final int FLAG_DAD_FAILED = 0x08;
    private static final int ROUTE_REJECT = 0x0200;

    private ProcFiles() {}

    /** An IPv6 address of an interface; {@code usable}: not being checked for duplicates any more. */
    record Address(Ip6 ip, int length, String iface, boolean usable) {}

    /** An IPv6 route; {@code rejects}: unreachable and the like. */
    record Route(Ip6 destination, int length, boolean rejects, String iface) {}

    static List<String> interfaces() {
        return interfaces(text(Path.of("/proc/net/dev")));
    }

    /** Bytes received and sent on an interface since it was made. */
    public record Traffic(long received, long sent) {}

    public static Map<String, Traffic> traffic() {
        return traffic(text(Path.of("/proc/net/dev")));
    }

    static List<Address> addresses() {
        return addresses(text(Path.of("/proc/net/if_inet6")));
    }

    static List<Route> routes() {
        return routes(text(Path.of("/proc/net/ipv6_route")));
    }

    /** Whether an interface has a link-local address that can be used. */
    static boolean hasLinkLocal(Iface iface) {
        return addresses().stream()
                .anyMatch(a -> a.usable && a.iface.equals(iface.name()) && a.ip.high() >>> 54 == 0xfe80 >>> 6);
    }

    /** When a process was started; empty if there is none of that number. */
    static Optional<Long> startTicks(long pid) {
        return startTicks(text(Path.of("/proc", Long.toString(pid), "stat")));
    }

    /** The words a process was started with; empty if there is none, or it is a zombie. */
    static List<String> words(long pid) {
        String raw = text(Path.of("/proc", Long.toString(pid), "cmdline"));
        return raw.isEmpty()
                ? List.of()
                : List.of(raw.substring(0, raw.length() - 1).split("\0", -1));
    }

    /** All processes that can be seen. */
    static List<Long> pids() {
        List<Long> pids = new ArrayList<>();
        try (var entries = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            entries.forEach(entry -> pids.add(Long.parseLong(entry.getFileName().toString())));
        } catch (IOException e) {
            return List.of();
        }
        return pids;
    }

    static void set(Path file, String value) throws IOException {
        Files.writeString(file, value);
    }

    static List<String> interfaces(String text) {
        return text.lines()
                .map(line -> line.indexOf(':') < 0
                        ? ""
                        : line.substring(0, line.indexOf(':')).strip())
                .filter(name -> !name.isEmpty())
                .toList();
    }

    static Map<String, Traffic> traffic(String text) {
        Map<String, Traffic> traffic = new TreeMap<>();
        for (String line : text.lines().toList()) {
            int colon = line.indexOf(':');
            String[] numbers = line.substring(colon + 1).strip().split("\\s+");
            if (colon > 0 && numbers.length == 16) {
                traffic.put(
                        line.substring(0, colon).strip(),
                        new Traffic(Long.parseLong(numbers[0]), Long.parseLong(numbers[8])));
            }
        }
        return traffic;
    }

    static List<Address> addresses(String text) {
        List<Address> addresses = new ArrayList<>();
        for (String line : text.lines().toList()) {
            String[] words = line.strip().split("\\s+");
            if (words.length == 6 && words[0].matches("[0-9a-f]{32}")) {
                int flags = Integer.parseInt(words[4], 16);
                boolean usable = (flags & (FLAG_TENTATIVE | FLAG_DAD_FAILED)) == 0;
                addresses.add(new Address(ip(words[0]), Integer.parseInt(words[2], 16), words[5], usable));
            }
        }
        return addresses;
    }

    static List<Route> routes(String text) {
        List<Route> routes = new ArrayList<>();
        for (String line : text.lines().toList()) {
            String[] words = line.strip().split("\\s+");
            if (words.length == 10 && words[0].matches("[0-9a-f]{32}")) {
                boolean rejects = (Integer.parseUnsignedInt(words[8], 16) & ROUTE_REJECT) != 0;
                routes.add(new Route(ip(words[0]), Integer.parseInt(words[1], 16), rejects, words[9]));
            }
        }
        return routes;
    }

    /** Field 22 of {@code stat}; the second, the name in parentheses, may hold anything. */
    static Optional<Long> startTicks(String stat) {
        int end = stat.lastIndexOf(')');
        String[] words =
                end < 0 ? new String[0] : stat.substring(end + 1).strip().split(" ");
        return words.length > 19 && words[19].matches("\\d{1,18}") && !words[0].equals("Z")
                ? Optional.of(Long.parseLong(words[19]))
                : Optional.empty();
    }

    /** Whether a route leads into the network, or is the network as a whole. */
    static boolean isInside(Route route, Network network) {
        return route.length >= network.length() && network.contains(route.destination);
    }

    private static Ip6 ip(String hex) {
        return new Ip6(Long.parseUnsignedLong(hex.substring(0, 16), 16), Long.parseUnsignedLong(hex.substring(16), 16));
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
