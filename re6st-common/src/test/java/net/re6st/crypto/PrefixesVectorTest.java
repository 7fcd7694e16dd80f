package net.re6st.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import net.re6st.net.Moment;
import net.re6st.net.Network;
import net.re6st.net.Subnet;
import net.re6st.testing.CertificateFacts;
import net.re6st.testing.Vectors;
import org.junit.jupiter.api.Test;

/** The certificates of prefixes.json. */
class PrefixesVectorTest {
    private final JsonObject file = Vectors.json("prefixes.json");
    private final List<JsonObject> authorities = Vectors.objects(file.get("cas"));

    @Test
    void readsAuthorities() {
        Vectors.forEach(file, "cas", one -> {
            assertThat(Vectors.unknownKeys(one, List.of("pem", "serial", "bits", "network", "info")))
                    .isEmpty();
            String pem = one.get("pem").getAsString();
            CertificateAuthority authority = authority(pem);
            Network network = authority.network();
            assertThat(authority.certificate().pem()).isEqualTo(pem);
            assertThat(authority.certificate().serial())
                    .isEqualTo(new BigInteger(one.get("serial").getAsString(), 16));
            assertThat(network.serial()).isEqualTo(authority.certificate().serial());
            assertThat(network.bits()).isEqualTo(one.get("bits").getAsString());
            assertThat(network.toString()).isEqualTo(one.get("network").getAsString());
            assertThat(CertificateFacts.of(pem)).isEqualTo(one.get("info"));
        });
    }

    @Test
    void readsCertificates() {
        List<String> known = List.of(
                "ca",
                "pem",
                "cn",
                "prefix_bits",
                "network_bits",
                "subject_serial",
                "node_ip",
                "subnet",
                "sha1",
                "sha256",
                "info");
        Vectors.forEach(file, "certs", one -> {
            assertThat(Vectors.unknownKeys(one, known)).isEmpty();
            String pem = one.get("pem").getAsString();
            Certificate certificate = Certificate.ofPem(pem).orElseThrow();
            CertificateAuthority authority = authority(
                    authorities.get(one.get("ca").getAsInt()).get("pem").getAsString());
            assertThat(authority.strict(certificate, whenBothAreValid(authority, certificate)))
                    .isEqualTo(CertificateAuthority.Verdict.VALID);
            assertThat(certificate.pem()).isEqualTo(pem);
            assertThat(certificate.prefix().orElseThrow().cn())
                    .isEqualTo(one.get("cn").getAsString());
            assertThat(certificate.prefix().orElseThrow().bits())
                    .isEqualTo(one.get("prefix_bits").getAsString());
            assertThat(authority.network().bits())
                    .isEqualTo(one.get("network_bits").getAsString());
            assertThat(certificate.subjectSerial())
                    .hasValue(one.get("subject_serial").getAsLong());
            Subnet subnet = authority.network().subnet(certificate.prefix().orElseThrow());
            assertThat(subnet.mainAddress().toString())
                    .isEqualTo(one.get("node_ip").getAsString());
            assertThat(subnet.toString()).isEqualTo(one.get("subnet").getAsString());
            assertThat(certificate.fingerprint().toHex())
                    .isEqualTo(one.get("sha1").getAsString());
            assertThat(certificate.fingerprint("sha1").orElseThrow().toHex())
                    .isEqualTo(one.get("sha1").getAsString());
            assertThat(certificate.fingerprint("sha256").orElseThrow().toHex())
                    .isEqualTo(one.get("sha256").getAsString());
            assertThat(CertificateFacts.of(pem)).isEqualTo(one.get("info"));
        });
    }

    @Test
    void toleratesAMissingSubjectSerial() {
        JsonObject one = file.getAsJsonObject("no_subject_serial");
        assertThat(Vectors.unknownKeys(one, List.of("pem", "ca", "reference_result", "reference_raises")))
                .isEmpty();
        Certificate certificate =
                Certificate.ofPem(one.get("pem").getAsString()).orElseThrow();
        CertificateAuthority authority =
                authority(authorities.get(one.get("ca").getAsInt()).get("pem").getAsString());
        assertThat(authority
                        .strict(certificate, whenBothAreValid(authority, certificate))
                        .isValid())
                .isTrue();
        assertThat(certificate.subjectSerial()).isEmpty();
        // The original fails here; so does ours where it matters: no IPv4.
        assertThat(one.get("reference_result").isJsonNull()).isTrue();
        assertThat(one.get("reference_raises").getAsString()).isEqualTo("TypeError");
    }

    private static CertificateAuthority authority(String pem) {
        return CertificateAuthority.ofPem(pem).orElseThrow();
    }

    private static Moment whenBothAreValid(CertificateAuthority authority, Certificate certificate) {
        Instant begin = authority.certificate().notBefore();
        return Certificates.at(begin.isAfter(certificate.notBefore()) ? begin : certificate.notBefore());
    }
}
