package net.re6st.babel;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;
import net.re6st.net.Bytes;
import net.re6st.net.Ip6;
import net.re6st.net.Network;
import net.re6st.net.Prefix;

/**
 * What a babeld knows, as {@code babeld.sock} tells it: four arrays, each a count (16 bits) and its items.
 *
 * <pre>
 * interface  index 32, name (UTF-8, NUL)
 * neighbour  address 128, ifindex 32, reach 16, rxcost 16, txcost 16, rtt 16, rttcost 16, channel 32, up 16, multiplier 16
 * xroute     prefix 128, length 8, metric 16
 * route      prefix 128, length 8, metric 16, smoothed metric 16, refmetric 16, id 64, seqno 32, age 32, ifindex 32,
 *            neighbour 128, next hop 128, flags 8 (1: installed)
 * </pre>
 *
 * <p>{@code rtt} is in milliseconds, rounded up; 0 if it is not known.
 */
public record BabelDump(
        List<Interface> interfaces, List<Neighbour> neighbours, List<Xroute> xroutes, List<Route> routes) {
    public static final BabelDump EMPTY = new BabelDump(List.of(), List.of(), List.of(), List.of());

    private static final int MAX_ITEMS = 0xffff;
    private static final int INSTALLED = 1;

    public BabelDump {
        interfaces = List.copyOf(interfaces);
        neighbours = List.copyOf(neighbours);
        xroutes = List.copyOf(xroutes);
        routes = List.copyOf(routes);
    }

    public record Interface(long index, String name) {}

    /** Costs and times are 0..65535; {@code multiplier} 256 is normal, 0 infinite. */
    public record Neighbour(
            Ip6 address,
            long ifindex,
            int reach,
            int rxcost,
            int txcost,
            int rtt,
            int rttcost,
            int channel,
            int up,
            int multiplier) {
        private static final int SIZE = 38;
    }

    public record Xroute(Ip6 prefix, int length, int metric) {
        private static final int SIZE = 19;
    }

    /** IPv4 routes have an IPv4-mapped prefix. */
    public record Route(
            Ip6 prefix,
            int length,
            int metric,
            int smoothedMetric,
            int refmetric,
            long id,
            int seqno,
            int age,
            long ifindex,
            Ip6 neighbour,
            Ip6 nextHop,
            int flags) {
        private static final int SIZE = 76;

        /** An installed route, with the values that nobody looks at left out. */
        public static Route installed(Ip6 prefix, int length, int metric, int refmetric, long ifindex, Ip6 neighbour) {
            return new Route(
                    prefix, length, metric, metric, refmetric, 0, 0, 0, ifindex, neighbour, neighbour, INSTALLED);
        }

        public boolean isInstalled() {
            return (flags & INSTALLED) != 0;
        }
    }

    /**
     * The nodes of {@code network} that can be reached. Routes that no babeld should show are left out: not installed,
     * through a neighbour that it does not have, or whose next hop is another one.
     */
    public NavigableSet<Prefix> reachable(Network network) {
        Set<Link> links = new HashSet<>();
        neighbours.forEach(neighbour -> links.add(new Link(neighbour.address, neighbour.ifindex)));
        NavigableSet<Prefix> reachable = new TreeSet<>();
        for (Route route : routes) {
            boolean sane = route.isInstalled()
                    && !route.prefix.isIpv4Mapped()
                    && route.nextHop.equals(route.neighbour)
                    && links.contains(new Link(route.neighbour, route.ifindex));
            if (sane) {
                network.prefixOf(route.prefix, route.length).ifPresent(reachable::add);
            }
        }
        return reachable;
    }

    /** What was measured to the nodes of {@code network} that are neighbours: milliseconds there and back, where known. */
    public NavigableMap<Prefix, Integer> delaysMillis(Network network) {
        Map<Link, Integer> delays = new HashMap<>();
        neighbours.forEach(neighbour -> delays.put(new Link(neighbour.address, neighbour.ifindex), neighbour.rtt));
        NavigableMap<Prefix, Integer> byNode = new TreeMap<>();
        for (Route route : routes) {
            int delay = delays.getOrDefault(new Link(route.neighbour, route.ifindex), 0);
            // A route of refmetric 0 is the neighbour's own.
            if (route.isInstalled() && route.refmetric == 0 && delay > 0) {
                network.prefixOf(route.prefix, route.length).ifPresent(node -> byNode.merge(node, delay, Math::min));
            }
        }
        return byNode;
    }

    private record Link(Ip6 address, long ifindex) {}

    /** The answer to {@code request}: what it did not ask for is left out. */
    public BabelPacket answer(BabelRequest.Dump request) {
        return new BabelDump(
                        request.wants(BabelRequest.Dump.INTERFACES) ? interfaces : List.of(),
                        request.wants(BabelRequest.Dump.NEIGHBOURS) ? neighbours : List.of(),
                        request.wants(BabelRequest.Dump.XROUTES) ? xroutes : List.of(),
                        request.wants(BabelRequest.Dump.INSTALLED_ROUTES) ? routes : List.of())
                .toPacket();
    }

    /** Items beyond what a count can say are left out. */
    public BabelPacket toPacket() {
        int size = 8 + Neighbour.SIZE * neighbours.size() + Xroute.SIZE * xroutes.size() + Route.SIZE * routes.size();
        for (Interface one : interfaces) {
            size += 5 + one.name.getBytes(StandardCharsets.UTF_8).length;
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        put(out, interfaces, BabelDump::putInterface);
        put(out, neighbours, BabelDump::putNeighbour);
        put(out, xroutes, (to, xroute) -> putAddress(to, xroute.prefix)
                .put((byte) xroute.length)
                .putShort((short) xroute.metric));
        put(out, routes, BabelDump::putRoute);
        return new BabelPacket(BabelPacket.DUMP, Bytes.copyOf(out.flip()));
    }

    private static <T> void put(ByteBuffer out, List<T> items, BiConsumer<ByteBuffer, T> put) {
        List<T> some = items.subList(0, Math.min(items.size(), MAX_ITEMS));
        out.putShort((short) some.size());
        some.forEach(item -> put.accept(out, item));
    }

    private static void putInterface(ByteBuffer out, Interface one) {
        out.putInt((int) one.index)
                .put(one.name.getBytes(StandardCharsets.UTF_8))
                .put((byte) 0);
    }

    private static void putNeighbour(ByteBuffer out, Neighbour neighbour) {
        putAddress(out, neighbour.address)
                .putInt((int) neighbour.ifindex)
                .putShort((short) neighbour.reach)
                .putShort((short) neighbour.rxcost)
                .putShort((short) neighbour.txcost)
                .putShort((short) neighbour.rtt)
                .putShort((short) neighbour.rttcost)
                .putInt(neighbour.channel)
                .putShort((short) neighbour.up)
                .putShort((short) neighbour.multiplier);
    }

    private static void putRoute(ByteBuffer out, Route route) {
        putAddress(out, route.prefix)
                .put((byte) route.length)
                .putShort((short) route.metric)
                .putShort((short) route.smoothedMetric)
                .putShort((short) route.refmetric)
                .putLong(route.id)
                .putInt(route.seqno)
                .putInt(route.age)
                .putInt((int) route.ifindex);
        putAddress(putAddress(out, route.neighbour), route.nextHop).put((byte) route.flags);
    }

    private static ByteBuffer putAddress(ByteBuffer out, Ip6 address) {
        return out.putLong(address.high()).putLong(address.low());
    }

    /** Reads an answer; empty if it is none, incomplete, or has something left at the end. */
    public static Optional<BabelDump> of(BabelPacket packet) {
        if (packet.type() != BabelPacket.DUMP) {
            return Optional.empty();
        }
        ByteBuffer in = packet.body().toBuffer();
        try {
            BabelDump dump = new BabelDump(
                    take(in, 5, BabelDump::takeInterface),
                    take(in, Neighbour.SIZE, BabelDump::takeNeighbour),
                    take(in, Xroute.SIZE, from -> new Xroute(address(from), unsigned8(from), unsigned16(from))),
                    take(in, Route.SIZE, BabelDump::takeRoute));
            return in.hasRemaining() ? Optional.empty() : Optional.of(dump);
        } catch (BufferUnderflowException e) {
            return Optional.empty();
        }
    }

    private static <T> List<T> take(ByteBuffer in, int minSize, Function<ByteBuffer, T> take) {
        int count = unsigned16(in);
        if (in.remaining() < (long) count * minSize) {
            throw new BufferUnderflowException();
        }
        List<T> items = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            items.add(take.apply(in));
        }
        return items;
    }

    private static Interface takeInterface(ByteBuffer in) {
        long index = unsigned32(in);
        int start = in.position();
        while (in.get() != 0) {
            // Looks for the end of the name.
        }
        byte[] name = new byte[in.position() - start - 1];
        in.get(start, name);
        return new Interface(index, new String(name, StandardCharsets.UTF_8));
    }

    private static Neighbour takeNeighbour(ByteBuffer in) {
        return new Neighbour(
                address(in),
                unsigned32(in),
                unsigned16(in),
                unsigned16(in),
                unsigned16(in),
                unsigned16(in),
                unsigned16(in),
                in.getInt(),
                unsigned16(in),
                unsigned16(in));
    }

    private static Route takeRoute(ByteBuffer in) {
        return new Route(
                address(in),
                unsigned8(in),
                unsigned16(in),
                unsigned16(in),
                unsigned16(in),
                in.getLong(),
                in.getInt(),
                in.getInt(),
                unsigned32(in),
                address(in),
                address(in),
                unsigned8(in));
    }

    private static Ip6 address(ByteBuffer in) {
        return new Ip6(in.getLong(), in.getLong());
    }

    private static int unsigned8(ByteBuffer in) {
        return in.get() & 0xff;
    }

    private static int unsigned16(ByteBuffer in) {
        return in.getShort() & 0xffff;
    }

    private static long unsigned32(ByteBuffer in) {
        return Integer.toUnsignedLong(in.getInt());
    }
}
