package net.re6st.node.os;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import net.re6st.babel.BabelDump;
import net.re6st.babel.BabeldLine;
import net.re6st.core.port.RoutingView;
import net.re6st.core.port.RoutingView.Contest;
import net.re6st.core.port.RoutingView.Neighbour;
import net.re6st.net.Iface;
import net.re6st.net.Ip6;
import net.re6st.net.Network;
import net.re6st.net.Prefix;
import org.jspecify.annotations.Nullable;

/**
 * What babeld knows, kept from its control socket line by line, and the views of it that the core gets. Used by one thread.
 */
public final class RoutingTable {
    /*
     * Two hundred thousand routes (ten thousand nodes over twenty neighbours) must fit beside the rest of a node, so nothing
     * here is an object per route. A route is a slot in parallel arrays, found by babeld's identifier through open
     * addressing; a destination is an index into the arrays of destinations, found the same way; a neighbour is an object,
     * as there are few. Counts are kept as lines arrive, so that a view costs one copy of the destinations that are
     * installed. Destinations are never forgotten while the connection lasts: their number is bounded by the network's
     * size and by that of Destinations.
     *
     * babeld's identifiers are addresses in its memory. It reuses them only after having said "flush".
     */
    private static final int MAX_ROUTES = 500_000;
    private static final int MAX_LINKS = 1_000;
    private static final int NONE = -1;

    /** babeld's cost of what can't be reached. */
    private static final int INFINITY = 65_535;

    private static final byte INSTALLED = 1;
    private static final byte DIRECT = 2;

    /** In use or not, it leads there. */
    private static final byte WORKS = 4;

    private final Prefix own;
    private final List<Link> links = new ArrayList<>();

    private LongIndex routeIndex = new LongIndex();
    private int[] routeDestination = new int[64];
    private short[] routeLink = new short[64];
    private byte[] routeFlags = new byte[64];
    private char[] routeMetric = new char[64];
    private long[] routeRouter = new long[64];
    private int[] freeRoutes = new int[64];
    private int freeCount;
    private int routeCount;

    private final Destinations destinations;
    private final RouterIds routers = new RouterIds();
    private int foreignInstalled;
    private long refused;

    /** A neighbour of babeld's: an address on an interface. */
    private static final class Link {
        final long high;
        final long low;
        final Iface iface;
        long identifier;
        int cost = INFINITY;
        double rttMillis = Double.NaN;
        int installed;

        /** All routes that name it: its place is given to another only when there is none. */
        int routes;

        /** Destinations that it announces as its own; a faulty one has several. */
        int[] direct = new int[1];

        int directCount;

        Link(long high, long low, Iface iface) {
            this.high = high;
            this.low = low;
            this.iface = iface;
        }
    }

    RoutingTable(Network network, Prefix own) {
        this.own = own;
        this.destinations = new Destinations(network, own);
    }

    /** Takes one line in; returns whether a view taken now would differ. Lines that make no sense change nothing. */
    boolean apply(BabeldLine line) {
        if (line.is(0, "my-id")) {
            routers.own(line.routerId(1));
            return false;
        }
        boolean flush = line.is(0, "flush");
        if (!flush && !line.is(0, "add") && !line.is(0, "change")) {
            return false;
        }
        if (line.is(1, "route")) {
            return flush ? flushRoute(line.identifier(2)) : putRoute(line);
        }
        if (line.is(1, "neighbour")) {
            return flush ? flushLink(line.identifier(2)) : putLink(line);
        }
        return false;
    }

    /** Forgets everything: babeld is another one, or will tell all again. */
    void clear() {
        links.clear();
        routeIndex = new LongIndex();
        routeDestination = new int[64];
        routeLink = new short[64];
        routeFlags = new byte[64];
        routeMetric = new char[64];
        routeRouter = new long[64];
        freeRoutes = new int[64];
        freeCount = 0;
        routeCount = 0;
        destinations.clear();
        routers.clear();
        foreignInstalled = 0;
    }

    /** Routes known, installed or not. */
    int routes() {
        return routeIndex.size();
    }

    /** Lines about routes or neighbours that were beyond a limit. */
    long refused() {
        return refused + destinations.refused();
    }

    RoutingView view() {
        int[] order = destinations.order();
        Prefix[] nodes = new Prefix[destinations.installedNodes];
        short[] via = new short[nodes.length];
        int count = 0;
        for (int destination : order) {
            int route = destinations.installed[destination];
            if (route != NONE) {
                nodes[count] = destinations.node[destination];
                via[count++] = routeLink[route];
            }
        }
        Iface[] ifaces = links.stream().map(link -> link.iface).toArray(Iface[]::new);
        int[] installed = links.stream().mapToInt(link -> link.installed).toArray();
        return new RoutingSnapshot(nodes, via, ifaces, installed, neighbours(), foreignInstalled > 0, contests());
    }

