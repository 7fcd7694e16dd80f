package net.re6st.node.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import net.re6st.cli.Failure;
import net.re6st.cli.UsageError;
import net.re6st.config.Value;
import net.re6st.net.Ip6;
import net.re6st.net.Network;
import net.re6st.net.Prefix;
import net.re6st.net.Subnet;
import net.re6st.node.command.PingOutput.Kind;
import net.re6st.node.control.ControlRequest;
import net.re6st.node.control.Fields;
import net.re6st.node.os.Commands;

/** {@code re6stnet trace}: the nodes that packets for an address really come to, and how long each is away. */
final class Trace {
    /*
     * The way is found as by traceroute: packets that may only live for so many hops, and who returns them. ping sends them,
     * as no program that finds the way by itself is on every host, and Java can't set a hop limit. The errors carry no
     * time, so every node on the way is then asked itself.
     */
    private static final int MAX_HOPS = 32;
    private static final int AT_ONCE = 8;

    /** Packets to a hop that did not answer one. */
    private static final int AGAIN = 5;

    private final Pinger pinger;
    private final Optional<Network> network;
    private final List<Subnet> nodes;

    /** Runs ping with these arguments, and returns what it printed. */
    @FunctionalInterface
    interface Pinger {
        String ping(String... arguments);

        static Pinger real() {
            return arguments -> {
                List<String> words = new ArrayList<>(List.of("ping", "-6", "-n"));
                words.addAll(List.of(arguments));
                return Commands.run(words).output();
            };
        }
    }

    /** One step; {@code from} is empty if whoever is there does not answer. */
    record Hop(int number, Optional<Ip6> from, Optional<Prefix> node, double millis) {}

    /** The way to an address, {@code iface} the first interface on it or the empty text. */
    record Way(Ip6 target, String iface, boolean reached, List<Hop> hops) {}

    Trace(Pinger pinger, Reply status, Reply routes) {
        this.pinger = pinger;
        String whole = status.at("setup").text("network");
        int slash = whole.indexOf('/');
        this.network = slash < 0
                ? Optional.empty()
                : Ip6.parse(whole.substring(0, slash))
                        .map(ip -> new Network(ip.high(), ip.low(), Integer.parseInt(whole.substring(slash + 1))));
        List<Prefix> prefixes = new ArrayList<>();
        Prefix.parseCn(status.at("setup").text("prefix")).ifPresent(prefixes::add);
        routes.list("routes")
                .forEach(route -> Prefix.parseCn(route.text("prefix")).ifPresent(prefixes::add));
        this.nodes = network.stream()
                .flatMap(net -> prefixes.stream().map(net::subnet))
                .toList();
    }

    /** Asks the daemon what is where, then follows the packets. */
    static Way of(DaemonLink daemon, String text) throws Failure, UsageError {
        Reply status = daemon.ask(ControlRequest.STATUS);
        Reply routes = daemon.ask(ControlRequest.ROUTES);
        Trace trace = new Trace(Pinger.real(), status, routes);
        Ip6 target = trace.target(text);
        Optional<Prefix> node = trace.node(target);
        String iface = routes.list("routes").stream()
                .filter(route -> node.map(Prefix::cn)
                        .filter(route.text("prefix")::equals)
                        .isPresent())
                .map(route -> route.text("iface"))
                .findFirst()
                .orElse("");
        return trace.follow(target, iface);
    }

    /** An address, or the prefix of a node: its main address. */
    Ip6 target(String text) throws UsageError {
        Optional<Ip6> main = Prefix.parseCn(text)
                .flatMap(prefix -> network.map(net -> net.subnet(prefix).mainAddress()));
        return Ip6.parse(text)
                .or(() -> main)
                .orElseThrow(
                        () -> new UsageError(text + " is neither an IPv6 address nor the prefix of a node (5/16)"));
    }

