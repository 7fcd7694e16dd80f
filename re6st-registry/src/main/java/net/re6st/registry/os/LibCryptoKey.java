package net.re6st.registry.os;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
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

    private final Pointer key;
    private final int signatureBytes;

    /** What is ready to sign; as many as threads ever signed at the same moment. */
    private final ConcurrentLinkedDeque<Pointer> idle = new ConcurrentLinkedDeque<>();

    private LibCryptoKey(Pointer key, int signatureBytes) {
        this.key = key;
        this.signatureBytes = signatureBytes;
    }

    /** Loads the key; empty, with a message in the log, if there is no libcrypto that signs as the CA's certificate says. */
    public static Optional<CaKey> load(String pem, CertificateAuthority authority) {
        Optional<String> library = LibCrypto.bind();
        if (library.isPresent()) {
            try {
                LibCryptoKey loaded = read(pem, authority);
                Bytes probe = Bytes.ofLatin1("probe");
                if (authority.verify(probe, loaded.sign(probe))) {
                    return Optional.of(loaded);
                }
                LOG.warn("{} signs wrongly", library.get());
            } catch (LinkageError | IllegalStateException e) {
                LOG.warn("{}: {}", library.get(), e.getMessage());
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
        long[] length = {signature.length};
        byte[] digest = sha512(data);
        Pointer context = idle.poll();
        if (context == null) {
            context = newContext();
        }
        if (LibCrypto.EVP_PKEY_sign(context, signature, length, digest, digest.length) != 1
                || length[0] != signature.length) {
            LibCrypto.EVP_PKEY_CTX_free(context);
            throw new IllegalStateException("libcrypto does not sign");
        }
        idle.push(context);
        return Bytes.copyOf(signature);
    }

    /** Made once and used again and again: OpenSSL 3 looks up each algorithm by its name, which takes a while. */
    private Pointer newContext() {
        @Nullable Pointer context = LibCrypto.EVP_PKEY_CTX_new(key, null);
        if (context == null) {
            throw new IllegalStateException("libcrypto has no memory");
        }
        // The padding of PKCS#1 v1.5 is what a new context has.
        if (LibCrypto.EVP_PKEY_sign_init(context) != 1
                || LibCrypto.EVP_PKEY_CTX_ctrl(
                                context,
                                -1,
                                LibCrypto.EVP_PKEY_OP_TYPE_SIG,
                                LibCrypto.EVP_PKEY_CTRL_MD,
                                0,
                                LibCrypto.EVP_sha512())
                        <= 0) {
            LibCrypto.EVP_PKEY_CTX_free(context);
            throw new IllegalStateException("libcrypto does not sign SHA-512");
        }
        return context;
    }

    private static byte[] sha512(Bytes data) {
        try {
            return MessageDigest.getInstance("SHA-512").digest(data.toArray());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-512", e);
        }
    }
}
