package net.re6st.crypto;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Date;
import net.re6st.net.Bytes;
import net.re6st.net.Moment;
import net.re6st.testing.Vectors;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V1TBSCertificateGenerator;

/** Recorded certificates and keys that the tests share. */
public final class Certificates {
    private static final JsonObject FILE = Vectors.json("files.json");

    private Certificates() {}

    public static CertificateAuthority authority() {
        return CertificateAuthority.ofPem(FILE.getAsJsonObject("ca").get("pem").getAsString())
                .orElseThrow();
    }

    public static RsaPrivateKey authorityKey() {
        return RsaPrivateKey.ofPem(FILE.getAsJsonObject("ca").get("key").getAsString())
                .orElseThrow();
    }

    public static String nodePem() {
        return node().get("cert").getAsString();
    }

    public static String nodeKeyPem() {
        return node().get("key").getAsString();
    }

    public static Credentials credentials() {
        return Credentials.ofPem(nodePem(), nodeKeyPem()).orElseThrow();
    }

    public static Moment at(Instant time) {
        return new Moment(0, time.getEpochSecond() * 1_000_000);
    }

    /** What the CA signs in the place of {@code old}, be that its own. */
    public static Certificate renewed(Certificate old, BigInteger serial, Instant end) {
        TBSCertificate content = org.bouncycastle.asn1.x509.Certificate.getInstance(
                        old.der().toArray())
                .getTBSCertificate();
        AlgorithmIdentifier algorithm =
                new AlgorithmIdentifier(PKCSObjectIdentifiers.sha512WithRSAEncryption, DERNull.INSTANCE);
        V1TBSCertificateGenerator generator = new V1TBSCertificateGenerator();
        generator.setSerialNumber(new ASN1Integer(serial));
        generator.setIssuer(content.getIssuer());
        generator.setSubject(content.getSubject());
        generator.setStartDate(content.getStartDate());
        generator.setEndDate(new Time(Date.from(end)));
        generator.setSignature(algorithm);
        generator.setSubjectPublicKeyInfo(content.getSubjectPublicKeyInfo());
        try {
            TBSCertificate fresh = generator.generateTBSCertificate();
            Bytes signature = authorityKey().sign(Bytes.copyOf(fresh.getEncoded(ASN1Encoding.DER)));
            DERSequence signed =
                    new DERSequence(new ASN1Encodable[] {fresh, algorithm, new DERBitString(signature.toArray())});
            return Certificate.ofDer(Bytes.copyOf(signed.getEncoded(ASN1Encoding.DER)))
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonObject node() {
        return FILE.getAsJsonObject("cache").getAsJsonObject("node");
    }
}
