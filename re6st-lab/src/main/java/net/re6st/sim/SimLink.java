package net.re6st.sim;

import net.re6st.core.port.ClientId;
import net.re6st.net.Iface;

/**
 * A tunnel between two nodes as the underlay and Babel see it.
 *
 * <p>{@code alive}: packets pass. {@code visible}: Babel has noticed it. {@code locked}: its cost was raised.
 */
final class SimLink {
    private static final int COST = 96;
    private static final int LOCKED_COST = 20_000;

    final SimNode client;
    final SimNode server;
    final Iface clientIface;
    final ClientId clientId;
    boolean alive = true;
    boolean visible;
    boolean locked;

    SimLink(SimNode client, Iface clientIface, SimNode server, ClientId clientId) {
        this.client = client;
        this.clientIface = clientIface;
        this.server = server;
        this.clientId = clientId;
    }

    SimNode other(SimNode node) {
        return node == client ? server : client;
    }

    Iface iface(SimNode node) {
        return node == client ? clientIface : clientId.server();
    }

    int cost() {
        return locked ? LOCKED_COST : COST;
    }

    @Override
    public String toString() {
        return client + " to " + server + (alive ? "" : ", dead");
    }
}
