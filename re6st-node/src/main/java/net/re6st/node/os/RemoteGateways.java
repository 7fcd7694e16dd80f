package net.re6st.node.os;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import net.re6st.core.port.HostNetwork;
import net.re6st.net.Ip4;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code --remote-gateway}: which gateway the packets of each tunnel take, in turn, by a host route that exists as long as
 * something uses it. Loop's thread only.
 */
public final class RemoteGateways implements HostNetwork {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteGateways.class);

    private final Commands commands;
    private final List<Ip4> gateways;
    private final SortedMap<String, Use> uses = new TreeMap<>();
    private final SortedMap<String, Ip4> found = new TreeMap<>();
    private int next;

    private static final class Use {
        private int count;

        /** Through which gateway it is routed; null: not by us. */
        private @Nullable Ip4 gateway;
    }

    /** {@code gateways} must not be empty. */
    public RemoteGateways(Commands commands, List<Ip4> gateways) {
        this.commands = commands;
        this.gateways = List.copyOf(gateways);
    }

    /** Looks which routes an earlier daemon left: those of tunnels that go on are used as they are. Blocks. */
    public void begin() {
        found.putAll(found(Commands.run(LinuxNetwork.listRemoteRoutes()).output()));
    }

    /** Removes all routes that an earlier daemon left, for one that needs none. */
    public static void clear() {
        Commands.run(LinuxNetwork.flushRemoteRoutes());
    }

    /** Gateways by address, in the output of {@link LinuxNetwork#listRemoteRoutes}. */
    static SortedMap<String, Ip4> found(String listing) {
        SortedMap<String, Ip4> routes = new TreeMap<>();
        for (String line : listing.lines().toList()) {
            String[] words = line.strip().split(" +");
            if (words.length > 2 && words[1].equals("via")) {
                Ip4.parse(words[2]).ifPresent(gateway -> routes.put(words[0], gateway));
            }
        }
        return routes;
    }

    /** All tunnels that go on are known: removes the other routes that an earlier daemon left. */
    public void settle() {
        found.forEach((ip, gateway) -> commands.submit(
                () -> Commands.attempt(LinuxNetwork.remoteRoute(ip, gateway).undo())));
        found.clear();
    }

    @Override
    public void dialled(String ip) {
        Use use = uses.computeIfAbsent(ip, key -> new Use());
        if (use.count++ > 0) {
            return;
        }
        Ip4 known = found.remove(ip);
        if (known != null && gateways.contains(known)) {
            use.gateway = known;
            return;
        }
        Ip4 gateway = gateways.get(next);
        next = (next + 1) % gateways.size();
        use.gateway = gateway;
        LOG.debug("{} is reached through {}", ip, gateway);
        commands.submit(() -> {
            if (known != null) {
                Commands.attempt(LinuxNetwork.remoteRoute(ip, known).undo());
            }
            Commands.attempt(LinuxNetwork.remoteRoute(ip, gateway).apply());
        });
    }

    @Override
    public void served(String ip) {
        uses.computeIfAbsent(ip, key -> new Use()).count++;
    }

    @Override
    public void released(String ip) {
        Use use = uses.get(ip);
        if (use == null || --use.count > 0) {
            return;
        }
        uses.remove(ip);
        Ip4 gateway = use.gateway;
        if (gateway != null) {
            commands.submit(
                    () -> Commands.attempt(LinuxNetwork.remoteRoute(ip, gateway).undo()));
        }
    }

    /** The routes in use, as {@code IP via GATEWAY}. */
    List<String> routes() {
        List<String> routes = new ArrayList<>();
        uses.forEach((ip, use) -> {
            if (use.gateway != null) {
                routes.add(ip + " via " + use.gateway);
            }
        });
        return routes;
    }

    /** Removes every route, now. */
    public void end() {
        uses.clear();
        clear();
    }
}
