package net.re6st.node.command;

import java.util.ArrayList;
import java.util.List;
import net.re6st.node.command.Terminal.Tone;

/** What the daemon answered, as an operator reads it. Pure. */
final class Views {
    private static final int UNREACHABLE_COST = 65_535;

    private final Terminal terminal;

    Views(Terminal terminal) {
        this.terminal = terminal;
    }

    List<String> status(Reply status) {
        List<String> lines = new ArrayList<>();
        boolean running = status.text("state").equals("running");
        lines.add("re6stnet " + status.text("software") + " is "
                + terminal.paint(running ? Tone.GOOD : Tone.WARNING, status.text("state")) + " since "
                + status.text("startedAt") + " (" + Quantity.duration(status.number("uptimeSeconds")) + "), process "
                + status.text("pid"));
        Reply setup = status.at("setup");
        if (!setup.members().isEmpty()) {
            line(lines, "node", setup.text("prefix") + ", " + setup.text("address") + " in " + setup.text("network"));
        }
        if (running) {
            network(lines, status, setup);
        } else {
            line(lines, "registry", registry(setup) + ", waiting for the network parameters");
        }
        Reply loop = status.at("eventLoop");
        line(
                lines,
                "event loop",
                "99 % of delays below " + Quantity.millis(loop.number("p99Millis")) + " ms, longest "
                        + Quantity.millis(loop.number("maxMillis")) + " ms");
        return lines;
    }

    /** The one in use. */
    private static String registry(Reply setup) {
        int count = setup.texts("registries").size();
        return setup.text("registry") + (count > 1 ? " (one of " + count + ")" : "");
    }

    private void network(List<String> lines, Reply status, Reply setup) {
        Reply registry = status.at("registry");
        String reach = registry.is("self")
                ? "this node"
                : registry.is("reachable") ? good("reachable") : bad("not reachable through the network");
        line(lines, "registry", registry(setup) + ", node " + registry.text("prefix") + ", " + reach);
        Reply certificate = status.at("certificate");
        line(
                lines,
                "certificate",
                (certificate.is("revoked") ? bad("REVOKED, ") : "") + "until " + certificate.text("end")
                        + ", the CA's until " + certificate.text("authorityEnd"));
        Reply parameters = status.at("parameters");
        long behind = parameters.whole("announcedVersion") - parameters.whole("version");
        line(
                lines,
                "parameters",
                "version " + parameters.text("version")
                        + (behind > 0 ? terminal.paint(Tone.WARNING, " (behind by " + behind + ")") : "")
                        + ", protocol " + parameters.text("protocol") + ", hello " + parameters.text("helloSeconds")
                        + " s, tunnels " + (parameters.is("encrypt") ? "encrypted" : "not encrypted"));
        line(lines, "addresses", status.text("advertised").isEmpty() ? "none" : status.text("advertised"));
        mapping(lines, status.at("mapping"));
        tunnelCounts(lines, status.at("tunnels"));
        Reply routes = status.at("routes");
        line(
                lines,
                "routes",
                routes.text("nodes") + " nodes, " + routes.text("neighbours") + " of them neighbours; "
                        + routes.text("known") + " routes known" + (routes.is("foreign") ? "; one leads outside" : ""));
        Reply peers = status.at("peers");
        line(
                lines,
                "peers",
                peers.text("cached") + " cached, " + peers.text("known") + " known, " + peers.text("connected")
                        + " in contact");
        clones(lines, status);
        Reply babeld = status.at("babeld");
        line(
                lines,
                "babeld",
                (babeld.is("connected") ? "process " + babeld.text("pid") : bad("not running"))
                        + restarts(babeld, "restarts"));
        Reply openvpn = status.at("openvpn");
        line(
                lines,
                "openvpn",
                openvpn.text("version") + ", " + openvpn.text("processes") + " processes"
                        + restarts(openvpn, "serverRestarts"));
    }

    private void clones(List<String> lines, Reply status) {
        for (Reply clone : status.list("clones")) {
            line(
                    lines,
                    "CLONES",
                    bad((clone.is("own") ? "another machine has our certificate, that of " : "two machines are ")
                                    + clone.text("prefix"))
                            + " since " + clone.text("since") + ": see re6stnet doctor");
        }
    }

    private void tunnelCounts(List<String> lines, Reply tunnels) {
        line(
                lines,
                "tunnels",
                tunnels.text("up") + " up of " + tunnels.text("wanted") + " to dial, " + tunnels.text("served")
                        + " served, " + tunnels.text("removing") + " being replaced");
        for (Reply lossy : tunnels.list("lossy")) {
            line(
                    lines,
                    "lossy",
                    lossy.text("iface") + " to " + lossy.text("peer") + ": "
                            + terminal.paint(Tone.WARNING, losses(lossy)));
        }
    }

