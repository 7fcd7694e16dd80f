package net.re6st.node.command;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.re6st.node.command.Finding.Level;
import net.re6st.node.command.PingOutput.Kind;

/** The doctor's checks of what passes: protocols and sizes, between this node and those it has tunnels with. */
final class LinkChecks {
    private static final Pattern MTU = Pattern.compile(" mtu (\\d{4,5}) ");
    private static final int HEADERS_BYTES = 48;
    private static final int MAX_LINKS = 32;

    /** Who has no neighbour by then had time for several attempts. Tests don't wait so long. */
    private static final int SETTLED_SECONDS = Integer.getInteger("re6st.babel.settledSeconds", 60);

    /** Until one of ten is answered: on a link that loses much, one that is not says nothing. */
    private static final List<String> PING = List.of("ping", "-6", "-n", "-c", "1", "-i", "0.2", "-w", "2");

    /** A peer that talked with the daemon before answers this one after a minute. Tests don't wait so long. */
    private static final int ANSWERED_SECONDS = Integer.getInteger("re6st.peers.answeredSeconds", 70);

    private LinkChecks() {}

    /** Babel packets come on every tunnel that is up, or its neighbour is not heard. */
    static List<Finding> babel(Examination seen) {
        if (!seen.isRunning()) {
            return List.of(Finding.skipped("babel", "re6stnet does not run"));
        }
        if (!seen.status().at("babeld").is("connected")) {
            return List.of(Finding.error(
                    "babel", "babeld does not run", "look in babeld.log and re6stnet.log; is UDP 6696 taken?"));
        }
        double patience = 4 * seen.status().at("parameters").number("helloSeconds") + 5;
        List<Finding> findings = new ArrayList<>();
        for (Reply link : seen.links()) {
            boolean silent = link.text("neighbour").isEmpty() || link.whole("cost") >= 65_535;
            if (link.text("state").equals("up") && silent && link.number("upSeconds") > patience) {
                findings.add(Finding.error(
                        "babel",
                        "no Babel comes through " + link.text("iface") + " from " + link.text("peer"),
                        "allow UDP port 6696 from fe80::/10 on re6stnet* in the firewalls of both"));
            }
        }
        long heard = seen.heard().size();
        boolean alone = heard == 0
                && seen.links().stream().noneMatch(link -> link.text("state").equals("up"));
        // The registry's node is the first of a network.
        if (alone
                && !seen.status().at("registry").is("self")
                && seen.status().whole("uptimeSeconds") > SETTLED_SECONDS) {
            findings.add(Finding.warning(
                    "babel",
                    "there is no neighbour and no tunnel: nobody can be reached",
                    "look at the other findings, and whether a firewall lets this host connect to all TCP ports outside;"
                            + " re6stnet tunnels shows how far it gets"));
        }
        return findings.isEmpty() ? List.of(Finding.ok("babel", heard + " neighbours are heard")) : findings;
    }

    /**
     * Sessions between nodes. Without any, nobody can ask for addresses, nor be told of new parameters. The daemon began some,
     * as it was asked what peers find.
     */
    static List<Finding> sessions(Examination seen) {
        if (!seen.isRunning()) {
            boolean taken = portTaken(seen.host());
            return List.of(
                    taken
                            ? Finding.error(
                                    "peers",
                                    "UDP port 326 is taken by another program",
                                    "find it (ss -lunp | grep 326) and end it: re6stnet needs the port")
                            : Finding.ok("peers", "UDP port 326 is free"));
        }
        Reply peers = seen.status().at("peers");
        if (peers.whole("connected") > 0) {
            return List.of(Finding.ok("peers", peers.text("connected") + " nodes in contact over UDP 326"));
        }
        List<String> addresses = seen.heard().stream()
                .map(link -> link.text("address"))
                .distinct()
                .limit(4)
                .toList();
        if (addresses.isEmpty()) {
            return List.of(Finding.skipped("peers", "there is no neighbour to ask"));
        }
        if (peers.whole("identified") > 0) {
            return List.of(Finding.ok("peers", "a neighbour answers on UDP 326"));
        } else if (seen.status().whole("uptimeSeconds") < ANSWERED_SECONDS) {
            return List.of(
                    Finding.skipped("peers", "no neighbour answered yet on UDP 326; they may wait up to a minute"));
        }
        return List.of(Finding.error(
                "peers",
                "no neighbour answers on UDP 326 (" + String.join(", ", addresses) + ")",
                "allow UDP port 326 within " + seen.status().at("setup").text("network") + " in the firewalls"));
    }

    private static boolean portTaken(HostView host) {
        String sockets = host.read("/proc/net/udp6").orElse("") + "\n"
                + host.read("/proc/net/udp").orElse("");
        return sockets.lines().anyMatch(line -> line.strip().matches("\\d+: [0-9A-F]+:0146 .*"));
    }

