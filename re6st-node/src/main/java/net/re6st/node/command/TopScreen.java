package net.re6st.node.command;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import net.re6st.node.command.Terminal.Tone;
import org.jspecify.annotations.Nullable;

/** What {@code re6stnet top} shows: the daemon and its tunnels, with what passed since the frame before. */
final class TopScreen {
    private static final String HELP = "q quits";

    private final Terminal terminal;
    private Map<String, Sample> before = new HashMap<>();

    /** The counters of an interface at one time. */
    private record Sample(double received, double sent, long nanos) {}

    TopScreen(Terminal terminal) {
        this.terminal = terminal;
    }

    /** One frame, no larger than the terminal; {@code nanos} is when the answers came. */
    List<String> frame(Reply status, Reply tunnels, long nanos, int rows, int columns) {
        List<String> lines = new ArrayList<>();
        Reply setup = status.at("setup");
        lines.add(terminal.paint(
                Tone.TITLE,
                cut(
                        "re6stnet " + setup.text("prefix") + "  " + setup.text("address") + "  "
                                + status.text("state") + " "
                                + Quantity.duration(status.number("uptimeSeconds")),
                        columns)));
        Reply counts = status.at("tunnels");
        Reply routes = status.at("routes");
        lines.add(cut(
                "nodes " + routes.text("nodes") + "  neighbours " + routes.text("neighbours") + "  dialled "
                        + counts.text("up") + "/" + counts.text("wanted") + "  served " + counts.text("served")
                        + "  replaced " + counts.text("removing") + "  in contact "
                        + status.at("peers").text("connected"),
                columns));
        Reply loop = status.at("eventLoop");
        lines.add(cut(
                "loop 99% < " + Quantity.millis(loop.number("p99Millis")) + " ms, longest "
                        + Quantity.millis(loop.number("maxMillis")) + " ms  babeld restarts "
                        + status.at("babeld").text("restarts") + "  openvpn "
                        + status.at("openvpn").text("processes"),
                columns));
        lines.add("");
        List<Reply> list = tunnels.list("tunnels");
        int room = Math.max(0, rows - lines.size() - 2);
        boolean all = list.size() <= room;
        table(list.subList(0, all ? list.size() : Math.max(0, room - 1)), nanos).lines(Terminal.plain()).stream()
                .map(line -> cut(line, columns))
                .forEach(lines::add);
        if (!all) {
            lines.add(cut("... and " + (list.size() - Math.max(0, room - 1)) + " more", columns));
        }
        lines.add(HELP);
        remember(list, nanos);
        return lines.subList(0, Math.min(lines.size(), rows));
    }

    private Table table(List<Reply> tunnels, long nanos) {
        Table table = new Table()
                .column("IFACE")
                .column("PEER")
                .column("HOW")
                .column("STATE")
                .number("RTT")
                .number("COST")
                .number("ROUTES")
                .number("UP")
                .number("IN/s")
                .number("OUT/s");
        for (Reply tunnel : tunnels) {
            Sample last = before.get(tunnel.text("iface"));
            table.row()
                    .cell(tunnel.text("iface"))
                    .cell(tunnel.text("peer"))
                    .cell(tunnel.text("direction"))
                    .cell(tunnel.text("state"))
                    .cell(Quantity.millis(tunnel.number("rttMillis")))
                    .cell(tunnel.text("cost"))
                    .cell(tunnel.text("routes"))
                    .cell(Quantity.duration(tunnel.number("upSeconds")))
                    .cell(rate(last, tunnel.number("receivedBytes"), Sample::received, nanos))
                    .cell(rate(last, tunnel.number("sentBytes"), Sample::sent, nanos));
        }
        return table;
    }

    private static String rate(@Nullable Sample last, double bytes, ToDoubleFunction<Sample> counter, long nanos) {
        if (last == null || nanos <= last.nanos) {
            return "";
        }
        double passed = bytes - counter.applyAsDouble(last);
        // An interface that was made again counts from 0.
        return passed < 0 ? "" : Quantity.bytes(passed / ((nanos - last.nanos) / 1e9));
    }

    private void remember(List<Reply> tunnels, long nanos) {
        before = new HashMap<>();
        for (Reply tunnel : tunnels) {
            if (!tunnel.text("receivedBytes").isEmpty()) {
                before.put(
                        tunnel.text("iface"),
                        new Sample(tunnel.number("receivedBytes"), tunnel.number("sentBytes"), nanos));
            }
        }
    }

    private static String cut(String line, int columns) {
        return line.length() <= columns ? line : line.substring(0, Math.max(0, columns));
    }
}
