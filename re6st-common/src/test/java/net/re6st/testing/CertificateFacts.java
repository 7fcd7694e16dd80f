package net.re6st.testing;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.math.BigInteger;
import java.util.Map;
import net.re6st.crypto.Certificate;
import net.re6st.crypto.DistinguishedName;
import org.bouncycastle.asn1.x509.Extensions;

/** The decoded fields of a certificate, in the form in which the vectors record them. */
public final class CertificateFacts {
    private static final Map<String, String> ALGORITHMS = Map.of(
            "1.2.840.113549.1.1.11", "sha256WithRSAEncryption",
            "1.2.840.113549.1.1.13", "sha512WithRSAEncryption");

    private CertificateFacts() {}

    public static JsonObject of(String pem) {
        Certificate certificate =
                Certificate.ofPem(pem).orElseThrow(() -> new AssertionError("not a certificate: " + pem));
        org.bouncycastle.asn1.x509.Certificate parsed = org.bouncycastle.asn1.x509.Certificate.getInstance(
                certificate.der().toArray());
        Extensions extensions = parsed.getTBSCertificate().getExtensions();
        String algorithm = parsed.getSignatureAlgorithm().getAlgorithm().getId();
        JsonObject facts = new JsonObject();
        facts.addProperty("version", parsed.getVersionNumber());
        facts.addProperty("serial", text(certificate.serial()));
        facts.add("subject", attributes(certificate.subject()));
        facts.add("issuer", attributes(certificate.issuer()));
        facts.addProperty("not_before", certificate.notBefore().getEpochSecond());
        facts.addProperty("not_after", certificate.notAfter().getEpochSecond());
        facts.addProperty("signature_algorithm", ALGORITHMS.getOrDefault(algorithm, algorithm));
        facts.addProperty("extensions", extensions == null ? 0 : extensions.getExtensionOIDs().length);
        facts.addProperty("sha1_der", certificate.fingerprint().toHex());
        return facts;
    }

    /** The attributes of a name as pairs. */
    public static JsonArray attributes(DistinguishedName name) {
        JsonArray pairs = new JsonArray();
        for (DistinguishedName.Attribute attribute : name.attributes()) {
            JsonArray pair = new JsonArray();
            pair.add(attribute.name());
            pair.add(attribute.value());
            pairs.add(pair);
        }
        return pairs;
    }

    private static String text(BigInteger serial) {
        return serial.toString();
    }
}
