package net.re6st.sim;

import java.util.List;
import net.re6st.core.port.ClientId;
import net.re6st.net.Iface;
import net.re6st.net.Transport;

/** A tunnel between two nodes as the underlay and Babel see it: whether packets pass, whether Babel has noticed, its cost. */
final class SimLink {
    /** What babeld's filters add to the metric of a locked link. */
    static final int LOCK_COST = 20_000;

    static final int NO_SLOT = -1;

    final SimNode client;
    final SimNode server;
    final Iface clientIface;
    final ClientId clientId;
    final Transport transport;

    /** How long a packet takes one way. */
    final long delayMicros;

    private final int cost;

    /** Both processes run and are connected to each other. */
    boolean alive = true;

    /** The underlay loses everything between the two hosts. */
    boolean blocked;

    /** Babel has noticed the link. */
    boolean visible;

    /** Babel's filters raise its cost. */
    boolean locked;

    /** When the core asked for that, on the monotonic clock; 0 if it did not. */
    long lockAskedNanos;

    /** While it is locked: a way from one end to the other without it; empty if none was found yet. */
    List<SimLink> wayRound = List.of();

    /** The place among all tunnels. */
    int place = NO_SLOT;

    /** Every change that Babel has still to notice, by number: only the last one counts. */
    int notice;

    /** The places in the adjacency of both ends. */
    int clientSlot = NO_SLOT;

    int serverSlot = NO_SLOT;

    SimLink(SimNode client, Iface clientIface, SimNode server, ClientId clientId, Transport transport, Path path) {
        this.client = client;
        this.server = server;
        this.clientIface = clientIface;
        this.clientId = clientId;
        this.transport = transport;
        this.delayMicros = path.delayMicros();
        this.cost = path.cost();
    }

    /** What the underlay and Babel's formula make of the way between two hosts. */
    record Path(long delayMicros, int cost) {}

    SimNode other(SimNode node) {
        return node == client ? server : client;
    }

    Iface iface(SimNode node) {
        return node == client ? clientIface : clientId.server();
    }

    boolean carries() {
        return alive && !blocked;
    }

    int cost() {
        return locked ? cost + LOCK_COST : cost;
    }

    @Override
    public String toString() {
        return client + " to " + server + (alive ? "" : ", dead");
    }
}
