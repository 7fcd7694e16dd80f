package net.re6st.registry.os;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The functions of OpenSSL's libcrypto that are used, bound directly: through an interface each call would cost some
 * microseconds more. All are of OpenSSL 1.1.0 or older.
 */
final class LibCrypto {
    private static final Logger LOG = LoggerFactory.getLogger(LibCrypto.class);
    private static final List<String> NAMES = List.of("libcrypto.so.3", "libcrypto.so.1.1", "crypto");

    static final int RSA_PKCS1_PADDING = 1;
    static final int EVP_PKEY_CTRL_MD = 1;
    static final int EVP_PKEY_OP_TYPE_SIG = 0xf8;

    private LibCrypto() {}

    /** Binds the functions; empty if there is no such library here. */
    static Optional<String> bind() {
        for (String name : NAMES) {
            try {
                Native.register(LibCrypto.class, NativeLibrary.getInstance(name));
                return Optional.of(name);
            } catch (LinkageError e) {
                LOG.debug("{}: {}", name, e.getMessage());
            }
        }
        return Optional.empty();
    }

    static native Pointer BIO_new_mem_buf(Pointer content, int length);

    static native int BIO_free(Pointer bio);

    static native @Nullable Pointer PEM_read_bio_PrivateKey(
            Pointer bio, @Nullable Pointer into, @Nullable Pointer callback, @Nullable Pointer argument);

    static native Pointer EVP_sha512();

    static native @Nullable Pointer EVP_PKEY_CTX_new(Pointer key, @Nullable Pointer engine);

    static native void EVP_PKEY_CTX_free(Pointer context);

    static native int EVP_PKEY_sign_init(Pointer context);

    static native int EVP_PKEY_CTX_ctrl(
            Pointer context, int keyType, int operations, int command, int one, Pointer two);

    static native int EVP_PKEY_sign(Pointer context, byte[] signature, long[] length, byte[] digest, long digestLength);

    static native Pointer BN_bin2bn(byte[] bytes, int length, @Nullable Pointer into);

    static native @Nullable Pointer RSA_new();

    static native int RSA_set0_key(Pointer rsa, Pointer modulus, Pointer exponent, @Nullable Pointer secret);

    static native int RSA_public_encrypt(int length, byte[] text, byte[] sealed, Pointer rsa, int padding);

    static native void RSA_free(Pointer rsa);
}