    /** What is installed, in the form that registries ask for. Interfaces are numbered by us. */
    BabelDump dump() {
        List<Iface> ifaces = links.stream().map(link -> link.iface).distinct().toList();
        List<BabelDump.Interface> interfaces = new ArrayList<>();
        ifaces.forEach(iface -> interfaces.add(new BabelDump.Interface(interfaces.size() + 1, iface.name())));
        List<BabelDump.Neighbour> neighbours = new ArrayList<>();
        for (Link link : links) {
            // The original's registry ends the conversation when a route names a neighbour that was not.
            if (link.identifier != 0 || link.installed > 0) {
                neighbours.add(new BabelDump.Neighbour(
                        new Ip6(link.high, link.low),
                        ifaces.indexOf(link.iface) + 1,
                        0,
                        0,
                        0,
                        wholeMillis(link.rttMillis),
                        0,
                        0,
                        1,
                        256));
            }
        }
        List<BabelDump.Route> routes = new ArrayList<>();
        for (int destination : destinations.order()) {
            int slot = destinations.installed[destination];
            if (slot != NONE) {
                Link link = links.get(routeLink[slot]);
                int refmetric = (routeFlags[slot] & DIRECT) != 0 ? 0 : link.cost;
                routes.add(BabelDump.Route.installed(
                        new Ip6(destinations.high[destination], destinations.low[destination]),
                        destinations.length[destination] & 0xff,
                        Math.min(65_534, refmetric + link.cost),
                        refmetric,
                        ifaces.indexOf(link.iface) + 1,
                        new Ip6(link.high, link.low)));
            }
        }
        return new BabelDump(interfaces, neighbours, List.of(), routes);
    }

    /** For operators; without routes it is short. */
    RoutingListing listing(boolean withRoutes) {
        List<RoutingListing.Link> listed = new ArrayList<>();
        for (Link link : links) {
            if (link.identifier != 0) {
                Ip6 address = new Ip6(link.high, link.low);
                listed.add(new RoutingListing.Link(
                        address, link.iface, node(link), link.cost, link.rttMillis, link.installed));
            }
        }
        List<RoutingListing.Route> routes = new ArrayList<>();
        for (int destination : withRoutes ? destinations.order() : new int[0]) {
            int slot = destinations.installed[destination];
            Prefix node = destinations.node[destination];
            if (slot != NONE && node != null) {
                Link link = links.get(routeLink[slot]);
                routes.add(new RoutingListing.Route(node, link.iface, node(link), routeMetric[slot]));
            }
        }
        return new RoutingListing(listed, routes, routeIndex.size(), announcers());
    }

    private List<Contest> contests() {
        return routers.contests(own, destination -> destinations.node[destination]);
    }

    /** Where the router ids of contested prefixes are heard. Looks at every route, but only if there is such a prefix. */
    private List<RoutingListing.Announcer> announcers() {
        SortedMap<Contest, SortedSet<Prefix>> heard =
                new TreeMap<>(Comparator.comparing(Contest::node).thenComparing(Contest::router));
        for (int slot = 0; slot < (routers.isQuiet() ? 0 : routeCount); slot++) {
            int destination = routeDestination[slot];
            if (routeRouter[slot] != RouterIds.UNKNOWN && routers.isContested(destination)) {
                Prefix node = destinations.node[destination];
                Prefix neighbour = node(links.get(routeLink[slot]));
                Contest key = new Contest(node == null ? own : node, routeRouter[slot], RouterIds.UNKNOWN);
                SortedSet<Prefix> through = heard.computeIfAbsent(key, unused -> new TreeSet<>());
                if (neighbour != null) {
                    through.add(neighbour);
                }
            }
        }
        List<RoutingListing.Announcer> announcers = new ArrayList<>();
        heard.forEach((key, through) ->
                announcers.add(new RoutingListing.Announcer(key.node(), key.router(), List.copyOf(through))));
        return announcers;
    }

    private static int wholeMillis(double millis) {
        return Double.isNaN(millis) ? 0 : (int) Math.min(65_535, Math.ceil(millis));
    }

    /** Neighbours that announce several prefixes of the network as their own. */
    List<String> faultyNeighbours() {
        return links.stream()
                .filter(link -> link.directCount > 1)
                .map(link -> new Ip6(link.high, link.low) + " on " + link.iface)
                .toList();
    }

    /** The link-local address of the node's neighbour on an interface. */
    Optional<Ip6> addressOf(Iface iface, Prefix neighbour) {
        return links.stream()
                .filter(link -> link.iface.equals(iface))
                .filter(link -> neighbour.equals(node(link)))
                .map(link -> new Ip6(link.high, link.low))
                .findFirst();
    }

