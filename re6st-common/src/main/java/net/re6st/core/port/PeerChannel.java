package net.re6st.core.port;

import net.re6st.net.Bytes;
import net.re6st.net.Ip6;

/** Datagrams to other nodes and to local programs, from UDP port 326. */
public interface PeerChannel {
    /** Sends to the port 326 of a node. May be lost; if there is no way to it, that ends in {@code Node.onUnsent}. */
    void send(Ip6 destination, Bytes datagram);

    /** Answers {@code source}, from our main address. May be lost. */
    void reply(Source source, Bytes datagram);

    /** Where a datagram came from. */
    record Source(Ip6 address, int port) {}
}
