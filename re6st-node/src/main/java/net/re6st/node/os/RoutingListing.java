package net.re6st.node.os;

import java.util.List;
import java.util.Locale;
import net.re6st.net.Iface;
import net.re6st.net.Ip6;
import net.re6st.net.Prefix;
import org.jspecify.annotations.Nullable;

/**
 * What babeld knows at one time, for operators: as long as the network is large, and never made in the loop's thread.
 * Immutable.
 *
 * @param routes the installed one of each reachable node, in the order of prefixes; left out if not asked for
 * @param known routes of babeld, installed or not
 * @param announcers of the prefixes that are announced under two router ids
 */
public record RoutingListing(List<Link> links, List<Route> routes, int known, List<Announcer> announcers) {
    /** While babeld can't be asked. */
    public static final RoutingListing EMPTY = new RoutingListing(List.of(), List.of(), 0, List.of());

    public RoutingListing {
        links = List.copyOf(links);
        routes = List.copyOf(routes);
        announcers = List.copyOf(announcers);
    }

    /**
     * A neighbour of babeld's.
     *
     * @param node null: it has not announced who it is
     * @param cost 65535: it is not heard, or does not hear us
     * @param rttMillis NaN: not known
     * @param installed routes in use through it
     */
    public record Link(Ip6 address, Iface iface, @Nullable Prefix node, int cost, double rttMillis, int installed) {}

    /**
     * Who announces a prefix under one router id.
     *
     * @param neighbours from which it is heard, the node itself if it is one
     */
    public record Announcer(Prefix node, long router, List<Prefix> neighbours) {
        /** The router id as babeld writes it. */
        public String routerText() {
            return String.format(Locale.ROOT, "%016x", router).replaceAll("..(?!$)", "$0:");
        }
    }

    /**
     * The route to a node.
     *
     * @param neighbour the node through which it goes; null: unknown
     */
    public record Route(Prefix node, Iface iface, @Nullable Prefix neighbour, int metric) {}
}
