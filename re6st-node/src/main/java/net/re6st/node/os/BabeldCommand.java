package net.re6st.node.os;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.re6st.net.Bytes;
import net.re6st.net.Iface;
import net.re6st.net.Ip6;
import net.re6st.net.Network;

/**
 * The exact words that start babeld, and the statements it is given while it runs.
 *
 * <p>A running babeld takes interfaces and the value of a key, but no filter: those that lock a link are there from the start
 * and name interfaces that don't exist until one gets such a second name.
 */
public final class BabeldCommand {
    static final String PROGRAM = "babeld";

    /** Links that can be locked at the same time. */
    static final int LOCKS = 8;

    /** Added to the metric of a locked link: more than any way around it costs, less than infinity. */
    static final int LOCK_METRIC = 20_000;

    /**
     * Added to the metric of a link that ends: infinity with whatever is added to it. Infinity itself would be a filter that
     * says nothing, and what was announced before would go on being believed.
     */
    static final int RETRACT_METRIC = 65_534;

    /**
     * Added to the metric of an interface that takes up other options: what can leave it does. Less than a lock, because nodes
     * do that at the same time, and a few such links in a row must stay less than infinite.
     */
    static final int HOLD_METRIC = 8_000;

    /** babeld wants at least one interface on its command line; all of ours come later. */
    private static final String NO_INTERFACE = "re6st-none";

    private static final int PROTO_BOOT = 3;

    /** As {@link BabelKeys#definition} writes it. */
    private static final Pattern KEY = Pattern.compile("key id sign type blake2s128 value ((?:[0-9a-f]{2})+)");

    /** The options of interfaces, as {@link #statements} writes them. */
    private static final Pattern DEFAULT = Pattern.compile("default (.*?) ?key sign .*");

    /** The options of an interface, and what babeld 1.12 takes for a tunnel that has none. */
    private static final Map<String, String> DEFAULTS = Map.of(
            "rxcost", "96",
            "rtt-min", "10",
            "rtt-max", "120",
            "rtt-decay", "42",
            "max-rtt-penalty", "96",
            "link-quality", "auto",
            "split-horizon", "auto",
            "enable-timestamps", "auto",
            "faraway", "false",
            "unicast", "false");

    private BabeldCommand() {}

    /**
     * What babeld needs to know.
     *
     * @param control path of its local socket
     * @param address our main address
     * @param length of our subnet
     * @param ip4 our block of the IPv4 payload
     * @param gateway whether we announce a default route for the network
     * @param sourceRouting whether the kernel routes by source address
     * @param babelDefault the network's options for every interface, those that babeld knows
     * @param table routing table; 0: the main one
     * @param lan interfaces of {@code -i}
     * @param extra the user's own arguments
     */
    public record Settings(
            int helloSeconds,
            Path log,
            Path state,
            Path control,
            Ip6 address,
            int length,
            Network network,
            Optional<Ip4Block> ip4,
            boolean gateway,
            boolean sourceRouting,
            String babelDefault,
            BabelKeys keys,
            int table,
            List<Iface> lan,
            List<String> extra) {}

    public static List<String> start(Settings settings) {
        String hello = Integer.toString(settings.helloSeconds);
        List<String> words = new ArrayList<>(List.of(PROGRAM, "-h", hello, "-H", hello));
        words.addAll(List.of("-L", settings.log.toString(), "-S", settings.state.toString(), "-I", "", "-s"));
        words.addAll(List.of("-G", settings.control.toString()));
        if (settings.table != 0) {
            words.addAll(List.of("-t", Integer.toString(settings.table)));
        }
        for (String statement : statements(settings)) {
            words.addAll(List.of("-C", statement));
        }
        words.add(NO_INTERFACE);
        settings.lan.forEach(iface -> words.add(iface.name()));
        words.addAll(settings.extra);
        return List.copyOf(words);
    }

    /** The name of a filter's interface, which a locked link gets as a second name. */
    static Iface lockName(int slot) {
        return new Iface("re6lock" + slot);
    }

