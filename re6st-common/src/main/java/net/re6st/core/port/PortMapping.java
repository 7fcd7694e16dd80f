package net.re6st.core.port;

import net.re6st.net.Transport;

/**
 * One port of the router that should lead to this host.
 *
 * @param port of one of our servers
 * @param externalPort the router's
 * @param leaseSeconds how long the router should remember it
 */
public record PortMapping(int port, Transport transport, int externalPort, int leaseSeconds) {}
