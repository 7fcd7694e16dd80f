package net.re6st.conf;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.re6st.net.Ip6;
import net.re6st.net.Network;

/** Decides from a route whether this host is already part of a network, or behind a member of it. */
final class Membership {
    private static final Pattern SOURCE = Pattern.compile("(?:^|\\s)src\\s+(\\S+)");
    private static final String UNREACHABLE = "No route to host";

    private Membership() {}

    /**
     * Whether the route to the network's first address goes through the network itself.
     *
     * <p>It does if we would send from an address of the network. A node has none for that address, which belongs to nobody,
     * but an unreachable route for the whole network, for which the kernel has another error than for no route at all.
     *
     * @param route what {@code ip route get} printed, errors included
     */
    static boolean isMember(String route, Network network) {
        Matcher source = SOURCE.matcher(route);
        if (source.find()) {
            return Ip6.parse(source.group(1)).filter(network::contains).isPresent();
        }
        return route.contains(UNREACHABLE);
    }
}
