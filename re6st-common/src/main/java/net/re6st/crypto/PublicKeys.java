package net.re6st.crypto;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** Which public keys and signature algorithms are accepted in certificates and requests. */
final class PublicKeys {
    /** Below, a key can be broken; older networks may still have 1024. */
    private static final int MIN_BITS = 1024;
    /** Above, one verification would take too long. */
    private static final int MAX_BITS = 8192;

    private static final int MAX_EXPONENT_BITS = 64;

    private static final Map<ASN1ObjectIdentifier, String> ALGORITHMS = Map.of(
            PKCSObjectIdentifiers.sha1WithRSAEncryption, "SHA1withRSA",
            PKCSObjectIdentifiers.sha224WithRSAEncryption, "SHA224withRSA",
            PKCSObjectIdentifiers.sha256WithRSAEncryption, "SHA256withRSA",
            PKCSObjectIdentifiers.sha384WithRSAEncryption, "SHA384withRSA",
            PKCSObjectIdentifiers.sha512WithRSAEncryption, "SHA512withRSA");

    private PublicKeys() {}

    /** The RSA key in {@code info}; empty if it is another kind or an unreasonable size. */
    static Optional<RSAPublicKey> rsa(SubjectPublicKeyInfo info) throws IOException {
        if (!info.getAlgorithm().getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption)) {
            return Optional.empty();
        }
        try {
            X509EncodedKeySpec spec = new X509EncodedKeySpec(info.getEncoded(ASN1Encoding.DER));
            RSAPublicKey key = (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(spec);
            int bits = key.getModulus().bitLength();
            boolean reasonable = bits >= MIN_BITS
                    && bits <= MAX_BITS
                    && key.getPublicExponent().bitLength() <= MAX_EXPONENT_BITS;
            return reasonable ? Optional.of(key) : Optional.empty();
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    /** The JDK's name of an RSA signature algorithm; empty for others. */
    static Optional<String> algorithm(AlgorithmIdentifier identifier) {
        return Optional.ofNullable(ALGORITHMS.get(identifier.getAlgorithm()));
    }
}
