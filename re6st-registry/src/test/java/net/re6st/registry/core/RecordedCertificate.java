package net.re6st.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import net.re6st.crypto.Certificate;
import net.re6st.crypto.DistinguishedName;
import net.re6st.testing.Vectors;
import org.bouncycastle.asn1.ASN1UTCTime;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;

/** What the vectors tell about a certificate, up to the digest of all its bytes. */
final class RecordedCertificate {
    private static final List<String> KEYS = List.of(
            "version",
            "serial",
            "subject",
            "issuer",
            "not_before",
            "not_after",
            "signature_algorithm",
            "extensions",
            "sha1_der");

    private RecordedCertificate() {}

    static void check(Certificate certificate, JsonObject recorded) {
        checkFields(certificate, recorded);
        assertThat(certificate.fingerprint().toHex())
                .isEqualTo(recorded.get("sha1_der").getAsString());
    }

    /** Whether the end has two digits of the year, as until 2049 it should. */
    static boolean hasUsualDates(Certificate certificate) {
        return org.bouncycastle.asn1.x509.Certificate.getInstance(
                                certificate.der().toArray())
                        .getEndDate()
                        .toASN1Primitive()
                instanceof ASN1UTCTime;
    }

    static void checkFields(Certificate certificate, JsonObject recorded) {
        assertThat(Vectors.unknownKeys(recorded, KEYS)).isEmpty();
        assertThat(certificate.serial().toString())
                .isEqualTo(recorded.get("serial").getAsString());
        assertThat(attributes(certificate.subject())).isEqualTo(recorded.get("subject"));
        assertThat(attributes(certificate.issuer())).isEqualTo(recorded.get("issuer"));
        assertThat(certificate.notBefore().getEpochSecond())
                .isEqualTo(recorded.get("not_before").getAsLong());
        assertThat(certificate.notAfter().getEpochSecond())
                .isEqualTo(recorded.get("not_after").getAsLong());
        org.bouncycastle.asn1.x509.Certificate parsed = org.bouncycastle.asn1.x509.Certificate.getInstance(
                certificate.der().toArray());
        assertThat(parsed.getVersionNumber()).isEqualTo(recorded.get("version").getAsInt());
        assertThat(parsed.getTBSCertificate().getExtensions()).isNull();
        assertThat(recorded.get("extensions").getAsInt()).isZero();
        assertThat(parsed.getSignatureAlgorithm().getAlgorithm())
                .isEqualTo(PKCSObjectIdentifiers.sha512WithRSAEncryption);
        assertThat(recorded.get("signature_algorithm").getAsString()).isEqualTo("sha512WithRSAEncryption");
    }

    private static JsonArray attributes(DistinguishedName name) {
        JsonArray list = new JsonArray();
        for (DistinguishedName.Attribute attribute : name.attributes()) {
            JsonArray pair = new JsonArray();
            pair.add(attribute.name());
            pair.add(attribute.value());
            list.add(pair);
        }
        return list;
    }
}
