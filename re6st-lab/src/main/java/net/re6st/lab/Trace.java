package net.re6st.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The way packets take from one node to another, as {@code traceroute} sees it. */
public record Trace(LabNode from, List<Hop> hops) {
    private static final Pattern LINE = Pattern.compile("\\s*\\d+\\s+([0-9a-f:]+)\\s+([0-9.]+) ms.*");

    /** A node on the way, the last one included, and the round trip to it. */
    public record Hop(LabNode node, double rttMillis) {}

    /** Empty unless it arrives, with every hop on the way known. */
    public static Optional<Trace> run(ReNetwork network, LabNode from, LabNode to) {
        Command.Result result = from.host()
                .command("traceroute", "-6", "-n", "-q", "1", "-w", "2", "-m", "12", to.address())
                .run();
        List<Hop> hops = new ArrayList<>();
        for (String line : result.output().lines().skip(1).toList()) {
            Matcher matcher = LINE.matcher(line);
            Optional<LabNode> node = matcher.matches() ? network.byAddress(matcher.group(1)) : Optional.empty();
            if (node.isEmpty()) {
                return Optional.empty();
            }
            hops.add(new Hop(node.get(), Double.parseDouble(matcher.group(2))));
        }
        return hops.isEmpty() || hops.get(hops.size() - 1).node() != to
                ? Optional.empty()
                : Optional.of(new Trace(from, List.copyOf(hops)));
    }

    /** "h1 > h5 > h3". */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(from.name());
        hops.forEach(hop -> text.append(" > ").append(hop.node().name()));
        return text.toString();
    }
}
