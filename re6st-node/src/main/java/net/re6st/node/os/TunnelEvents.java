package net.re6st.node.os;

import java.math.BigInteger;
import net.re6st.core.port.ClientId;
import net.re6st.net.Iface;
import net.re6st.net.Prefix;
import org.jspecify.annotations.Nullable;

/** What happens to tunnels, told in the loop: the events of the same names of the core's {@code Node}. */
public interface TunnelEvents {
    void onTunnelUp(Iface iface, Prefix peer, BigInteger serial, @Nullable String externalIp);

    void onTunnelExit(Iface iface, String reason);

    void onClientConnecting(ClientId client, Prefix peer, BigInteger serial, String trustedIp);

    void onClientConnected(ClientId client, Prefix peer, BigInteger serial, String trustedIp);

    void onClientGone(ClientId client);

    void onServerRestarted(Iface server);
}