    private void mapping(List<String> lines, Reply mapping) {
        List<String> ports = mapping.list("ports").stream()
                .map(port -> port.text("externalPort") + " for " + port.text("port") + " " + port.text("protocol"))
                .toList();
        if (!ports.isEmpty()) {
            line(
                    lines,
                    "router",
                    mapping.text("externalIp") + " lets in " + String.join(", ", ports) + ", by "
                            + mapping.text("routerProtocol")
                            + (mapping.text("problem").isEmpty()
                                    ? ""
                                    : terminal.paint(Tone.WARNING, "; not renewed: " + mapping.text("problem"))));
        } else if (!mapping.text("problem").isEmpty()) {
            line(lines, "router", "lets nothing in: " + mapping.text("problem"));
        }
    }

    static String losses(Reply link) {
        double late = link.number("lateShare");
        return Quantity.percent(link.number("lostShare")) + " of probes lost"
                + (late > 0 ? ", " + Quantity.percent(late) + " late" : "");
    }

    private String restarts(Reply program, String name) {
        long restarts = program.whole(name);
        return restarts == 0 ? "" : terminal.paint(Tone.WARNING, ", restarted " + restarts + " times");
    }

    private String good(String text) {
        return terminal.paint(Tone.GOOD, text);
    }

    private String bad(String text) {
        return terminal.paint(Tone.BAD, text);
    }

    private void line(List<String> lines, String title, String text) {
        lines.add(terminal.paint(Tone.TITLE, "%-12s".formatted(title)) + text);
    }

    List<String> tunnels(Reply reply) {
        Table table = new Table()
                .column("IFACE")
                .column("PEER")
                .column("HOW")
                .column("STATE")
                .number("RTT")
                .number("LOSS")
                .number("COST")
                .number("ROUTES")
                .number("UP")
                .number("IN")
                .number("OUT")
                .column("REMOTE");
        for (Reply tunnel : reply.list("tunnels")) {
            table.row()
                    .cell(tunnel.text("iface"))
                    .cell(tunnel.text("peer"))
                    .cell(tunnel.text("direction"))
                    .cell(tunnel.text("state"), tunnel.text("state").equals("up") ? Tone.GOOD : Tone.WARNING)
                    .cell(Quantity.millis(tunnel.number("rttMillis")))
                    .cell(Quantity.percent(tunnel.number("lostShare") + tunnel.number("lateShare")))
                    .cell(tunnel.whole("cost") >= UNREACHABLE_COST ? "inf" : tunnel.text("cost"))
                    .cell(tunnel.text("routes"))
                    .cell(Quantity.duration(tunnel.number("upSeconds")))
                    .cell(Quantity.bytes(tunnel.number("receivedBytes")))
                    .cell(Quantity.bytes(tunnel.number("sentBytes")))
                    .cell(tunnel.text("remote"));
        }
        return table.lines(terminal);
    }

    List<String> peers(Reply reply) {
        Table table = new Table()
                .column("PEER")
                .column("ADDRESS")
                .column("ROUTE")
                .column("SESSION")
                .number("VERSION")
                .column("CERTIFICATE UNTIL")
                .column("CACHED ADDRESSES");
        for (Reply peer : reply.list("peers")) {
            String session = peer.is("connected") ? "connected" : peer.text("session");
            table.row()
                    .cell(peer.text("prefix"))
                    .cell(peer.text("address"))
                    .cell(peer.text("iface"), peer.is("reachable") ? Tone.GOOD : Tone.WARNING)
                    .cell(session, peer.is("connected") ? Tone.GOOD : Tone.PLAIN)
                    .cell(peer.text("version"))
                    .cell(peer.text("certificateEnd"))
                    .cell(peer.text("cached") + (peer.is("tried") ? " (tried in vain)" : ""));
        }
        return table.lines(terminal);
    }

    List<String> routes(Reply reply) {
        Table table = new Table()
                .column("NODE")
                .column("SUBNET")
                .column("IFACE")
                .column("THROUGH")
                .number("METRIC");
        for (Reply route : reply.list("routes")) {
            boolean direct = route.text("neighbour").equals(route.text("prefix"));
            table.row()
                    .cell(route.text("prefix"))
                    .cell(route.text("subnet"))
                    .cell(route.text("iface"))
                    .cell(direct ? "directly" : route.text("neighbour"))
                    .cell(route.text("metric"));
        }
        return table.lines(terminal);
    }
}
