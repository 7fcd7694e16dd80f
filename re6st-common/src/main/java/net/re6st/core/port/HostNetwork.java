package net.re6st.core.port;

/**
 * Where the IPv4 addresses of tunnels are routed ({@code --remote-gateway}). Uses of an address are counted; every use ends
 * in one {@link #released}.
 */
public interface HostNetwork {
    /** A tunnel to {@code ip} is about to be dialled: its first use gets a route through the next gateway. */
    void dialled(String ip);

    /** A client at {@code ip} is served. It came without our routes, and gets none. */
    void served(String ip);

    /** Ends one use; the last one removes the route. */
    void released(String ip);
}
