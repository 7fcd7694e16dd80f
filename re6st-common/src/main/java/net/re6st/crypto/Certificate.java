package net.re6st.crypto;

import java.io.IOException;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ASN1Primitive;

/**
 * An X.509 certificate with an RSA key, parsed strictly and not yet verified: see {@link CertificateAuthority}.
 *
 * <p>Those of nodes are version 1, without extensions: what a node may do follows from its CN alone.
 */
public final class Certificate {
    private static final int MAX_SUBJECT_SERIAL_DIGITS = 18;

    private final Bytes der;
    private final DistinguishedName subject;
    private final DistinguishedName issuer;
    private final BigInteger serial;
    private final Instant notBefore;
    private final Instant notAfter;
    private final RSAPublicKey publicKey;
    private final String signatureAlgorithm;
    private final Bytes signature;

    private Certificate(
            Bytes der,
            org.bouncycastle.asn1.x509.Certificate parsed,
            RSAPublicKey publicKey,
            String signatureAlgorithm,
            Bytes signature) {
        this.der = der;
        this.subject = DistinguishedName.of(parsed.getSubject());
        this.issuer = DistinguishedName.of(parsed.getIssuer());
        this.serial = parsed.getSerialNumber().getValue();
        this.notBefore = parsed.getStartDate().getDate().toInstant();
        this.notAfter = parsed.getEndDate().getDate().toInstant();
        this.publicKey = publicKey;
        this.signatureAlgorithm = signatureAlgorithm;
        this.signature = signature;
    }

    /** Reads the first certificate of a PEM text; empty if there is none or it is malformed. */
    public static Optional<Certificate> ofPem(String pem) {
        return Pem.decode(Pem.CERTIFICATE, pem).flatMap(Certificate::ofDer);
    }

    /** Reads DER; empty unless it is one well-formed certificate, without trailing bytes, with an RSA key and signature. */
    public static Optional<Certificate> ofDer(Bytes der) {
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

    private static Optional<Certificate> parse(Bytes der) throws IOException {
        org.bouncycastle.asn1.x509.Certificate parsed =
                org.bouncycastle.asn1.x509.Certificate.getInstance(ASN1Primitive.fromByteArray(der.toArray()));
        Optional<RSAPublicKey> key = PublicKeys.rsa(parsed.getSubjectPublicKeyInfo());
        Optional<String> algorithm = PublicKeys.algorithm(parsed.getSignatureAlgorithm());
        ASN1BitString signature = parsed.getSignature();
        boolean consistent = signature.getPadBits() == 0
                && parsed.getSignatureAlgorithm()
                        .equals(parsed.getTBSCertificate().getSignature());
        if (key.isEmpty() || algorithm.isEmpty() || !consistent) {
            return Optional.empty();
        }
        Certificate certificate =
                new Certificate(der, parsed, key.get(), algorithm.get(), Bytes.copyOf(signature.getOctets()));
        certificate.subject.attributes();
        certificate.issuer.attributes();
        return Optional.of(certificate);
    }

    public Bytes der() {
        return der;
    }

    public String pem() {
        return Pem.encode(Pem.CERTIFICATE, der);
    }

    public DistinguishedName subject() {
        return subject;
    }

    public DistinguishedName issuer() {
        return issuer;
    }

    /** The X.509 serial, used for revocation. */
    public BigInteger serial() {
        return serial;
    }

    /** The prefix that the CN gives to the holder; empty if it is not one, as in a CA certificate. */
    public Optional<Prefix> prefix() {
        return subject.single("CN").flatMap(Prefix::parseCn);
    }

    /** The {@code serialNumber} of the subject, used for IPv4; empty if it is missing or no plain number. */
    public OptionalLong subjectSerial() {
        Optional<String> text = subject.single("serialNumber")
                .filter(value -> !value.isEmpty()
                        && value.length() <= MAX_SUBJECT_SERIAL_DIGITS
                        && value.chars().allMatch(c -> c >= '0' && c <= '9'));
        return text.isPresent() ? OptionalLong.of(Long.parseLong(text.get())) : OptionalLong.empty();
    }

    public Instant notBefore() {
        return notBefore;
    }

    public Instant notAfter() {
        return notAfter;
    }

    public RSAPublicKey publicKey() {
        return publicKey;
    }

    public int keyBits() {
        return publicKey.getModulus().bitLength();
    }

    /** Whether the holder of this certificate signed {@code content}. */
    public boolean verify(Bytes content, Bytes contentSignature) {
        return Rsa.verify(publicKey, content, contentSignature);
    }

    /** Whether {@code authority}'s key made the signature on this certificate. */
    boolean isSignedBy(Certificate authority) {
        return Rsa.verify(signatureAlgorithm, authority.publicKey, Der.firstChild(der), signature);
    }

    /** SHA-1 of the DER form, as in the peer protocol. */
    public Bytes fingerprint() {
        return Hash.SHA_1.of(der);
    }

    /** Digest of the DER form by an algorithm named as OpenSSL does ({@code sha256}); empty if there is none of that name. */
    public Optional<Bytes> fingerprint(String algorithm) {
        String name = algorithm.toLowerCase(Locale.ROOT).replace('_', '-');
        if (name.matches("sha\\d+")) {
            name = "sha-" + name.substring(3);
        }
        try {
            return Optional.of(Bytes.copyOf(MessageDigest.getInstance(name).digest(der.toArray())));
        } catch (NoSuchAlgorithmException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Certificate that && der.equals(that.der);
    }

    @Override
    public int hashCode() {
        return der.hashCode();
    }

    @Override
    public String toString() {
        return "certificate " + serial + " of " + subject;
    }
}
