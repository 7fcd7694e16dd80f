package net.re6st.core.port;

import net.re6st.net.Bytes;

/**
 * RSA and certificates. Each call takes about a millisecond or ten, elsewhere, and ends in exactly one event of the core with
 * its ticket, in the order of the calls. The core bounds how many are under way.
 */
public interface Cryptography {
    /** Strict check of a peer's certificate (DER, nothing after it); ends in {@code onCertificateChecked}. */
    void checkCertificate(Ticket ticket, Bytes der);

    /** Encrypts {@code secret} for the certificate's key and signs the result with ours; ends in {@code onSealed}. */
    void seal(Ticket ticket, Bytes secret, PeerCertificate recipient);

    /** Checks the sender's signature of {@code sealed}, then decrypts it; ends in {@code onOpened}. */
    void open(Ticket ticket, Bytes sealed, Bytes signature, PeerCertificate sender);

    /** Checks the CA's signature of a network version; ends in {@code onVersionChecked}. */
    void checkVersion(Ticket ticket, Bytes version);
}
