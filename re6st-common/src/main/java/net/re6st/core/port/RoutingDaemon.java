package net.re6st.core.port;

import net.re6st.net.Iface;
import net.re6st.net.Prefix;

/** babeld. What it knows arrives through {@code Node.onRoutes}, as a {@link RoutingView}. */
public interface RoutingDaemon {
    /** Runs Babel on {@code iface} once it has a usable link-local address; idempotent. */
    void addInterface(Iface iface);

    /** Raises the cost of the link in both directions, so that every route that can leave it does; idempotent. */
    void lock(Iface iface);

    /** Makes the cost of a locked link infinite, in both directions: nobody begins to use it; idempotent. */
    void retract(Iface iface);

    /** Restores the cost; idempotent. */
    void unlock(Iface iface);

    /** Stops accepting what the neighbour at one link-local address of a shared interface says; for legacy clients. */
    void deafen(Iface iface, Prefix neighbour);

    /** Undoes {@link #deafen} on every interface; idempotent. */
    void undeafen(Prefix neighbour);
}
