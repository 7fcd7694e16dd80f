package net.re6st.node.os;

import java.util.List;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import net.re6st.net.Iface;
import net.re6st.net.Ip6;
import net.re6st.net.Prefix;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Neighbours on a shared interface whose Babel packets are dropped before babeld sees them, so that it leaves the link to one
 * client without anything happening to the others. For old clients, which don't raise the cost towards us themselves.
 * Blocking: for the commands' thread.
 */
final class DeafenedLinks {
    private static final Logger LOG = LoggerFactory.getLogger(DeafenedLinks.class);
    private static final String TABLE = "re6stnet";

    private final SortedMap<Prefix, NavigableSet<String>> rules = new TreeMap<>();

    void add(Iface iface, Prefix neighbour, Ip6 ip) {
        if (rules.computeIfAbsent(neighbour, n -> new TreeSet<>()).add(rule(iface, ip))) {
            apply();
        }
    }

    void remove(Prefix neighbour) {
        if (rules.remove(neighbour) != null) {
            apply();
        }
    }

    /** Removes what any run left. */
    static void clear() {
        Commands.run(List.of("nft", "delete table ip6 " + TABLE));
    }

    private void apply() {
        List<String> all = rules.values().stream().flatMap(NavigableSet::stream).toList();
        if (!Commands.run(List.of("nft", table(all))).succeeded()) {
            LOG.info("nft can't be used: removing a tunnel to an old client may lose packets");
        }
    }

    /** The whole table anew, in one transaction; making it first lets its removal succeed. */
    static String table(List<String> rules) {
        String table = "table ip6 " + TABLE;
        StringBuilder words = new StringBuilder(table + "; delete " + table + ";");
        if (!rules.isEmpty()) {
            words.append(" " + table + " { chain babel { type filter hook input priority 0; ");
            rules.forEach(rule -> words.append(rule).append("; "));
            words.append("} }");
        }
        return words.toString();
    }

    static String rule(Iface iface, Ip6 ip) {
        return "iifname \"" + iface + "\" ip6 saddr " + ip + " udp dport 6696 drop";
    }
}
