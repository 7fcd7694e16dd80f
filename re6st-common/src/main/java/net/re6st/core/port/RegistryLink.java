package net.re6st.core.port;

/** The calls of this node to its registry. Each ends in one event of {@code Node}; none is repeated by the adapter. */
public interface RegistryLink {
    /** Ends in {@code Node.onParameters} or {@code Node.onRegistryFailed}. */
    void fetchParameters();

    /** Asks for a peer to start from; ends in {@code Node.onBootstrapPeer}, maybe with nobody, or {@code onRegistryFailed}. */
    void bootstrapPeer();

    /** Asks in which country the IP address {@code ip} is; ends in {@code Node.onCountry}. */
    void country(Ticket ticket, String ip);

    /** Renews our certificate and, if its end is near, the CA's; ends in {@code Node.onRenewed} or {@code onRegistryFailed}. */
    void renew();

    /** The call that an answer or failure belongs to. */
    enum Call {
        PARAMETERS,
        BOOTSTRAP_PEER,
        COUNTRY,
        RENEW
    }
}
