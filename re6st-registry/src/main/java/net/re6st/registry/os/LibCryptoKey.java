package net.re6st.registry.os;

import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.net.Bytes;
import net.re6st.registry.port.CaKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs with OpenSSL's libcrypto, four times as fast as the JDK and there wherever openvpn is. Any thread; the key stays in
 * native memory until the process ends.
 */
public final class LibCryptoKey implements CaKey {
    private static final Logger LOG = LoggerFactory.getLogger(LibCryptoKey.class);
    private static final List<String> NAMES = List.of("libcrypto.so.3", "libcrypto.so.1.1", "crypto");

    private final LibCrypto library;
    private final Pointer key;
    private final int signatureBytes;

    /** The functions that are used. */
    interface LibCrypto extends Library {
        Pointer BIO_new_mem_buf(Pointer content, int length);

        int BIO_free(Pointer bio);

        @Nullable
        Pointer PEM_read_bio_PrivateKey(
                Pointer bio, @Nullable Pointer into, @Nullable Pointer callback, @Nullable Pointer argument);

        Pointer EVP_sha512();

        @Nullable
        Pointer EVP_MD_CTX_new();

        void EVP_MD_CTX_free(Pointer context);

        int EVP_DigestSignInit(
                Pointer context, @Nullable Pointer method, Pointer digest, @Nullable Pointer engine, Pointer key);

        int EVP_DigestSign(Pointer context, byte[] signature, LongByReference length, byte[] data, long dataLength);
    }

    private LibCryptoKey(LibCrypto library, Pointer key, int signatureBytes) {
        this.library = library;
        this.key = key;
        this.signatureBytes = signatureBytes;
    }

    /** Loads the key; empty, with a message in the log, if there is no libcrypto that signs as the CA's certificate says. */
    public static Optional<CaKey> load(String pem, CertificateAuthority authority) {
        for (String name : NAMES) {
            try {
                LibCryptoKey loaded = load(Native.load(name, LibCrypto.class), pem, authority);
                Bytes probe = Bytes.ofLatin1("probe");
                if (authority.verify(probe, loaded.sign(probe))) {
                    return Optional.of(loaded);
                }
                LOG.warn("{} signs wrongly", name);
            } catch (LinkageError | IllegalStateException e) {
                LOG.debug("{}: {}", name, e.getMessage());
            }
        }
        LOG.info("no usable libcrypto: signing with Java");
        return Optional.empty();
    }

    private static LibCryptoKey load(LibCrypto library, String pem, CertificateAuthority authority) {
        byte[] text = pem.getBytes(StandardCharsets.US_ASCII);
        try (Memory memory = new Memory(text.length)) {
            memory.write(0, text, 0, text.length);
            Pointer bio = library.BIO_new_mem_buf(memory, text.length);
            Pointer key = library.PEM_read_bio_PrivateKey(bio, null, null, null);
            library.BIO_free(bio);
            memory.clear();
            if (key == null) {
                throw new IllegalStateException("libcrypto does not read the key");
            }
            return new LibCryptoKey(library, key, (authority.certificate().keyBits() + 7) / 8);
        }
    }

    @Override
    public Bytes sign(Bytes data) {
        byte[] signature = new byte[signatureBytes];
        LongByReference length = new LongByReference(signature.length);
        byte[] content = data.toArray();
        Pointer context = library.EVP_MD_CTX_new();
        if (context == null) {
            throw new IllegalStateException("libcrypto has no memory");
        }
        try {
            boolean signed = library.EVP_DigestSignInit(context, null, library.EVP_sha512(), null, key) == 1
                    && library.EVP_DigestSign(context, signature, length, content, content.length) == 1;
            if (!signed || length.getValue() != signature.length) {
                throw new IllegalStateException("libcrypto does not sign");
            }
        } finally {
            library.EVP_MD_CTX_free(context);
        }
        return Bytes.copyOf(signature);
    }
}
