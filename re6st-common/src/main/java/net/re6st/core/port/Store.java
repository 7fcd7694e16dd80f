package net.re6st.core.port;

import net.re6st.config.NetworkParameters;
import net.re6st.net.Prefix;

/** The peer database on disk, of which the core keeps a copy in memory. Writes may be delayed but keep their order. */
public interface Store {
    /** Remembers the address list of {@code peer}; that of the empty prefix is our own, and none if empty. */
    void putPeer(Prefix peer, String addresses);

    void removePeer(Prefix peer);

    /** Replaces the network parameters. */
    void putParameters(NetworkParameters parameters);
}