    /** The name that a locked link gets besides, when nobody may use it any more. */
    static Iface retractName(int slot) {
        return new Iface("re6hard" + slot);
    }

    /** Whether a second name is one that locks a link. */
    static boolean isLock(String name) {
        return name.matches("re6(lock|hard|hold|empty)\\d");
    }

    /** Whether these words start the same babeld but for what it takes while it runs. */
    static boolean isSame(List<String> words, List<String> others) {
        return lasting(words).equals(lasting(others));
    }

    /** Less the value of the key and, where all interfaces come while it runs, the options of those that came with it. */
    private static List<String> lasting(List<String> words) {
        int last = words.indexOf(NO_INTERFACE);
        boolean lan =
                last < 0 || (last + 1 < words.size() && !words.get(last + 1).startsWith("-"));
        List<String> rest = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            boolean hello = i > 0 && words.get(i - 1).equalsIgnoreCase("-h");
            if (KEY.matcher(word).matches()) {
                rest.add("key");
            } else if (lan || !hello) {
                // Which packets are believed counts: that some interfaces learnt of a change can't be seen.
                rest.add(lan ? word : word.replaceFirst("^default .*(?=key sign)", "default "));
            }
        }
        return rest;
    }

    /**
     * What interfaces are given that come while babeld runs.
     *
     * @param helloSeconds the network's interval
     * @param babelDefault the network's options
     */
    record InterfaceOptions(int helloSeconds, String babelDefault) {}

    /** Those that belong to the words that start a babeld; empty if these are none of ours. */
    static Optional<InterfaceOptions> interfaceOptions(List<String> words) {
        int hello = words.indexOf("-h") + 1;
        if (hello == 0 || hello == words.size() || !words.get(hello).matches("\\d{1,6}")) {
            return Optional.empty();
        }
        return words.stream()
                .map(DEFAULT::matcher)
                .filter(Matcher::matches)
                .map(found -> new InterfaceOptions(Integer.parseInt(words.get(hello)), found.group(1)))
                .findFirst();
    }

    /** The key in the words that started a babeld. */
    static Optional<Bytes> key(List<String> words) {
        return words.stream()
                .map(KEY::matcher)
                .filter(Matcher::matches)
                .map(key -> Bytes.ofHex(key.group(1)))
                .findFirst();
    }

    /** The name of the one interface that takes up other options. */
    static Iface holdName() {
        return new Iface("re6hold0");
    }

    /** The name it gets besides, when nothing that we learn there may be used. */
    static Iface emptyName() {
        return new Iface("re6empty0");
    }

    /**
     * Adds an interface to a running babeld: nothing is inherited from {@code default}. Hellos are sent more often than the
     * network asks for, see {@link #pace}. Updates go out once
     * per hello of the network, not once in four: what a neighbour missed while the link was new waits for the next one, which
     * took a third of the time until everybody reached everybody. They are as long as the network is large: about 15 kB per
     * second and link with 10,000 nodes at the usual 15 s.
     */
    static String addInterface(Iface iface, int helloSeconds, String babelDefault, BabelKeys keys) {
        return "interface " + iface + " type tunnel " + pace(helloSeconds) + withSpace(babelDefault) + keys.use();
    }

    /**
     * Each hello costs next to nothing, and a new link needs several before it is used. But a neighbour must not be much slower
     * than the others: a babeld that checks keys looks over its neighbours every one and a half times the shortest interval that
     * any of them announces, and then forgets who is new and was not heard again since it proved that it has the key. Beside
     * neighbours of half the interval, one of the whole interval, such as a node of the original software, found its way in
     * after minutes or not at all; beside neighbours of three quarters it takes hardly longer than among its own kind.
     */
    private static String pace(int helloSeconds) {
        return "hello-interval " + helloSeconds * 3 / 4.0 + " update-interval " + helloSeconds + " ";
    }

    /**
     * Gives other options to an interface that {@link #addInterface} added. babeld merges them with those it has, and uses
     * them the next time the interface comes up.
     *
     * @param earlier the network's options that the interface may have had; what is missing now gets its default
     */
    static String changeInterface(
            Iface iface, int helloSeconds, String babelDefault, Collection<String> earlier, BabelKeys keys) {
        Set<String> now = names(babelDefault);
        StringBuilder back = new StringBuilder();
        earlier.stream().flatMap(options -> names(options).stream()).distinct().forEach(name -> {
            String standard = DEFAULTS.get(name);
            if (!now.contains(name) && standard != null) {
                back.append(name).append(' ').append(standard).append(' ');
            }
        });
        String statement = addInterface(iface, helloSeconds, babelDefault, keys);
        String start = "interface " + iface + " type tunnel ";
        return start + back + statement.substring(start.length());
    }

    /** Options come as a name and a value. */
    private static Set<String> names(String babelDefault) {
        String[] words = babelDefault.split(" ");
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < words.length; i += 2) {
            names.add(words[i]);
        }
        return names;
    }

    private static List<String> statements(Settings settings) {
        String network = settings.network.toString();
        int networkLength = settings.network.length();
        List<String> statements = new ArrayList<>();
        // The first filter that matches decides.
        for (int slot = 0; slot < LOCKS; slot++) {
            statements.add("in if " + retractName(slot) + " metric " + RETRACT_METRIC);
            statements.add("out if " + retractName(slot) + " metric " + RETRACT_METRIC);
        }
        for (int slot = 0; slot < LOCKS; slot++) {
            statements.add("in if " + lockName(slot) + " metric " + LOCK_METRIC);
            statements.add("out if " + lockName(slot) + " metric " + LOCK_METRIC);
        }
        statements.add("in if " + emptyName() + " metric " + RETRACT_METRIC);
        statements.add("in if " + holdName() + " metric " + HOLD_METRIC);
        // A killed babeld forgets its sequence number. Under its old id, whatever number it then begins with may count
        // as an
        // old one for as long as others remember (200 s), and only neighbours would reach it meanwhile.
        statements.add("random-id true");
        statements.add("redistribute local deny");
        statements.add("redistribute ip " + settings.address + "/" + settings.length + " eq " + settings.length);
        statements.add(settings.keys.definition());
        statements.add("default " + withSpace(settings.babelDefault) + settings.keys.use());
        settings.lan.forEach(iface -> statements.add(
                "interface " + iface + " " + pace(settings.helloSeconds).strip()));
        // By origin rather than by prefix: our part of the IPv4 payload may change while babeld runs.
        statements.add("redistribute ip 0.0.0.0/0 proto " + LinuxNetwork.PROTO_PAYLOAD);
        if (!settings.sourceRouting && !settings.gateway) {
            statements.add("ipv6-subtrees false");
            statements.add("in ip ::/0 eq 0 src-ip " + network + " src-eq " + networkLength);
            statements.add("in ip ::/0 eq 0 src-ip ::/0 src-ge 1 deny");
            statements.add("out ip ::/0 eq 0 deny");
        }
        if (settings.gateway) {
            statements.add("redistribute ip ::/0 eq 0 src-prefix " + network);
            // Left out by the line above: what an administrator or ifupdown set with ip(8).
            statements.add("redistribute ip ::/0 eq 0 proto " + PROTO_BOOT + " src-prefix " + network);
            if (!settings.sourceRouting) {
                statements.add("in ip " + network + " ge " + networkLength);
                statements.add("in ip ::/0 deny");
            }
        } else {
            // From an old node; it would take all traffic of this host, not only the network's.
            statements.add("in ip ::/0 eq 0 src-ip ::/0 src-eq 0 deny");
        }
        statements.add("redistribute deny");
        statements.add("install pref-src " + settings.address);
        if (!settings.lan.isEmpty()) {
            // Tunnels have the address; a LAN has another one.
            settings.ip4.ifPresent(block -> statements.add("install pref-src " + block.address()));
        }
        return statements;
    }

    private static String withSpace(String text) {
        return text.isEmpty() ? "" : text + " ";
    }
}
