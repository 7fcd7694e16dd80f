package net.re6st.core;

import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import net.re6st.core.port.Cryptography;
import net.re6st.core.port.PeerCertificate;
import net.re6st.core.port.Ticket;
import net.re6st.crypto.Certificate;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.crypto.Credentials;
import net.re6st.crypto.Rsa;
import net.re6st.net.Bytes;
import net.re6st.net.Moment;
import net.re6st.wire.PackedInteger;

/** Real cryptography whose answers wait until {@link #deliver}. */
final class SyncCryptography implements Cryptography {
    private static final SecureRandom SECURE = new SecureRandom();

    private final CertificateAuthority authority;
    private final Credentials credentials;
    private final Queue<Answer> answers = new ArrayDeque<>();
    Moment now = new Moment(0, 0);
    int calls;

    private interface Answer {
        void give(Node node);
    }

    SyncCryptography(CertificateAuthority authority, Credentials credentials) {
        this.authority = authority;
        this.credentials = credentials;
    }

    /** Gives the node all answers, also those to what it asks meanwhile. */
    void deliver(Node node) {
        for (Answer answer = answers.poll(); answer != null; answer = answers.poll()) {
            answer.give(node);
        }
    }

    @Override
    public void checkCertificate(Ticket ticket, Bytes der) {
        calls++;
        Optional<PeerCertificate> checked = Certificate.ofDer(der)
                .filter(c -> authority.strict(c, now) == CertificateAuthority.Verdict.VALID)
                .map(c -> facts(c));
        answers.add(node -> node.onCertificateChecked(ticket, checked.orElse(null), now));
    }

    static PeerCertificate facts(Certificate certificate) {
        return new PeerCertificate(
                certificate.prefix().orElseThrow(),
                certificate.serial(),
                certificate.notAfter().getEpochSecond() * 1_000_000,
                certificate.fingerprint(),
                certificate.der());
    }

    @Override
    public void seal(Ticket ticket, Bytes secret, PeerCertificate recipient) {
        calls++;
        Certificate certificate = Certificate.ofDer(recipient.der()).orElseThrow();
        Bytes sealed = Rsa.encrypt(certificate.publicKey(), secret, SECURE);
        Bytes signature = credentials.sign(sealed);
        answers.add(node -> node.onSealed(ticket, sealed, signature, now));
    }

    @Override
    public void open(Ticket ticket, Bytes sealed, Bytes signature, PeerCertificate sender) {
        calls++;
        boolean valid = Certificate.ofDer(sender.der()).orElseThrow().verify(sealed, signature);
        Bytes secret = valid ? credentials.decrypt(sealed).orElse(null) : null;
        answers.add(node -> node.onOpened(ticket, secret, now));
    }

    @Override
    public void checkVersion(Ticket ticket, Bytes version) {
        calls++;
        boolean valid = isSigned(authority, version);
        answers.add(node -> node.onVersionChecked(ticket, valid, now));
    }

    static boolean isSigned(CertificateAuthority authority, Bytes version) {
        return PackedInteger.decode(version, 0)
                .filter(number -> authority.verify(version.slice(0, number.size()), version.from(number.size())))
                .isPresent();
    }
}