    Way follow(Ip6 target, String iface) {
        List<PingOutput> answers = new ArrayList<>();
        while (answers.size() < MAX_HOPS && (answers.isEmpty() || !isEnd(answers.get(answers.size() - 1)))) {
            int first = answers.size() + 1;
            for (PingOutput answer : IntStream.range(first, first + AT_ONCE)
                    .parallel()
                    .mapToObj(limit -> probe(target, limit))
                    .toList()) {
                answers.add(answer);
                if (isEnd(answer)) {
                    break;
                }
            }
            if (answers.stream().skip(first - 1L).allMatch(answer -> answer.kind() == Kind.SILENCE)) {
                // Whoever comes after so many that are silent is silent, too.
                break;
            }
        }
        while (answers.size() > 1 && answers.get(answers.size() - 1).kind() == Kind.SILENCE) {
            answers.remove(answers.size() - 1);
        }
        boolean reached = !answers.isEmpty() && answers.get(answers.size() - 1).kind() == Kind.ANSWER;
        List<Hop> hops = IntStream.range(0, answers.size())
                .parallel()
                .mapToObj(i -> hop(i + 1, answers.get(i)))
                .toList();
        return new Way(target, iface, reached, hops);
    }

    private static boolean isEnd(PingOutput answer) {
        return answer.kind() == Kind.ANSWER || answer.kind() == Kind.UNREACHABLE;
    }

    /**
     * A silent hop gets a second chance, by several packets: routers limit how many errors they send per second, to us and in
     * all, whatever the errors are about.
     */
    private PingOutput probe(Ip6 target, int hops) {
        PingOutput answer = send(1, target, hops);
        return answer.kind() == Kind.SILENCE ? send(AGAIN, target, hops) : answer;
    }

    private PingOutput send(int packets, Ip6 target, int hops) {
        String count = Integer.toString(packets);
        String limit = Integer.toString(hops);
        return PingOutput.parse(pinger.ping("-c", count, "-i", "0.25", "-W", "2", "-t", limit, target.toString()));
    }

    private Hop hop(int number, PingOutput answer) {
        Optional<Ip6> from = Optional.ofNullable(answer.from());
        double millis = from.map(ip -> PingOutput.parse(pinger.ping("-c", "3", "-i", "0.2", "-W", "2", ip.toString()))
                        .millis())
                .orElse(Double.NaN);
        return new Hop(number, from, from.flatMap(this::node), millis);
    }

    /** Whose subnet an address is in. */
    private Optional<Prefix> node(Ip6 ip) {
        return nodes.stream()
                .filter(subnet -> subnet.contains(ip))
                .map(Subnet::prefix)
                .findFirst();
    }

    static Value json(Way way) {
        List<Value> hops = way.hops().stream()
                .map(hop -> new Fields()
                        .put("number", hop.number())
                        .put("address", hop.from().map(Ip6::toString).orElse(null))
                        .put("prefix", hop.node().map(Prefix::cn).orElse(null))
                        .put("rttMillis", hop.millis())
                        .value())
                .toList();
        return new Fields()
                .put("version", ControlRequest.VERSION)
                .put("kind", "trace")
                .put("target", way.target().toString())
                .put("iface", way.iface().isEmpty() ? null : way.iface())
                .put("reached", way.reached())
                .put("hops", hops)
                .value();
    }

    static List<String> lines(Way way, Terminal terminal) {
        Table table = new Table().number("HOP").column("NODE").number("RTT").column("ADDRESS");
        for (Hop hop : way.hops()) {
            table.row()
                    .cell(Integer.toString(hop.number()))
                    .cell(hop.node().map(Prefix::cn).orElse(hop.from().isPresent() ? "outside" : "silent"))
                    .cell(Quantity.millis(hop.millis()))
                    .cell(hop.from().map(Ip6::toString).orElse(""));
        }
        List<String> lines = new ArrayList<>(table.lines(terminal));
        lines.add(
                way.reached()
                        ? terminal.paint(Terminal.Tone.GOOD, way.target() + " is reached")
                                + (way.iface().isEmpty() ? "" : " through " + way.iface())
                        : terminal.paint(Terminal.Tone.BAD, way.target() + " is not reached"));
        return lines;
    }
}
