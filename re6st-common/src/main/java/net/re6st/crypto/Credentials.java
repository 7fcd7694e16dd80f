package net.re6st.crypto;

import java.util.Optional;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;

/** Our own certificate, whose CN is a prefix, with the private key that belongs to it. */
public final class Credentials {
    private final Certificate certificate;
    private final RsaPrivateKey key;
    private final Prefix prefix;

    private Credentials(Certificate certificate, RsaPrivateKey key, Prefix prefix) {
        this.certificate = certificate;
        this.key = key;
        this.prefix = prefix;
    }

    /** Empty if the key is not that of the certificate, or the certificate's CN is no prefix. */
    public static Optional<Credentials> of(Certificate certificate, RsaPrivateKey key) {
        if (!certificate.publicKey().equals(key.publicKey())) {
            return Optional.empty();
        }
        return certificate.prefix().map(prefix -> new Credentials(certificate, key, prefix));
    }

    public static Optional<Credentials> ofPem(String certificatePem, String keyPem) {
        return Certificate.ofPem(certificatePem)
                .flatMap(certificate -> RsaPrivateKey.ofPem(keyPem).flatMap(key -> of(certificate, key)));
    }

    public Certificate certificate() {
        return certificate;
    }

    public RsaPrivateKey key() {
        return key;
    }

    public Prefix prefix() {
        return prefix;
    }

    public Bytes sign(Bytes content) {
        return key.sign(content);
    }

    /** Empty if {@code sealed} was not encrypted for us. */
    public Optional<Bytes> decrypt(Bytes sealed) {
        return key.decrypt(sealed);
    }

    @Override
    public String toString() {
        return "credentials of " + prefix;
    }
}
