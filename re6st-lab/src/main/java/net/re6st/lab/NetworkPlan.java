package net.re6st.lab;

/**
 * What a {@link ReNetwork} is made of: how many hosts, how many of them behind NAT (the last ones), and the parameters
 * the registry gives out. Each {@code with…} returns a changed copy.
 */
public record NetworkPlan(
        int nodes, int behindNat, int helloSeconds, int clientCount, int tunnelRefreshSeconds, boolean encrypt) {
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
        return new NetworkPlan(nodes, 0, 2, 4, 300, false);
    }

    public NetworkPlan withBehindNat(int hosts) {
        return new NetworkPlan(nodes, hosts, helloSeconds, clientCount, tunnelRefreshSeconds, encrypt);
    }

    public NetworkPlan withHello(int seconds) {
        return new NetworkPlan(nodes, behindNat, seconds, clientCount, tunnelRefreshSeconds, encrypt);
    }

    public NetworkPlan withClientCount(int tunnels) {
        return new NetworkPlan(nodes, behindNat, helloSeconds, tunnels, tunnelRefreshSeconds, encrypt);
    }

    public NetworkPlan withTunnelRefresh(int seconds) {
        return new NetworkPlan(nodes, behindNat, helloSeconds, clientCount, seconds, encrypt);
    }

    public NetworkPlan withEncryption() {
        return new NetworkPlan(nodes, behindNat, helloSeconds, clientCount, tunnelRefreshSeconds, true);
    }
}
