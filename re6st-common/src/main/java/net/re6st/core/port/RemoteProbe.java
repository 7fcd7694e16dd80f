package net.re6st.core.port;

import net.re6st.net.Remote;

/** Tries whether OpenVPN listens at an address, as its clients begin, and goes no further. */
public interface RemoteProbe {
    /** Ends in exactly one {@code Node.onRemoteTried}, within seconds. The core bounds how many are under way. */
    void tryOut(Ticket ticket, Remote remote);
}
