package net.re6st.core.port;

import net.re6st.net.Bytes;

/**
 * RSA and certificates. Each call takes about a millisecond or ten, elsewhere, and ends in one event of {@code Node}, in the
 * order of the calls of the same ticket. At most a bounded number is under way: callers limit themselves.
 */
public interface Cryptography {
    /** Strict check of a peer's certificate (DER); ends in {@code Node.onCertificateChecked}, empty if not acceptable. */
    void checkCertificate(Ticket ticket, Bytes der);

    /** Encrypts {@code secret} for the certificate's key and signs the result with ours; ends in {@code Node.onSealed}. */
    void seal(Ticket ticket, Bytes secret, PeerCertificate recipient);

    /** Checks the sender's signature of {@code sealed}, then decrypts it; ends in {@code Node.onOpened}, empty if invalid. */
    void open(Ticket ticket, Bytes sealed, Bytes signature, PeerCertificate sender);

    /** Checks the CA's signature of a network version; ends in {@code Node.onVersionChecked}. */
    void checkVersion(Ticket ticket, Bytes version);
}
