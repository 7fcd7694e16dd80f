package net.re6st.registry.web;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import net.re6st.net.Bytes;

/** SHA-256 of texts, with and without a key, and how secrets are compared. */
final class Digests {
    private Digests() {}

    static Bytes sha256(String text) {
        try {
            return Bytes.copyOf(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    static Bytes hmacSha256(Bytes key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.toArray(), "HmacSHA256"));
            return Bytes.copyOf(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }

    /** Compares in a time that does not depend on where the difference is, nor on the texts' lengths. */
    static boolean same(String one, String other) {
        return MessageDigest.isEqual(sha256(one).toArray(), sha256(other).toArray());
    }
}
