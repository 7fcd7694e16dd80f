package net.re6st.core;

import java.math.BigInteger;
import java.util.List;
import net.re6st.core.port.ClientId;
import net.re6st.net.Iface;
import net.re6st.net.Prefix;
import net.re6st.net.Remote;
import org.jspecify.annotations.Nullable;

/** The tunnels that a node finds running when it starts: an earlier daemon of the same node left them to it. */
public record Inheritance(List<Tunnel> tunnels, List<Client> clients) {
    public static final Inheritance NOTHING = new Inheritance(List.of(), List.of());

    public Inheritance {
        tunnels = List.copyOf(tunnels);
        clients = List.copyOf(clients);
    }

    public boolean isEmpty() {
        return tunnels.isEmpty() && clients.isEmpty();
    }

    /**
     * A tunnel that was dialled, and is connected.
     *
     * @param serial of the peer's certificate
     * @param externalIp our address as the peer sees it
     */
    public record Tunnel(Iface iface, Prefix peer, Remote remote, BigInteger serial, @Nullable String externalIp) {}

    /** A client of one of our servers, let in. */
    public record Client(ClientId id, Prefix peer, BigInteger serial, String ip) {}
}
