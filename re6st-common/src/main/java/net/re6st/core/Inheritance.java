package net.re6st.core;

import java.math.BigInteger;
import java.util.List;
import net.re6st.core.port.Avoided;
import net.re6st.core.port.ClientId;
import net.re6st.net.Iface;
import net.re6st.net.Prefix;
import net.re6st.net.Remote;
import org.jspecify.annotations.Nullable;

/**
 * What a node finds when it starts, because an earlier daemon of the same node left it: tunnels that run, and whom that one
 * avoided.
 *
 * @param unused interfaces of tunnels that ended
 */
public record Inheritance(List<Tunnel> tunnels, List<Client> clients, List<Iface> unused, List<Avoided> avoided) {
    public static final Inheritance NOTHING = new Inheritance(List.of(), List.of(), List.of(), List.of());

    public Inheritance {
        tunnels = List.copyOf(tunnels);
        clients = List.copyOf(clients);
        unused = List.copyOf(unused);
        avoided = List.copyOf(avoided);
    }

    public Inheritance avoiding(List<Avoided> others) {
        return new Inheritance(tunnels, clients, unused, others);
    }

    /** Whether no tunnel was left. */
    public boolean isEmpty() {
        return tunnels.isEmpty() && clients.isEmpty();
    }

    /**
     * A tunnel that was dialled, and is connected.
     *
     * @param serial of the peer's certificate
     * @param externalIp our address as the peer sees it
     * @param outdated whether one that is dialled now would differ from it, so that it is to be replaced
     */
    public record Tunnel(
            Iface iface,
            Prefix peer,
            Remote remote,
            BigInteger serial,
            @Nullable String externalIp,
            boolean outdated) {}

    /** A client of one of our servers, let in. */
    public record Client(ClientId id, Prefix peer, BigInteger serial, String ip) {}
}