    /** Who can be reached over which link. A link that is just being found is none yet: what is sent over it would be lost. */
    private List<Neighbour> neighbours() {
        List<Neighbour> neighbours = new ArrayList<>();
        for (Link link : links) {
            Prefix node = node(link);
            if (node != null && link.cost < INFINITY && destinations.installed[link.direct[0]] != NONE) {
                neighbours.add(new Neighbour(
                        node,
                        link.iface,
                        link.installed,
                        link.rttMillis,
                        link.cost,
                        new Ip6(link.high, link.low),
                        destinations.ways[link.direct[0]] - 1));
            }
        }
        neighbours.sort((a, b) -> {
            int byNode = a.node().compareTo(b.node());
            return byNode != 0 ? byNode : a.iface().compareTo(b.iface());
        });
        return neighbours;
    }

    private @Nullable Prefix node(Link link) {
        return link.directCount == 0 ? null : destinations.node[link.direct[0]];
    }

    private boolean putRoute(BabeldLine line) {
        long identifier = line.identifier(2);
        int prefix = line.find("prefix", 3);
        int via = line.find("via", 3);
        int iface = line.find("if", 3);
        int installed = line.find("installed", 3);
        int metric = line.find("metric", 3);
        int refmetric = line.find("refmetric", 3);
        boolean complete = prefix > 0 && via > 0 && iface > 0 && installed > 0 && metric > 0 && refmetric > 0;
        if (identifier == 0 || !complete) {
            return false;
        }
        if (!line.block(prefix + 1)) {
            return flushRoute(identifier);
        }
        int destination = destinations.find(line.high(), line.low(), line.blockLength());
        int link = line.address(via + 1) ? findLink(line.high(), line.low(), line, iface + 1) : NONE;
        if (destination == NONE || link == NONE) {
            return flushRoute(identifier);
        }
        // babeld calls a route installed, too, that it keeps as unreachable.
        boolean works = line.number(metric + 1) < INFINITY;
        boolean used = works && line.is(installed + 1, "yes");
        int slot = routeIndex.get(identifier);
        boolean isOwn = isOwn(line.number(refmetric + 1), slot, destination, link);
        byte flags = (byte) ((used ? INSTALLED : 0) | (isOwn ? DIRECT : 0) | (works ? WORKS : 0));
        char value = (char) Math.max(0, Math.min(INFINITY, line.number(metric + 1)));
        long router = value < INFINITY ? line.routerId(line.find("id", 3) + 1) : RouterIds.UNKNOWN;
        boolean told = true;
        if (slot != NONE) {
            routeMetric[slot] = value;
            boolean same = routeDestination[slot] == destination && routeLink[slot] == link;
            if (same && routeFlags[slot] == flags && routeRouter[slot] == router) {
                return false;
            }
            if (same && routeFlags[slot] == flags) {
                return announce(slot, router);
            }
            told = !same || (routeFlags[slot] ^ flags) != WORKS || isNeighbour(destination);
            detach(slot);
        } else {
            slot = allocate(identifier);
            if (slot == NONE) {
                return false;
            }
        }
        routeDestination[slot] = destination;
        routeLink[slot] = (short) link;
        routeFlags[slot] = flags;
        routeMetric[slot] = value;
        attach(slot);
        return announce(slot, router) || told;
    }

    private boolean isNeighbour(int destination) {
        return links.stream().anyMatch(link -> link.directCount > 0 && link.direct[0] == destination);
    }

    /** A route is announced under another router id; returns whether that makes a difference to anybody. */
    private boolean announce(int slot, long router) {
        int destination = routeDestination[slot];
        if (destinations.node[destination] == null) {
            if (!destinations.own(destination)) {
                return false;
            }
            routers.ownDestination(destination);
        }
        boolean changed = routers.remove(destination, routeRouter[slot]);
        routeRouter[slot] = router;
        return routers.add(destination, router) || changed;
    }

    /**
     * Whether the neighbour announces this destination as its own. Locking a link adds to what it announces, to its own prefix
     * too; it still is who it was, and as long as routes are on the link the tunnel must not be closed.
     */
    private boolean isOwn(long refmetric, int slot, int destination, int link) {
        boolean wasOwn = slot != NONE
                && (routeFlags[slot] & DIRECT) != 0
                && routeDestination[slot] == destination
                && routeLink[slot] == link;
        return refmetric == 0 || (wasOwn && refmetric == BabeldCommand.LOCK_METRIC);
    }

    private boolean flushRoute(long identifier) {
        int slot = routeIndex.remove(identifier);
        if (slot == NONE) {
            return false;
        }
        int destination = routeDestination[slot];
        boolean counted =
                (routeFlags[slot] & ~WORKS) != 0 || isNeighbour(destination) || routers.isContested(destination);
        detach(slot);
        if (freeCount == freeRoutes.length) {
            freeRoutes = Arrays.copyOf(freeRoutes, freeCount * 2);
        }
        freeRoutes[freeCount++] = slot;
        return counted;
    }

