package net.re6st.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a babeld says when asked to {@code dump}: neighbours and IPv6 routes. Read here by itself, not with the node's
 * own reader, so that the tests see babeld's truth.
 */
public record BabelTable(String routerId, List<Neighbour> neighbours, List<Route> routes) {
    private static final int MAX_LINES = 100_000;
    /** Babel's infinite cost. */
    private static final int INFINITE = 65535;

    /** A neighbour on a tunnel, and what it asks for packets to it; RTT in milliseconds, 0 if babeld has none. */
    public record Neighbour(String address, String iface, int txCost, int cost, double rttMillis) {
        public boolean isAlive() {
            return cost < INFINITE;
        }
    }

    /** A route through a neighbour. */
    public record Route(String prefix, boolean isInstalled, int metric, int refMetric, String via, String iface) {
        /** Whether packets take it; babeld calls a route installed, too, that only says that there is no way. */
        public boolean isInUse() {
            return isInstalled && metric < INFINITE;
        }
    }

    /** Empty tables, and no id, when babeld does not run. */
    public static BabelTable ask(Path socket) {
        List<Neighbour> neighbours = new ArrayList<>();
        List<Route> routes = new ArrayList<>();
        String routerId = "";
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer.wrap("dump\nquit\n".getBytes(StandardCharsets.US_ASCII)));
            BufferedReader reader = new BufferedReader(Channels.newReader(channel, StandardCharsets.US_ASCII));
            String line = reader.readLine();
            for (int i = 0; i < MAX_LINES && line != null; i++, line = reader.readLine()) {
                List<String> words = List.of(line.split(" "));
                if (line.startsWith("add neighbour ")) {
                    neighbours.add(neighbour(words));
                } else if (line.startsWith("add route ")) {
                    routes.add(route(words));
                } else if (line.startsWith("my-id ")) {
                    routerId = words.get(1);
                }
            }
        } catch (IOException e) {
            return new BabelTable("", List.of(), List.of());
        }
        return new BabelTable(routerId, List.copyOf(neighbours), List.copyOf(routes));
    }

    /** The installed route to exactly this prefix, e.g. {@code 2001:db8:42:5::/64}. */
    public Optional<Route> installed(String prefix) {
        return routes.stream()
                .filter(route -> route.isInstalled() && route.prefix().equals(prefix))
                .findFirst();
    }

    public Optional<Neighbour> neighbour(String address, String iface) {
        return neighbours.stream()
                .filter(n -> n.address().equals(address) && n.iface().equals(iface))
                .findFirst();
    }

    /** Routes whose origin is the neighbour itself: which prefix is behind which neighbour. */
    public List<Route> direct() {
        return routes.stream().filter(route -> route.refMetric() == 0).toList();
    }

    private static Neighbour neighbour(List<String> words) {
        return new Neighbour(
                after(words, "address"),
                after(words, "if"),
                Integer.parseInt(after(words, "txcost")),
                Integer.parseInt(after(words, "cost")),
                words.contains("rtt") ? Double.parseDouble(after(words, "rtt")) : 0);
    }

    private static Route route(List<String> words) {
        return new Route(
                after(words, "prefix"),
                after(words, "installed").equals("yes"),
                Integer.parseInt(after(words, "metric")),
                Integer.parseInt(after(words, "refmetric")),
                after(words, "via"),
                after(words, "if"));
    }

    private static String after(List<String> words, String word) {
        int index = words.indexOf(word);
        if (index < 0 || index + 1 >= words.size()) {
            throw new LabException("babeld said '" + String.join(" ", words) + "', without " + word);
        }
        return words.get(index + 1);
    }
}
