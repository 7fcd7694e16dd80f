package net.re6st.registry.os;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
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

    private final Pointer key;
    private final int signatureBytes;

    /** The functions that are used, bound directly: through an interface each call would cost some microseconds more. */
    private static final class LibCrypto {
        private LibCrypto() {}

        static native Pointer BIO_new_mem_buf(Pointer content, int length);

        static native int BIO_free(Pointer bio);

        static native @Nullable Pointer PEM_read_bio_PrivateKey(
                Pointer bio, @Nullable Pointer into, @Nullable Pointer callback, @Nullable Pointer argument);

        static native Pointer EVP_sha512();

        static native @Nullable Pointer EVP_MD_CTX_new();

        static native void EVP_MD_CTX_free(Pointer context);

        static native int EVP_DigestSignInit(
                Pointer context, @Nullable Pointer method, Pointer digest, @Nullable Pointer engine, Pointer key);

        static native int EVP_DigestSign(
                Pointer context, byte[] signature, LongByReference length, byte[] data, long dataLength);
    }

    private LibCryptoKey(Pointer key, int signatureBytes) {
        this.key = key;
        this.signatureBytes = signatureBytes;
    }

    /** Loads the key; empty, with a message in the log, if there is no libcrypto that signs as the CA's certificate says. */
    public static Optional<CaKey> load(String pem, CertificateAuthority authority) {
        for (String name : NAMES) {
            try {
                Native.register(LibCrypto.class, NativeLibrary.getInstance(name));
                LibCryptoKey loaded = read(pem, authority);
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

    private static LibCryptoKey read(String pem, CertificateAuthority authority) {
        byte[] text = pem.getBytes(StandardCharsets.US_ASCII);
        try (Memory memory = new Memory(text.length)) {
            memory.write(0, text, 0, text.length);
            Pointer bio = LibCrypto.BIO_new_mem_buf(memory, text.length);
            Pointer key = LibCrypto.PEM_read_bio_PrivateKey(bio, null, null, null);
            LibCrypto.BIO_free(bio);
            memory.clear();
            if (key == null) {
                throw new IllegalStateException("libcrypto does not read the key");
            }
            return new LibCryptoKey(key, (authority.certificate().keyBits() + 7) / 8);
        }
    }

    @Override
    public Bytes sign(Bytes data) {
        byte[] signature = new byte[signatureBytes];
        LongByReference length = new LongByReference(signature.length);
        byte[] content = data.toArray();
        Pointer context = LibCrypto.EVP_MD_CTX_new();
        if (context == null) {
            throw new IllegalStateException("libcrypto has no memory");
        }
        try {
            boolean signed = LibCrypto.EVP_DigestSignInit(context, null, LibCrypto.EVP_sha512(), null, key) == 1
                    && LibCrypto.EVP_DigestSign(context, signature, length, content, content.length) == 1;
            if (!signed || length.getValue() != signature.length) {
                throw new IllegalStateException("libcrypto does not sign");
            }
        } finally {
            LibCrypto.EVP_MD_CTX_free(context);
        }
        return Bytes.copyOf(signature);
    }
}
