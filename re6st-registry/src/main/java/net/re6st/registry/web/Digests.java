package net.re6st.registry.web;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import net.re6st.crypto.Hash;
import net.re6st.net.Bytes;

/** SHA-256 of texts, with and without a key, and how secrets are compared. */
final class Digests {
    private Digests() {}

    static Bytes sha256(String text) {
        return Hash.SHA_256.of(bytes(text));
    }

    static Bytes hmacSha256(Bytes key, String text) {
        return Hash.SHA_256.mac(key, bytes(text));
    }

    private static Bytes bytes(String text) {
        return Bytes.copyOf(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Compares in a time that does not depend on where the difference is, nor on the texts' lengths. */
    static boolean same(String one, String other) {
        return MessageDigest.isEqual(sha256(one).toArray(), sha256(other).toArray());
    }
}
