package net.re6st.registry.os;

import com.sun.jna.Pointer;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.util.Optional;
import net.re6st.crypto.Rsa;
import net.re6st.net.Bytes;
import net.re6st.registry.port.Sealing;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encrypts with OpenSSL's libcrypto, four times as fast as the JDK; with the JDK for keys that libcrypto does not like. Any
 * thread.
 */
public final class LibCryptoSealing implements Sealing {
    private static final Logger LOG = LoggerFactory.getLogger(LibCryptoSealing.class);
    private static final int BYTE_BITS = 8;

    private final SecureRandom secure;

    private LibCryptoSealing(SecureRandom secure) {
        this.secure = secure;
    }

    /** Empty if there is no libcrypto, or none with these functions, which OpenSSL 3 calls deprecated. */
    public static Optional<Sealing> load(SecureRandom secure) {
        return LibCrypto.bind().map(library -> new LibCryptoSealing(secure));
    }

    @Override
    public Bytes seal(RSAPublicKey key, Bytes text) {
        Optional<Bytes> sealed = Optional.empty();
        @Nullable Pointer rsa = LibCrypto.RSA_new();
        if (rsa != null) {
            try {
                // From here on they belong to rsa; cheap enough to make them each time, so that no key has to be kept.
                LibCrypto.RSA_set0_key(rsa, number(key.getModulus()), number(key.getPublicExponent()), null);
                byte[] block = new byte[Rsa.blockBytes(key)];
                int size = LibCrypto.RSA_public_encrypt(
                        text.size(), text.toArray(), block, rsa, LibCrypto.RSA_PKCS1_PADDING);
                sealed = size == block.length ? Optional.of(Bytes.copyOf(block)) : Optional.empty();
            } finally {
                LibCrypto.RSA_free(rsa);
            }
        }
        return sealed.orElseGet(() -> {
            LOG.debug(
                    "libcrypto does not encrypt for a key of {} bits",
                    key.getModulus().bitLength());
            return Rsa.encrypt(key, text, secure);
        });
    }

    private static Pointer number(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int leading = bytes.length - (number.bitLength() + BYTE_BITS - 1) / BYTE_BITS;
        byte[] unsigned = leading > 0 ? java.util.Arrays.copyOfRange(bytes, leading, bytes.length) : bytes;
        return LibCrypto.BN_bin2bn(unsigned, unsigned.length, null);
    }
}
