package net.re6st.core.port;

import net.re6st.net.Iface;
import net.re6st.net.Prefix;
import net.re6st.net.Remote;

/** The tunnel processes of this host. Outcomes return through {@code Node}, never from these calls. */
public interface TunnelProcesses {
    /** Starts one client tunnel; ends in {@code Node.onTunnelUp} or {@code Node.onTunnelExit}. */
    void dial(Iface iface, Remote remote, Prefix peer);

    /** Stops the client tunnel on {@code iface}, ends in {@code Node.onTunnelExit}; idempotent. */
    void close(Iface iface);

    /** Removes the network interface of a client tunnel that ended and will not be reused soon; idempotent. */
    void discard(Iface iface);

    /** Lets a client in that {@code Node.onClientConnecting} reported, and tells it the address we see it at. */
    void accept(ClientId client);

    /** Refuses a client; {@code reason} goes to its log. */
    void refuse(ClientId client, String reason);

    /** Ends the connection of an accepted client; {@code Node.onClientGone} follows; idempotent. */
    void disconnect(ClientId client);
}
