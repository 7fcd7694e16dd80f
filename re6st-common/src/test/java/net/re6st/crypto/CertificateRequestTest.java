package net.re6st.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class CertificateRequestTest {
    private final RsaPrivateKey key = Certificates.credentials().key();

    @Test
    void keepsTheSubjectInOrder() {
        DistinguishedName name = DistinguishedName.EMPTY
                .plus("organizationName", "Café")
                .flatMap(one -> one.plus("emailAddress", "me@example.org"))
                .flatMap(one -> one.plus("C", "FR"))
                .orElseThrow();
        CertificateRequest read = CertificateRequest.ofPem(
                        CertificateRequest.create(name, key).pem())
                .orElseThrow();
        assertThat(read.subject().toString()).isEqualTo("O=Café, emailAddress=me@example.org, C=FR");
        assertThat(read.publicKey()).isEqualTo(key.publicKey());
        assertThat(read.keyBits()).isEqualTo(2048);
    }

    @Test
    void refusesAttributesThatOpensslRefuses() {
        assertThat(DistinguishedName.EMPTY.plus("C", "FRA")).isEmpty();
        assertThat(DistinguishedName.EMPTY.plus("O", "")).isEmpty();
        assertThat(DistinguishedName.EMPTY.plus("O", "x".repeat(65))).isEmpty();
        assertThat(DistinguishedName.EMPTY.plus("emailAddress", "é@example.org"))
                .isEmpty();
        assertThat(DistinguishedName.EMPTY.plus("nonsense", "x")).isEmpty();
    }

    @Test
    void doesNotTrustAnAttributeThatIsThereTwice() {
        DistinguishedName name = DistinguishedName.EMPTY
                .plus("CN", "1/16")
                .flatMap(one -> one.plus("CN", "2/16"))
                .orElseThrow();
        assertThat(name.single("CN")).isEmpty();
        assertThat(name.without(java.util.List.of("CN"))).isEqualTo(DistinguishedName.EMPTY);
    }

    @Test
    void generatedKeysSurviveTheirPem() {
        RsaPrivateKey generated = RsaPrivateKey.generate(2048, new SecureRandom());
        RsaPrivateKey read = RsaPrivateKey.ofPem(generated.pem()).orElseThrow();
        assertThat(read.publicKey()).isEqualTo(generated.publicKey());
        assertThat(read.pem()).isEqualTo(generated.pem());
        assertThat(RsaPrivateKey.ofPem(Certificates.nodeKeyPem()).orElseThrow().pem())
                .isEqualTo(Certificates.nodeKeyPem());
    }
}
