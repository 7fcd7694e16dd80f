package net.re6st.core;

/**
 * How much a node holds, for whoever checks that everything has a limit.
 *
 * @param sessions peers that are known, with a session or on the way to one
 * @param questions RSA operations under way
 * @param cachedPeers peers whose addresses are remembered
 * @param dialled tunnels that we dial, up or not
 * @param served clients of our servers
 * @param removals removals of tunnels under way, ours and those of clients
 * @param relayed questions that were relayed for the registry
 */
public record NodeSize(
        int sessions, int questions, int cachedPeers, int dialled, int served, int removals, int relayed) {
    /** What each may be at most. */
    public static final NodeSize LIMITS = new NodeSize(
            PeerSessions.MAX_PEERS,
            PeerSessions.MAX_PENDING,
            PeerCache.MAX_PEERS,
            TunnelTable.MAX_SERVED,
            TunnelTable.MAX_SERVED,
            2 * TunnelTable.MAX_SERVED,
            Conversation.MAX_RELAYED);
}
