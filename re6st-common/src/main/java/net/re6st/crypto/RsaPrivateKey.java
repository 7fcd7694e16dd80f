package net.re6st.crypto;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Optional;
import net.re6st.net.Bytes;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/** An RSA private key as it is in a file, with its public half. */
public final class RsaPrivateKey {
    /** The smallest size accepted for new keys. */
    public static final int MIN_BITS = 2048;

    private final RSAPrivateCrtKey key;
    private final RSAPublicKey publicKey;

    private RsaPrivateKey(RSAPrivateCrtKey key, RSAPublicKey publicKey) {
        this.key = key;
        this.publicKey = publicKey;
    }

    /** Reads PKCS#8 ({@code PRIVATE KEY}) or PKCS#1 ({@code RSA PRIVATE KEY}), not encrypted; empty if it is anything else. */
    public static Optional<RsaPrivateKey> ofPem(String pem) {
        return Pem.decode(Pem.PRIVATE_KEY, pem)
                .or(() -> Pem.decode(Pem.RSA_PRIVATE_KEY, pem).flatMap(RsaPrivateKey::wrapPkcs1))
                .filter(Der::isSingleElement)
                .flatMap(RsaPrivateKey::ofPkcs8);
    }

    private static Optional<Bytes> wrapPkcs1(Bytes der) {
        if (!Der.isSingleElement(der)) {
            return Optional.empty();
        }
        try {
            AlgorithmIdentifier rsa = new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE);
            PrivateKeyInfo wrapped = new PrivateKeyInfo(rsa, ASN1Sequence.getInstance(der.toArray()));
            return Optional.of(Bytes.copyOf(wrapped.getEncoded(ASN1Encoding.DER)));
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<RsaPrivateKey> ofPkcs8(Bytes der) {
        try {
            return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der.toArray()))
                            instanceof RSAPrivateCrtKey key
                    ? Optional.of(of(key))
                    : Optional.empty();
        } catch (GeneralSecurityException | RuntimeException e) {
            return Optional.empty();
        }
    }

    private static RsaPrivateKey of(RSAPrivateCrtKey key) throws GeneralSecurityException {
        RSAPublicKeySpec spec = new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent());
        return new RsaPrivateKey(
                key, (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(spec));
    }

    /** A new key. Takes from a tenth of a second to some seconds. */
    public static RsaPrivateKey generate(int bits, SecureRandom secure) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits, secure);
            return of((RSAPrivateCrtKey) generator.generateKeyPair().getPrivate());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java can generate RSA keys", e);
        }
    }

    /** PKCS#8, as OpenSSL writes it. */
    public String pem() {
        return Pem.encode(Pem.PRIVATE_KEY, Bytes.copyOf(key.getEncoded()));
    }

    public RSAPublicKey publicKey() {
        return publicKey;
    }

    public int bits() {
        return key.getModulus().bitLength();
    }

    public Bytes sign(Bytes content) {
        return Rsa.sign(key, content);
    }

    /** 32 bytes that nobody can tell without this key, always the same for the same {@code purpose}. They don't tell the key. */
    public Bytes secretFor(String purpose) {
        return Hash.SHA_256.mac(Bytes.copyOf(key.getEncoded()), Bytes.copyOf(purpose.getBytes(StandardCharsets.UTF_8)));
    }

    /** Empty if {@code sealed} was not encrypted for this key. */
    public Optional<Bytes> decrypt(Bytes sealed) {
        return Rsa.decrypt(key, sealed);
    }

    @Override
    public String toString() {
        return "RSA key of " + bits() + " bits";
    }
}
