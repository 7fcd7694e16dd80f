package net.re6st.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import net.re6st.crypto.CertificateAuthority.Verdict;
import net.re6st.net.Bytes;
import net.re6st.net.Moment;
import net.re6st.testing.Vectors;
import org.junit.jupiter.api.Test;

class CertificateAuthorityTest {
    private final CertificateAuthority authority = Certificates.authority();
    private final Certificate certificate = Certificates.credentials().certificate();

    @Test
    void acceptsItsCertificateFromTheFirstToTheLastSecond() {
        assertThat(strict(certificate.notBefore())).isEqualTo(Verdict.VALID);
        assertThat(strict(certificate.notAfter())).isEqualTo(Verdict.VALID);
        assertThat(strict(certificate.notBefore().minusSeconds(1))).isEqualTo(Verdict.NOT_YET_VALID);
        assertThat(strict(certificate.notAfter().plusSeconds(1))).isEqualTo(Verdict.EXPIRED);
    }

    @Test
    void refusesPeersWhileItsOwnCertificateIsNotValid() {
        Instant end = authority.certificate().notAfter();
        assertThat(strict(end.plusSeconds(1))).isEqualTo(Verdict.CA_EXPIRED);
        assertThat(strict(authority.certificate().notBefore().minusSeconds(1))).isEqualTo(Verdict.CA_NOT_YET_VALID);
    }

    @Test
    void isLenientWithOurOwnExpiredCertificate() {
        assertThat(lenient(certificate.notAfter().plus(Duration.ofDays(1)))).isEqualTo(Verdict.VALID);
        assertThat(lenient(certificate.notBefore().minusSeconds(1))).isEqualTo(Verdict.NOT_YET_VALID);
    }

    @Test
    void refusesCertificatesOfAnotherNetwork() {
        Certificate foreign = Certificate.ofPem(
                        Vectors.objects(Vectors.json("prefixes.json").get("certs"))
                                .get(0)
                                .get("pem")
                                .getAsString())
                .orElseThrow();
        assertThat(authority.strict(foreign, Certificates.at(foreign.notBefore())))
                .isEqualTo(Verdict.FOREIGN);
    }

    @Test
    void refusesACertificateWithAnyBitOfItsSignatureChanged() {
        byte[] der = certificate.der().toArray();
        der[der.length - 1] ^= 1;
        Certificate changed = Certificate.ofDer(Bytes.copyOf(der)).orElseThrow();
        assertThat(authority.strict(changed, Certificates.at(changed.notBefore())))
                .isEqualTo(Verdict.BAD_SIGNATURE);
    }

    @Test
    void refusesItsOwnCertificateAsThatOfANode() {
        assertThat(authority.strict(authority.certificate(), Certificates.at(certificate.notBefore())))
                .isEqualTo(Verdict.NO_PREFIX);
    }

    @Test
    void isNoAuthorityUnlessSelfSigned() {
        assertThat(CertificateAuthority.of(certificate)).isEmpty();
    }

    @Test
    void isSucceededByOneThatEndsLaterButNotByAnotherNetwork() {
        CertificateAuthority other = CertificateAuthority.ofPem(
                        Vectors.objects(Vectors.json("prefixes.json").get("cas"))
                                .get(0)
                                .get("pem")
                                .getAsString())
                .orElseThrow();
        Moment now = Certificates.at(certificate.notBefore());
        CertificateAuthority later = ending(Duration.ofSeconds(1));
        assertThat(authority.isSucceededBy(later, now)).isTrue();
        assertThat(authority.isSucceededBy(authority, now)).as("itself").isFalse();
        assertThat(authority.isSucceededBy(ending(Duration.ZERO), now))
                .as("another one that gains nothing")
                .isFalse();
        assertThat(later.isSucceededBy(authority, now)).as("one of before").isFalse();
        assertThat(authority.isSucceededBy(other, now)).isFalse();
        Instant end = later.certificate().notAfter();
        assertThat(authority.isSucceededBy(later, Certificates.at(end))).isTrue();
        assertThat(authority.isSucceededBy(later, Certificates.at(end.plusSeconds(1))))
                .as("one that has ended as well")
                .isFalse();
    }

    /** The same with another end. */
    private CertificateAuthority ending(Duration later) {
        Certificate own = authority.certificate();
        Certificate renewed =
                Certificates.renewed(own, own.serial(), own.notAfter().plus(later));
        return CertificateAuthority.of(renewed).orElseThrow();
    }

    private Verdict strict(Instant time) {
        return authority.strict(certificate, Certificates.at(time));
    }

    private Verdict lenient(Instant time) {
        return authority.lenient(certificate, Certificates.at(time));
    }
}
