package net.re6st.core.port;

import net.re6st.net.Iface;

/**
 * One connection to one of our servers.
 *
 * @param number the server's own number for it; unique while the server process lives
 */
public record ClientId(Iface server, long number) implements Comparable<ClientId> {
    @Override
    public int compareTo(ClientId other) {
        int order = server.compareTo(other.server);
        return order != 0 ? order : Long.compare(number, other.number);
    }
}
