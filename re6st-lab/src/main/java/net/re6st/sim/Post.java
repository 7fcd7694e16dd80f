package net.re6st.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.re6st.core.port.PeerChannel.Source;
import net.re6st.net.Bytes;
import net.re6st.net.Ip6;
import net.re6st.wire.Protocol;

/** Carries datagrams between nodes inside the overlay: the way that the routes make, if they lead there. */
final class Post {
    private static final Duration LOCAL = Duration.ofNanos(50_000);
    private static final long HOP_MICROS = 200;

    private final Simulation simulation;
    private final List<Listener> listeners = new ArrayList<>();

    /** Sees the datagrams that go somewhere. */
    interface Listener {
        /** There was a way, and it was sent. */
        default void left(SimNode from, SimNode to, Bytes datagram) {}

        /** A node has taken it. */
        default void arrived(SimNode from, SimNode to, Bytes datagram) {}
    }

    Post(Simulation simulation) {
        this.simulation = simulation;
    }

    void listen(Listener listener) {
        listeners.add(listener);
    }

    void deliver(SimNode from, Ip6 destination, Bytes datagram) {
        simulation.counters().datagram(from, datagram);
        SimNode to = simulation.node(destination);
        if (to == from) {
            return;
        }
        List<SimLink> path = to == null ? List.of() : simulation.routing().wayOfPackets(from, to);
        if (to == null || path.isEmpty()) {
            from.eventIn(LOCAL, "unsent", to, n -> n.onUnsent(destination, from.now()));
            return;
        }
        listeners.forEach(listener -> listener.left(from, to, datagram));
        long micros = 0;
        for (SimLink link : path) {
            boolean lost = !link.carries()
                    || simulation.random().nextDouble() < simulation.internet().loss();
            if (lost) {
                simulation.counters().lost();
                return;
            }
            micros += link.delayMicros + HOP_MICROS;
        }
        Source source = new Source(Simulation.NETWORK.subnet(from.prefix()).mainAddress(), Protocol.PORT);
        to.eventIn(Duration.ofNanos(1000 * micros), "datagram", from, n -> {
            n.onDatagram(source, datagram, to.now());
            listeners.forEach(listener -> listener.arrived(from, to, datagram));
        });
    }
}
