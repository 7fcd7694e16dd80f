package net.re6st.core.port;

/** Routes of this host that tunnels need. */
public interface HostNetwork {
    /** Makes {@code ip} reachable through the next of the gateways of {@code --remote-gateway}; counted per use. */
    void addHostRoute(String ip);

    /** Ends one use; the last one removes the route. */
    void removeHostRoute(String ip);
}