    private int allocate(long identifier) {
        int slot;
        if (freeCount > 0) {
            slot = freeRoutes[--freeCount];
        } else if (routeCount == MAX_ROUTES) {
            refused++;
            return NONE;
        } else {
            slot = routeCount++;
            if (slot == routeDestination.length) {
                int size = slot + (slot >> 1);
                routeDestination = Arrays.copyOf(routeDestination, size);
                routeLink = Arrays.copyOf(routeLink, size);
                routeFlags = Arrays.copyOf(routeFlags, size);
                routeMetric = Arrays.copyOf(routeMetric, size);
                routeRouter = Arrays.copyOf(routeRouter, size);
            }
        }
        routeFlags[slot] = 0;
        routeRouter[slot] = RouterIds.UNKNOWN;
        routeIndex.put(identifier, slot);
        return slot;
    }

    /** Adds a route to all counts. */
    private void attach(int slot) {
        int destination = routeDestination[slot];
        Link link = links.get(routeLink[slot]);
        boolean node = destinations.node[destination] != null;
        link.routes++;
        destinations.ways[destination] += (routeFlags[slot] & WORKS) != 0 ? 1 : 0;
        if ((routeFlags[slot] & INSTALLED) != 0) {
            link.installed++;
            if (!node) {
                foreignInstalled += destinations.own(destination) ? 0 : 1;
            } else {
                destinations.installedNodes += destinations.installed[destination] == NONE ? 1 : 0;
                destinations.installed[destination] = slot;
            }
        }
        if (node && (routeFlags[slot] & DIRECT) != 0) {
            if (link.directCount == link.direct.length) {
                link.direct = Arrays.copyOf(link.direct, link.directCount * 2);
            }
            link.direct[link.directCount++] = destination;
        }
    }

    /** Takes a route out of all counts. */
    private void detach(int slot) {
        announce(slot, RouterIds.UNKNOWN);
        int destination = routeDestination[slot];
        Link link = links.get(routeLink[slot]);
        boolean node = destinations.node[destination] != null;
        link.routes--;
        destinations.ways[destination] -= (routeFlags[slot] & WORKS) != 0 ? 1 : 0;
        if ((routeFlags[slot] & INSTALLED) != 0) {
            link.installed--;
            if (!node) {
                foreignInstalled -= destinations.own(destination) ? 0 : 1;
            } else if (destinations.installed[destination] == slot) {
                destinations.installed[destination] = NONE;
                destinations.installedNodes--;
            }
        }
        if (node && (routeFlags[slot] & DIRECT) != 0) {
            for (int i = 0; i < link.directCount; i++) {
                if (link.direct[i] == destination) {
                    System.arraycopy(link.direct, i + 1, link.direct, i, --link.directCount - i);
                    break;
                }
            }
        }
    }

    private boolean putLink(BabeldLine line) {
        int address = line.find("address", 3);
        int iface = line.find("if", 3);
        int cost = line.find("cost", 3);
        if (address < 0 || iface < 0 || cost < 0 || !line.address(address + 1)) {
            return false;
        }
        int index = findLink(line.high(), line.low(), line, iface + 1);
        if (index == NONE) {
            return false;
        }
        Link link = links.get(index);
        link.identifier = line.identifier(2);
        int newCost = line.number(cost + 1);
        int rtt = line.find("rtt", 3);
        link.rttMillis = rtt < 0 ? Double.NaN : line.decimal(rtt + 1);
        boolean changed = newCost != link.cost && newCost >= 0;
        link.cost = newCost < 0 ? link.cost : newCost;
        return changed;
    }

    /** A link stays, as routes may still name it; only its cost tells that the neighbour is gone. */
    private boolean flushLink(long identifier) {
        for (Link link : links) {
            if (link.identifier == identifier && identifier != 0) {
                link.identifier = 0;
                link.rttMillis = Double.NaN;
                boolean changed = link.cost != INFINITY;
                link.cost = INFINITY;
                return changed;
            }
        }
        return false;
    }

    private int findLink(long high, long low, BabeldLine line, int ifaceWord) {
        for (int i = 0; i < links.size(); i++) {
            Link link = links.get(i);
            if (link.low == low && link.high == high && line.isName(ifaceWord, link.iface)) {
                return i;
            }
        }
        Iface iface = line.iface(ifaceWord);
        if (iface == null) {
            return NONE;
        }
        Link fresh = new Link(high, low, iface);
        for (int i = 0; i < links.size(); i++) {
            if (links.get(i).identifier == 0 && links.get(i).routes == 0) {
                links.set(i, fresh);
                return i;
            }
        }
        if (links.size() == MAX_LINKS) {
            refused++;
            return NONE;
        }
        links.add(fresh);
        return links.size() - 1;
    }
}
