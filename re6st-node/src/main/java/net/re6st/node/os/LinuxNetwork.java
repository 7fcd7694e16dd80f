package net.re6st.node.os;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.re6st.net.Iface;
import net.re6st.net.Ip4;
import net.re6st.net.Network;
import net.re6st.net.Subnet;

/** The exact words of every {@code ip} command; pure. */
public final class LinuxNetwork {
    /** Short, so that Babel's packets don't queue behind the payload's. */
    static final int TX_QUEUE_PACKETS = 100;

    /** babeld's number among the origins of routes; hosts need not know its name. */
    private static final String PROTO_BABEL = "42";

    /** Ours for routes to remote hosts, so that those which a crash left are known. Between the numbers that have names. */
    private static final String PROTO_REMOTE = "143";

    private static final Pattern LISTED = Pattern.compile("\\d+: ([^:@ ]+)");
    private static final Pattern LISTED_IP4 = Pattern.compile("\\binet (\\S+) ");
    private static final Pattern SECOND_NAME = Pattern.compile("\\baltname ([^\\s\\\\]+)");
    /** Ours for routes that stand in for those of a babeld, while it learns them anew. */
    private static final String PROTO_STAND_IN = "145";

    /** Ours for what babeld announces of the IPv4 payload. */
    static final String PROTO_PAYLOAD = "144";

    /** Worse than babeld's own routes. */
    private static final String STAND_IN_METRIC = "2048";

    /** Right before the main table's, which is what the kernel gives to the first rule. */
    private static final int RULE_PRIORITY = 32_765;

    private LinuxNetwork() {}

    /** A command and what undoes it. */
    public record Change(List<String> apply, List<String> undo) {}

    // Set-up of the host, in order.

    /** Our IPv4 payload as a whole: what nobody announces is unreachable rather than sent to the default route. */
    public static Change unreachable(Ip4Block whole) {
        return new Change(
                ip4("route add unreachable " + whole.cidr() + " proto static"),
                ip4("route del unreachable " + whole.cidr() + " proto static"));
    }

    /** Our part of the IPv4 payload, for babeld to announce; what is not on a tunnel's network is unreachable. */
    public static Change announced(Ip4Block own) {
        String route = "unreachable " + own.cidr() + " proto " + PROTO_PAYLOAD + " metric " + STAND_IN_METRIC;
        return new Change(ip4("route add " + route), ip4("route del " + route));
    }

    /** Our IPv4 address on an interface that is no tunnel. */
    public static Change address(Ip4Block own, Iface main) {
        return new Change(
                ip4("addr add " + own.address() + " dev " + main), ip4("addr del " + own.address() + " dev " + main));
    }

    /** Our main address, with the subnet's length: the kernel then answers at the subnet's first address too. */
    public static Change address(Subnet subnet, Iface main) {
        String address = subnet.mainAddress() + "/" + subnet.length() + " dev " + main;
        return new Change(ip6("addr add " + address), ip6("addr del " + address));
    }

    /** What remains of {@link #address(Subnet, Iface)} when its removal leaves the route behind. */
    public static List<String> deleteSubnetRoute(Subnet subnet, Iface main) {
        return ip6("route del " + subnet + " dev " + main);
    }

    /** The link-local route that an address on the loopback interface brings, useless there. */
    public static List<String> deleteLinkLocalRoute(Iface main) {
        return ip6("route del fe80::/64 dev " + main);
    }

    /** The whole network: what nobody announces is unreachable rather than sent to the default route. */
    public static Change unreachable(Network network) {
        return new Change(ip6("route add unreachable " + network), ip6("route del unreachable " + network));
    }

    /** Only a kernel that routes by source address takes this. */
    public static Change sourceRoutingProbe() {
        return new Change(
                ip6("route add unreachable ::/128 from ::/128"), ip6("route del unreachable ::/128 from ::/128"));
    }

    /**
     * Traffic from or to the network looks into a routing table of its own first. With a priority of its own a rule that is
     * there is not made once more: without, the kernel gives every one another priority.
     */
    public static Change rule(String direction, Network network, int table) {
        String rule = direction + " " + network + " table " + table + " priority " + RULE_PRIORITY;
        return new Change(ip6("rule add " + rule), ip6("rule del " + rule));
    }

    /** As {@link #rule(String, Network, int)}, for the IPv4 payload. */
    public static Change rule(String direction, Ip4Block whole, int table) {
        String rule = direction + " " + whole.cidr() + " table " + table + " priority " + RULE_PRIORITY;
        return new Change(ip4("rule add " + rule), ip4("rule del " + rule));
    }

    /** The packets of a tunnel to {@code ip} take another gateway than the host's. */
    static Change remoteRoute(String ip, Ip4 gateway) {
        String route = ip + " via " + gateway + " proto " + PROTO_REMOTE;
        return new Change(ip4("route add " + route), ip4("route del " + route));
    }

    static List<String> listRemoteRoutes() {
        return ip4("route show proto " + PROTO_REMOTE);
    }

    static List<String> flushRemoteRoutes() {
        return ip4("route flush proto " + PROTO_REMOTE);
    }

    static List<String> listDefaultRoutes() {
        return ip4("route show default");
    }

    /** The gateway of the best route in the output of {@link #listDefaultRoutes}; empty if that leads to no router. */
    static Optional<Ip4> gateway(String listing) {
        String[] words = listing.lines().findFirst().orElse("").split(" ");
        return words.length > 2 && words[0].equals("default") && words[1].equals("via")
                ? Ip4.parse(words[2])
                : Optional.empty();
    }

    // Tunnels.

    static List<String> addTap(Iface iface) {
        return words("ip tuntap add dev " + iface + " mode tap");
    }