    static List<Finding> icmp(Examination seen) {
        List<Reply> asked = seen.heard().stream().limit(MAX_LINKS).toList();
        if (asked.isEmpty()) {
            return List.of(Finding.skipped("icmpv6", "there is no neighbour to ask"));
        }
        List<Boolean> answers = ofEach(asked, link -> answers(seen, link.text("address")));
        if (!answers.contains(false)) {
            return List.of(Finding.ok("icmpv6", "passes from and to " + asked.size() + " neighbours"));
        }
        Set<String> silent = new LinkedHashSet<>();
        for (int i = 0; i < asked.size(); i++) {
            if (!answers.get(i)) {
                silent.add(asked.get(i).text("peer"));
            }
        }
        String text = "no answer to pings from " + String.join(", ", silent);
        String remedy = "allow ICMPv6 in the firewalls: without it, packets that are too big vanish silently";
        return List.of(
                answers.contains(true)
                        ? Finding.warning("icmpv6", text, remedy)
                        : Finding.error("icmpv6", text, remedy));
    }

    /** What the daemon's own probes found in the last minute. */
    static List<Finding> loss(Examination seen) {
        long probed = seen.links().stream()
                .filter(link -> !Double.isNaN(link.number("lostShare")))
                .count();
        List<Reply> lossy = seen.status().at("tunnels").list("lossy");
        if (probed == 0) {
            return List.of(Finding.skipped("loss", "no tunnel of ours answers probes"));
        } else if (lossy.isEmpty()) {
            return List.of(Finding.ok("loss", "next to nothing is lost in " + probed + " tunnels"));
        }
        boolean ours = lossy.size() > 1 && 2L * lossy.size() >= probed;
        return lossy.stream()
                .map(link -> Finding.warning(
                        "loss",
                        link.text("iface") + " to " + link.text("peer") + ": " + Views.losses(link),
                        ours
                                ? "several tunnels lose at once: look at this host's own network (cable, Wi-Fi, router) and its load"
                                : "look at the way to its remote address (re6stnet tunnels, then mtr); beyond 30 % the"
                                        + " tunnel is given up if there is another way"))
                .toList();
    }

    /** A packet as large as the interface takes must pass each tunnel. */
    static List<Finding> mtu(Examination seen) {
        List<Reply> asked = seen.heard().stream().limit(MAX_LINKS).toList();
        List<Finding> findings = new ArrayList<>();
        int passed = 0;
        for (Finding finding : ofEach(asked, link -> largest(seen, link))) {
            if (finding.level() == Level.OK) {
                passed++;
            } else if (finding.level() == Level.ERROR) {
                findings.add(finding);
            }
        }
        return findings.isEmpty()
                ? List.of(
                        passed > 0
                                ? Finding.ok("mtu", passed + " links pass their largest packets")
                                : Finding.skipped("mtu", "there is no link that answers"))
                : findings;
    }

    private static Finding largest(Examination seen, Reply link) {
        String iface = link.text("iface");
        Optional<Integer> mtu = mtu(seen, iface);
        String to = link.text("neighbour") + "%" + iface;
        if (mtu.isEmpty() || !answers(seen, to)) {
            return Finding.skipped("mtu", iface + " does not answer");
        } else if (answers(seen, "-M", "do", "-s", Integer.toString(mtu.get() - HEADERS_BYTES), to)) {
            return Finding.ok("mtu", iface + " passes its largest packets");
        }
        return Finding.error(
                "mtu",
                "packets of " + mtu.get() + " bytes don't pass " + iface + " to " + link.text("peer"),
                "something between drops large packets: allow fragments and ICMP \"fragmentation needed\""
                        + " in firewalls, or serve TCP only (--pp 1194 tcp)");
    }

    private static Optional<Integer> mtu(Examination seen, String iface) {
        Matcher matcher = MTU.matcher(
                seen.host().run("ip", "-o", "link", "show", "dev", iface).output());
        return matcher.find() ? Optional.of(Integer.parseInt(matcher.group(1))) : Optional.empty();
    }

    private static boolean answers(Examination seen, String... arguments) {
        List<String> words = new ArrayList<>(PING);
        words.addAll(List.of(arguments));
        return PingOutput.parse(seen.host().run(words.toArray(String[]::new)).output())
                        .kind()
                == Kind.ANSWER;
    }

    /** Asks all at once, as each that is silent takes seconds; the answers in the order of {@code links}. */
    private static <T> List<T> ofEach(List<Reply> links, Function<Reply, T> question) {
        ExecutorService workers = Executors.newCachedThreadPool();
        try {
            return links.stream()
                    .map(link -> CompletableFuture.supplyAsync(() -> question.apply(link), workers))
                    .toList()
                    .stream()
                    .map(CompletableFuture::join)
                    .toList();
        } finally {
            workers.shutdown();
        }
    }
}
