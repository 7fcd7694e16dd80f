package net.re6st.node.os;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Optional;
import net.re6st.cli.Failure;
import net.re6st.core.port.Identity;
import net.re6st.crypto.Certificate;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.crypto.Credentials;
import net.re6st.net.Moment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Our certificates as they are now: read at start, replaced in memory and on disk when they are renewed. Thread-safe; what it
 * hands out is immutable.
 */
public final class Keyring {
    private static final Logger LOG = LoggerFactory.getLogger(Keyring.class);

    private final Path caFile;
    private final Path certFile;
    private volatile CertificateAuthority authority;
    private volatile Credentials own;

    private Keyring(Path caFile, Path certFile, CertificateAuthority authority, Credentials own) {
        this.caFile = caFile;
        this.certFile = certFile;
        this.authority = authority;
        this.own = own;
    }

    /** Reads the files; a certificate that has expired, or a clock that is wrong, is no obstacle. */
    public static Keyring open(Path ca, Path cert, Path key, Moment now) throws Failure {
        CertificateAuthority authority = CertificateFiles.authority(ca);
        Credentials own = CertificateFiles.credentials(cert, key);
        CertificateAuthority.Verdict verdict = authority.lenient(own.certificate(), now);
        if (!verdict.isValid()) {
            throw new Failure(cert + ": " + verdict.reason());
        }
        return new Keyring(ca, cert, authority, own);
    }

    public CertificateAuthority authority() {
        return authority;
    }

    public Credentials own() {
        return own;
    }

    /** What the core needs to know of them. */
    public Identity identity() {
        Certificate certificate = own.certificate();
        return new Identity(
                own.prefix(),
                certificate.serial(),
                certificate.der(),
                certificate.fingerprint(),
                Moment.microsOf(certificate.notAfter()),
                Moment.microsOf(authority.certificate().notAfter()));
    }

    /** Which certificates these are: ours and the CA's. */
    String text() {
        return own.certificate().fingerprint().toHex() + " "
                + authority.certificate().fingerprint().toHex();
    }

    /** The number that our IPv4 addresses derive from; -1 if there is none. */
    public long subjectSerial() {
        return own.certificate().subjectSerial().orElse(-1);
    }

    /** Takes our certificate as the registry sent it; why not, if it can't be used. */
    Optional<String> replaceCertificate(String pem, Moment now) {
        Optional<Certificate> parsed = Certificate.ofPem(pem);
        Optional<Credentials> fresh = parsed.flatMap(certificate -> Credentials.of(certificate, own.key()));
        if (fresh.isEmpty()) {
            return Optional.of("the registry sent no certificate of ours");
        }
        CertificateAuthority.Verdict verdict = authority.lenient(fresh.get().certificate(), now);
        if (!verdict.isValid()) {
            return Optional.of("the registry sent a certificate that is not acceptable: " + verdict.reason());
        }
        if (fresh.get().certificate().equals(own.certificate())) {
            return Optional.of("the registry sent the certificate we have");
        }
        Optional<String> problem =
                write(certFile, own.certificate(), fresh.get().certificate());
        if (problem.isEmpty()) {
            BigInteger serial = fresh.get().certificate().serial();
            own = fresh.get();
            LOG.info(
                    "renewed our certificate, serial {}, until {}",
                    serial,
                    own.certificate().notAfter());
        }
        return problem;
    }

    /** Takes the CA's certificate as the registry sent it, if it succeeds the one we have. */
    Optional<String> replaceAuthority(String pem, Moment now) {
        Optional<CertificateAuthority> fresh = CertificateAuthority.ofPem(pem);
        if (fresh.isPresent() && fresh.get().certificate().equals(authority.certificate())) {
            return Optional.of("the registry has the certificate of the CA that we have");
        }
        if (fresh.isEmpty() || !authority.isSucceededBy(fresh.get(), now)) {
            return Optional.of("the registry has no certificate of the CA that could follow ours");
        }
        Optional<String> problem =
                write(caFile, authority.certificate(), fresh.get().certificate());
        if (problem.isEmpty()) {
            authority = fresh.get();
            LOG.info(
                    "renewed the CA's certificate, until {}",
                    authority.certificate().notAfter());
        }
        return problem;
    }

    /** Not over what somebody else put there since we read or wrote {@code old}: who did that wants it. */
    private static Optional<String> write(Path file, Certificate old, Certificate fresh) {
        try {
            Optional<Certificate> found = CertificateFiles.certificate(file);
            if (found.isEmpty() || !found.get().equals(old)) {
                return Optional.of(file + " was replaced on disk: run re6stnet reload");
            }
            CertificateFiles.replace(file, fresh.pem());
            return Optional.empty();
        } catch (Failure e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return Optional.of("can't write " + file + ": " + e);
        }
    }
}