    static List<String> listAddresses(Iface iface) {
        return ip4("-o addr show dev " + iface);
    }

    /**
     * Lines for {@code ip -batch -} that leave {@code wanted} as the IPv4 addresses of a tunnel, whatever it has; none if it has
     * those. That of the payload gets a label, so that babeld, which asks for the address of the interface's own name, goes on
     * seeing the next hop alone. See docs/decisions/0039.
     */
    static String addressChanges(String listing, TunnelIp4 wanted, Iface iface) {
        List<String> lines = new ArrayList<>();
        Set<String> present = new TreeSet<>();
        Matcher listed = LISTED_IP4.matcher(listing);
        while (listed.find()) {
            present.add(listed.group(1));
        }
        String nextHop = wanted.nextHop().map(address -> address + "/32").orElse("");
        String own = wanted.own().map(Ip4Block::toString).orElse("");
        if (!nextHop.isEmpty() && !present.contains(nextHop)) {
            lines.add("addr add " + nextHop + " dev " + iface + " scope link");
        }
        present.stream()
                .filter(address -> !address.equals(nextHop) && !address.equals(own))
                .forEach(address -> lines.add("addr del " + address + " dev " + iface));
        if (!own.isEmpty() && !present.contains(own)) {
            lines.add("addr add " + own + " dev " + iface + " label " + iface + ":4");
        }
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }

    static List<String> up(Iface iface, int mtuBytes) {
        return words("ip link set dev " + iface + " mtu " + mtuBytes + " txqueuelen " + TX_QUEUE_PACKETS + " up");
    }

    static List<String> down(Iface iface) {
        return words("ip link set dev " + iface + " down");
    }

    static List<String> deleteLink(Iface iface) {
        return words("ip link del dev " + iface);
    }

    static List<String> addName(Iface iface, Iface second) {
        return words("ip link property add dev " + iface + " altname " + second);
    }

    static List<String> deleteName(Iface iface, Iface second) {
        return words("ip link property del dev " + iface + " altname " + second);
    }

    /**
     * The words that make an interface look unusable to babeld, and usable again; packets pass it all the time, and its
     * addresses stay.
     */
    static Dormancy dormancy(Iface iface) {
        String set = "link set dev " + iface;
        return new Dormancy(
                set + " mode dormant\n" + set + " state dormant\n", set + " state up\n" + set + " mode default\n");
    }

    /** Lines for {@link #linkBatch}. */
    record Dormancy(String begin, String end) {}

    static List<String> linkBatch() {
        return words("ip -force -batch -");
    }

    /** Lists the routes that babeld has through an interface. */
    static List<List<String>> listBabelRoutes(Iface iface, int table) {
        String rest = "route show dev " + iface + " proto " + PROTO_BABEL + inTable(table);
        return List.of(ip6(rest), ip4(rest));
    }

    /** Lines for {@code ip -batch -} that add a worse copy of each listed route. */
    static String standIns(String listing, Iface iface, int table) {
        StringBuilder lines = new StringBuilder();
        for (String line : listing.split("\n")) {
            String route = line.strip().replaceAll(" (metric|pref|proto) \\S+", "");
            if (route.matches("[0-9a-f:./]+ .*|default .*") && route.contains(" via ")) {
                lines.append("route add ").append(route).append(" dev ").append(iface);
                lines.append(" proto " + PROTO_STAND_IN + " metric " + STAND_IN_METRIC)
                        .append(inTable(table));
                lines.append('\n');
            }
        }
        return lines.toString();
    }

    /** Whatever table they are in. */
    static List<List<String>> deleteStandIns() {
        String rest = "route flush table all proto " + PROTO_STAND_IN;
        return List.of(ip6(rest), ip4(rest));
    }

    static List<List<String>> deleteStandIns(int table) {
        String rest = "route flush proto " + PROTO_STAND_IN + inTable(table);
        return List.of(ip6(rest), ip4(rest));
    }

    /** Reads lines from its input, and goes on after one that fails. */
    static List<String> batch(boolean ipv6) {
        return words("ip " + (ipv6 ? "-6" : "-4") + " -force -batch -");
    }

    private static String inTable(int table) {
        return table == 0 ? "" : " table " + table;
    }

    // What an earlier run left.

    /** All interfaces with their second names, each on one line. */
    static List<String> listLinks() {
        return words("ip -o link show");
    }

    /** Second names in the output of {@link #listLinks}, each with the interface it belongs to. */
    static Map<String, String> secondNames(String listing) {
        Map<String, String> names = new TreeMap<>();
        for (String line : listing.lines().toList()) {
            Matcher iface = LISTED.matcher(line);
            Matcher second = SECOND_NAME.matcher(line);
            boolean known = iface.lookingAt();
            while (known && second.find()) {
                names.put(second.group(1), iface.group(1));
            }
        }
        return names;
    }

    /** All routes into the network that a babeld installed in a table; 0: the main one. */
    static List<List<String>> flushBabelRoutes(Network network, int table) {
        String where = " proto " + PROTO_BABEL + inTable(table);
        List<List<String>> all = new ArrayList<>(deleteStandIns(table));
        all.add(ip6("route flush root " + network + where));
        all.add(ip6("route flush exact default from " + network + where));
        return List.copyOf(all);
    }

    static List<String> flushBabelRoutes(Ip4Block whole) {
        return ip4("route flush root " + whole.cidr() + " proto " + PROTO_BABEL);
    }

    private static List<String> ip6(String rest) {
        return words("ip -6 " + rest);
    }

    private static List<String> ip4(String rest) {
        return words("ip -4 " + rest);
    }

    private static List<String> words(String command) {
        return List.of(command.split(" "));
    }
}
