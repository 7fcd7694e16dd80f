package net.re6st.core;

import java.math.BigInteger;
import java.util.List;
import java.util.SortedMap;
import java.util.random.RandomGenerator;
import net.re6st.config.NetworkParameters;
import net.re6st.core.port.ClientId;
import net.re6st.core.port.Identity;
import net.re6st.core.port.PeerCertificate;
import net.re6st.core.port.PeerChannel.Source;
import net.re6st.core.port.RegistryLink.Call;
import net.re6st.core.port.RoutingView;
import net.re6st.core.port.Ticket;
import net.re6st.net.Bytes;
import net.re6st.net.Iface;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import org.jspecify.annotations.Nullable;

/**
 * One node of the network: the events that reach it. It passes each to the parts that decide. One thread; it refuses to be
 * entered again from a port method.
 */
public final class Node {
    public Node(
            NodeSettings settings,
            Identity identity,
            NetworkParameters parameters,
            Ports ports,
            RandomGenerator choices,
            RandomGenerator secrets) {}

    /**
     * First event, once babeld and the servers are starting.
     *
     * @param cachedPeers address lists by prefix, as stored
     * @param ownAddresses the list that was stored as our own, or the empty text
     */
    public void start(SortedMap<Prefix, String> cachedPeers, String ownAddresses, Moment now) {}

    /** When {@link #onTimer} wants to be called, on the monotonic clock; may change with every event. */
    public long nextDeadlineNanos() {
        return Long.MAX_VALUE;
    }

    public void onTimer(Moment now) {}

    /** A datagram came to UDP port 326. */
    public void onDatagram(Source source, Bytes datagram, Moment now) {}

    /** What babeld knows changed. */
    public void onRoutes(RoutingView view, Moment now) {}

    /**
     * A dialled tunnel is connected.
     *
     * @param serial of the peer's certificate
     * @param externalIp our address as the peer sees it
     */
    public void onTunnelUp(Iface iface, Prefix peer, BigInteger serial, @Nullable String externalIp, Moment now) {}

    /** The process of a dialled tunnel ended. */
    public void onTunnelExit(Iface iface, String reason, Moment now) {}

    /** A client wants in, or renews its keys: exactly one of accept and refuse follows. */
    public void onClientConnecting(ClientId client, Prefix peer, BigInteger serial, String trustedIp, Moment now) {}

    /** An accepted client's tunnel is up. */
    public void onClientConnected(ClientId client, Prefix peer, BigInteger serial, String trustedIp, Moment now) {}

    public void onClientGone(ClientId client, Moment now) {}

    /** A server process ended; all its clients are gone. */
    public void onServerRestarted(Iface server, Moment now) {}

    /** babeld ended and was started again: every interface must be given to it anew, no lock is left. */
    public void onRoutingRestarted(Moment now) {}

    public void onParameters(NetworkParameters parameters, Moment now) {}

    /** The registry named a peer to start from; null: it knows nobody. */
    public void onBootstrapPeer(@Nullable Prefix peer, String addresses, Moment now) {}

    /** Null: not known, or the registry failed. */
    public void onCountry(Ticket ticket, @Nullable String country, Moment now) {}

    public void onRegistryFailed(Call call, String reason, Moment now) {}

    /** Our certificate or the CA's was replaced on disk. */
    public void onRenewed(Identity identity, Moment now) {}

    /** Null: not acceptable. */
    public void onCertificateChecked(Ticket ticket, @Nullable PeerCertificate certificate, Moment now) {}

    /** Both empty if the certificate's key can't encrypt. */
    public void onSealed(Ticket ticket, Bytes sealed, Bytes signature, Moment now) {}

    /** Null: badly signed, or not for us. */
    public void onOpened(Ticket ticket, @Nullable Bytes secret, Moment now) {}

    public void onVersionChecked(Ticket ticket, boolean valid, Moment now) {}

    /** IP addresses, by preference; none: unknown, or it took too long. */
    public void onResolved(Ticket ticket, List<String> ips, Moment now) {}

    /** The daemon is about to undo everything. */
    public void stop(Moment now) {}

    /** Another process takes over: leave everything as it is. */
    public void handOver(Moment now) {}
}
