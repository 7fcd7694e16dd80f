package net.re6st.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import net.re6st.core.port.PeerCertificate;
import net.re6st.net.Iface;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.wire.AddressList;
import org.jspecify.annotations.Nullable;

/**
 * What a node knows of one other node at one time. Immutable.
 *
 * @param cached its addresses in our cache, by preference; empty: not cached
 * @param tried whether we tried these in vain
 * @param session whether we share a secret; null if nothing was ever said
 * @param connected whether it answers
 * @param version of the network parameters that it has; -1: unknown
 * @param software what it says it runs; null: not asked
 * @param certificateEndWallMicros 0: its certificate is not known
 * @param iface the interface of the route to it; null: not reachable
 */
public record PeerReport(
        Prefix peer,
        AddressList cached,
        boolean tried,
        @Nullable Session session,
        boolean connected,
        long version,
        @Nullable String software,
        long certificateEndWallMicros,
        @Nullable Iface iface) {
    /** How far the handshake with it is. */
    public enum Session {
        NONE,
        OFFERED,
        ESTABLISHED
    }

    /** Everybody who is cached or has a session, in the order of prefixes. */
    static List<PeerReport> all(Node node, Moment now) {
        SortedSet<Prefix> peers = new TreeSet<>(node.cache().peers());
        node.sessions().all().forEach(session -> peers.add(session.prefix()));
        List<PeerReport> reports = new ArrayList<>(peers.size());
        peers.forEach(peer -> reports.add(of(node, peer, now)));
        return reports;
    }

    private static PeerReport of(Node node, Prefix peer, Moment now) {
        Optional<PeerSession> session = node.sessions().get(peer);
        return new PeerReport(
                peer,
                node.cache().addresses(peer).orElse(AddressList.EMPTY),
                node.cache().isTried(peer),
                session.map(s -> Session.valueOf(s.state().name())).orElse(null),
                session.filter(s -> s.isConnected(now)).isPresent(),
                session.flatMap(PeerSession::version)
                        .map(ParameterFollower::number)
                        .orElse(-1L),
                session.flatMap(PeerSession::software).orElse(null),
                session.flatMap(PeerSession::certificate)
                        .map(PeerCertificate::endWallMicros)
                        .orElse(0L),
                node.context().routes.interfaceTo(peer).orElse(null));
    }
}
