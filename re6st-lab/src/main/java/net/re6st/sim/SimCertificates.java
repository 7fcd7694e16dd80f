package net.re6st.sim;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Optional;
import net.re6st.core.port.Identity;
import net.re6st.core.port.PeerCertificate;
import net.re6st.net.Bytes;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.wire.PackedInteger;

/** Certificates, signatures and fingerprints that cost nothing and that only the simulator believes. */
final class SimCertificates {
    private static final Duration VALIDITY = Duration.ofDays(365);
    private static final int SIZE = 200;
    private static final Bytes SIGNATURE = Bytes.ofLatin1("signed by the CA");

    private SimCertificates() {}

    static Identity identity(Prefix prefix, int serial, Moment now) {
        Bytes certificate = certificate(prefix, serial, now.wallMicros() + VALIDITY.toMillis() * 1000);
        PeerCertificate facts = read(certificate).orElseThrow();
        return new Identity(
                prefix,
                facts.serial(),
                certificate,
                facts.fingerprint(),
                facts.endWallMicros(),
                now.wallMicros() + 10 * VALIDITY.toMillis() * 1000);
    }

    /** The form of DER is kept: one sequence of 200 bytes. */
    private static Bytes certificate(Prefix prefix, int serial, long endWallMicros) {
        String text = prefix.cn() + " " + serial + " " + endWallMicros;
        String padded = text + " ".repeat(SIZE - text.length());
        return Bytes.copyOf((byte) 0x30, (byte) 0x81, (byte) SIZE).plus(Bytes.ofLatin1(padded));
    }

    static Optional<PeerCertificate> read(Bytes certificate) {
        String[] words = certificate.from(3).toLatin1().strip().split(" ");
        return Prefix.parseCn(words[0]).map(prefix -> {
            Bytes fingerprint = Bytes.ofLatin1((words[1] + " " + words[0] + " ".repeat(20)).substring(0, 20));
            return new PeerCertificate(
                    prefix, new BigInteger(words[1]), Long.parseLong(words[2]), fingerprint, certificate);
        });
    }

    static Bytes version(long number) {
        return PackedInteger.encode(number).plus(SIGNATURE);
    }

    static boolean isSigned(Bytes version) {
        return version.size() > SIGNATURE.size()
                && version.from(version.size() - SIGNATURE.size()).equals(SIGNATURE);
    }
}
