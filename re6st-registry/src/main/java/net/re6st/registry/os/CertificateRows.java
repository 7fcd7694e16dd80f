package net.re6st.registry.os;

import java.util.Optional;
import net.re6st.crypto.Certificate;
import net.re6st.net.Prefix;
import net.re6st.registry.port.CertificateRow;

/** Finds out what the database keeps about a certificate. */
public final class CertificateRows {
    private static final int MAX_SERIAL_BITS = 62;

    private CertificateRows() {}

    /** Empty if the text is no certificate of a node. */
    public static Optional<CertificateRow> read(String pem) {
        return Certificate.ofPem(pem)
                .filter(certificate -> certificate.serial().signum() >= 0
                        && certificate.serial().bitLength() <= MAX_SERIAL_BITS)
                .map(certificate -> new CertificateRow(
                        certificate.prefix().orElse(Prefix.EMPTY),
                        pem,
                        certificate.serial().longValue(),
                        certificate.subjectSerial(),
                        certificate.notAfter().getEpochSecond()));
    }
}
