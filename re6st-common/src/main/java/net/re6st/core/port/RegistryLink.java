package net.re6st.core.port;

/**
 * The calls of this node to its registry. Each ends in one event of {@code Node} (or {@code Startup}); none is repeated by
 * the adapter. At most one of each kind is under way.
 */
public interface RegistryLink {
    /** Ends in {@code onParameters} or {@code onRegistryFailed}. */
    void fetchParameters();

    /** Asks for a peer to start from; ends in {@code onBootstrapPeer}, maybe with nobody, or {@code onRegistryFailed}. */
    void bootstrapPeer();

    /** Asks in which country the IP address {@code ip} is; ends in {@code onCountry}, also when the registry fails. */
    void country(Ticket ticket, String ip);

    /** Renews our certificate, writes it and ends in {@code onRenewed} or {@code onRegistryFailed}. */
    void renewCertificate();

    /**
     * Fetches the CA's certificate, writes it if it has the old one's key, is validly signed with it and lasts longer; ends
     * in {@code onRenewed} or {@code onRegistryFailed}.
     */
    void renewAuthority();

    /** The call that a failure belongs to. */
    enum Call {
        PARAMETERS,
        BOOTSTRAP_PEER,
        RENEW_CERTIFICATE,
        RENEW_AUTHORITY
    }
}
