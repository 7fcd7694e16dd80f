package net.re6st.lab;

/**
 * What a {@link ReNetwork} is made of: how many hosts, how many of them behind NAT (the last ones), whether the routers
 * there can be asked for ports, and the parameters the registry gives out. Each {@code with…} returns a changed copy.
 */
public record NetworkPlan(
        int nodes,
        int behindNat,
        boolean upnp,
        int helloSeconds,
        int clientCount,
        int tunnelRefreshSeconds,
        boolean encrypt) {
    /** The first host has the registry and the registry node; it must be reachable. */
    public NetworkPlan {
        if (nodes < 1 || nodes > 200) {
            throw new LabException("a network of " + nodes + " nodes: it must have 1 to 200");
        }
        if (behindNat < 0 || behindNat >= nodes) {
            throw new LabException("%d of %d nodes behind NAT: the first one must not be".formatted(behindNat, nodes));
        }
        if (helloSeconds < 1 || helloSeconds > 600) {
            throw new LabException("hello of " + helloSeconds + " s: it must be 1 to 600");
        }
    }

    public static NetworkPlan of(int nodes) {
        return new NetworkPlan(nodes, 0, false, 2, 4, 300, false);
    }

    public NetworkPlan withBehindNat(int hosts) {
        return new NetworkPlan(nodes, hosts, upnp, helloSeconds, clientCount, tunnelRefreshSeconds, encrypt);
    }

    public NetworkPlan withUpnp() {
        return new NetworkPlan(nodes, behindNat, true, helloSeconds, clientCount, tunnelRefreshSeconds, encrypt);
    }

    public NetworkPlan withHello(int seconds) {
        return new NetworkPlan(nodes, behindNat, upnp, seconds, clientCount, tunnelRefreshSeconds, encrypt);
    }

    public NetworkPlan withClientCount(int tunnels) {
        return new NetworkPlan(nodes, behindNat, upnp, helloSeconds, tunnels, tunnelRefreshSeconds, encrypt);
    }

    public NetworkPlan withTunnelRefresh(int seconds) {
        return new NetworkPlan(nodes, behindNat, upnp, helloSeconds, clientCount, seconds, encrypt);
    }

    public NetworkPlan withEncryption() {
        return new NetworkPlan(nodes, behindNat, upnp, helloSeconds, clientCount, tunnelRefreshSeconds, true);
    }
}
