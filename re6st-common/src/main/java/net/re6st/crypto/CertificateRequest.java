package net.re6st.crypto;

import java.io.IOException;
import java.security.interfaces.RSAPublicKey;
import java.util.Optional;
import net.re6st.net.Bytes;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.pkcs.CertificationRequest;
import org.bouncycastle.asn1.pkcs.CertificationRequestInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** A request for a certificate (PKCS#10) whose signature proves that the sender has the key. */
public final class CertificateRequest {
    private final Bytes der;
    private final DistinguishedName subject;
    private final RSAPublicKey publicKey;

    private CertificateRequest(Bytes der, DistinguishedName subject, RSAPublicKey publicKey) {
        this.der = der;
        this.subject = subject;
        this.publicKey = publicKey;
    }

    /** A request for {@code subject} and the public half of {@code key}, signed with SHA-512. */
    public static CertificateRequest create(DistinguishedName subject, RsaPrivateKey key) {
        try {
            SubjectPublicKeyInfo info =
                    SubjectPublicKeyInfo.getInstance(key.publicKey().getEncoded());
            CertificationRequestInfo content = new CertificationRequestInfo(subject.x500(), info, new DERSet());
            Bytes signature = key.sign(Bytes.copyOf(content.getEncoded(ASN1Encoding.DER)));
            AlgorithmIdentifier algorithm =
                    new AlgorithmIdentifier(PKCSObjectIdentifiers.sha512WithRSAEncryption, DERNull.INSTANCE);
            CertificationRequest request =
                    new CertificationRequest(content, algorithm, new DERBitString(signature.toArray()));
            return new CertificateRequest(Bytes.copyOf(request.getEncoded(ASN1Encoding.DER)), subject, key.publicKey());
        } catch (IOException e) {
            throw new IllegalStateException("cannot encode a request", e);
        }
    }

    /** Empty unless it is one well-formed request for an RSA key with a good signature. */
    public static Optional<CertificateRequest> ofPem(String pem) {
        return Pem.decode(Pem.CERTIFICATE_REQUEST, pem)
                .or(() -> Pem.decode("NEW " + Pem.CERTIFICATE_REQUEST, pem))
                .flatMap(CertificateRequest::ofDer);
    }

    /** Same as {@link #ofPem} for the content of the PEM block. */
    public static Optional<CertificateRequest> ofDer(Bytes der) {
        if (!Der.isSingleElement(der)) {
            return Optional.empty();
        }
        try {
            return parse(der);
        } catch (IOException | RuntimeException e) {
            // The parser reports malformed content in many ways, unchecked ones included.
            return Optional.empty();
        }
    }

    private static Optional<CertificateRequest> parse(Bytes der) throws IOException {
        CertificationRequest parsed = CertificationRequest.getInstance(ASN1Primitive.fromByteArray(der.toArray()));
        CertificationRequestInfo content = parsed.getCertificationRequestInfo();
        Optional<RSAPublicKey> key = PublicKeys.rsa(content.getSubjectPublicKeyInfo());
        Optional<String> algorithm = PublicKeys.algorithm(parsed.getSignatureAlgorithm());
        ASN1BitString signature = parsed.getSignature();
        if (key.isEmpty() || algorithm.isEmpty() || signature.getPadBits() != 0) {
            return Optional.empty();
        }
        DistinguishedName subject = DistinguishedName.of(content.getSubject());
        subject.attributes();
        Bytes signed = Bytes.copyOf(signature.getOctets());
        return Rsa.verify(algorithm.get(), key.get(), Der.firstChild(der), signed)
                ? Optional.of(new CertificateRequest(der, subject, key.get()))
                : Optional.empty();
    }

    public DistinguishedName subject() {
        return subject;
    }

    public RSAPublicKey publicKey() {
        return publicKey;
    }

    public int keyBits() {
        return publicKey.getModulus().bitLength();
    }

    public Bytes der() {
        return der;
    }

    public String pem() {
        return Pem.encode(Pem.CERTIFICATE_REQUEST, der);
    }
}
