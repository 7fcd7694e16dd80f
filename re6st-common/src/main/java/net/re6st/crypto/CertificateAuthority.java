package net.re6st.crypto;

import java.time.Instant;
import java.util.Optional;
import net.re6st.net.Bytes;
import net.re6st.net.Moment;
import net.re6st.net.Network;

/** The CA of a network: names the network, and decides which certificates and signatures are good. */
public final class CertificateAuthority {
    private final Certificate certificate;
    private final Network network;

    private CertificateAuthority(Certificate certificate, Network network) {
        this.certificate = certificate;
        this.network = network;
    }

    /** What the check of a certificate found. */
    public enum Verdict {
        VALID("valid"),
        FOREIGN("not issued by the CA of this network"),
        BAD_SIGNATURE("the CA's signature on it is wrong"),
        NOT_YET_VALID("not valid yet"),
        EXPIRED("expired"),
        CA_NOT_YET_VALID("the CA's certificate is not valid yet"),
        CA_EXPIRED("the CA's certificate is expired"),
        NO_PREFIX("its CN is no prefix of this network");

        private final String reason;

        Verdict(String reason) {
            this.reason = reason;
        }

        public boolean isValid() {
            return this == VALID;
        }

        /** For messages. */
        public String reason() {
            return reason;
        }
    }

    /** Takes a certificate as that of a CA; empty unless it is signed with its own key and its serial is a network. */
    public static Optional<CertificateAuthority> of(Certificate certificate) {
        if (!certificate.issuer().equals(certificate.subject()) || !certificate.isSignedBy(certificate)) {
            return Optional.empty();
        }
        return Network.ofSerial(certificate.serial()).map(network -> new CertificateAuthority(certificate, network));
    }

    public static Optional<CertificateAuthority> ofPem(String pem) {
        return Certificate.ofPem(pem).flatMap(CertificateAuthority::of);
    }

    public Certificate certificate() {
        return certificate;
    }

    public Network network() {
        return network;
    }

    /** Whether the CA signed {@code content}. */
    public boolean verify(Bytes content, Bytes signature) {
        return certificate.verify(content, signature);
    }

    /** Whether this CA issued the certificate, whatever the time is. */
    public boolean hasIssued(Certificate checked) {
        return checked.issuer().equals(certificate.subject()) && checked.isSignedBy(certificate);
    }

    /** For certificates of peers: both it and the CA's must be valid now. */
    public Verdict strict(Certificate checked, Moment now) {
        return check(checked, now.wall());
    }

    /**
     * For our own certificate at start: as if it were just issued, unless the clock says that it is even earlier. A machine
     * whose clock is wrong, or that was off until its certificate had expired, can still start and renew.
     */
    public Verdict lenient(Certificate checked, Moment now) {
        Instant bothBegun = later(certificate.notBefore(), checked.notBefore());
        Instant wall = now.wall();
        return check(checked, wall.isBefore(bothBegun) ? wall : bothBegun);
    }

    private Verdict check(Certificate checked, Instant time) {
        if (!checked.issuer().equals(certificate.subject())) {
            return Verdict.FOREIGN;
        }
        if (time.isBefore(certificate.notBefore())) {
            return Verdict.CA_NOT_YET_VALID;
        }
        if (time.isAfter(certificate.notAfter())) {
            return Verdict.CA_EXPIRED;
        }
        if (time.isBefore(checked.notBefore())) {
            return Verdict.NOT_YET_VALID;
        }
        if (time.isAfter(checked.notAfter())) {
            return Verdict.EXPIRED;
        }
        boolean hasPrefix = checked.prefix()
                .filter(prefix -> prefix.length() <= network.maxPrefixLength())
                .isPresent();
        if (!hasPrefix) {
            return Verdict.NO_PREFIX;
        }
        // Last, because it is what costs: expired certificates are refused for free.
        return checked.isSignedBy(certificate) ? Verdict.VALID : Verdict.BAD_SIGNATURE;
    }

    /** Whether both are certificates of the same CA: the same key, network and name. */
    public boolean isSameAs(CertificateAuthority other) {
        return other.certificate.publicKey().equals(certificate.publicKey())
                && other.network.equals(network)
                && other.certificate.subject().equals(certificate.subject());
    }

    /** Whether {@code renewed} may replace this CA: the same key, network and name, valid now, and that for longer. */
    public boolean isSucceededBy(CertificateAuthority renewed, Moment now) {
        return renewed.isSameAs(this)
                && renewed.certificate.notAfter().isAfter(certificate.notAfter())
                && !now.wall().isBefore(renewed.certificate.notBefore())
                && !now.wall().isAfter(renewed.certificate.notAfter())
                && renewed.certificate.isSignedBy(certificate);
    }

    private static Instant later(Instant one, Instant other) {
        return one.isBefore(other) ? other : one;
    }

    @Override
    public String toString() {
        return "CA of " + network;
    }
}
