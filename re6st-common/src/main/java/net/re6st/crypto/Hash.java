package net.re6st.crypto;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import net.re6st.net.Bytes;

/** Hash functions, with and without a key (HMAC, RFC 2104). */
public enum Hash {
    SHA_1("SHA-1", "HmacSHA1"),
    SHA_256("SHA-256", "HmacSHA256");

    private final String algorithm;
    private final String hmac;

    Hash(String algorithm, String hmac) {
        this.algorithm = algorithm;
        this.hmac = hmac;
    }

    public Bytes of(Bytes content) {
        try {
            return Bytes.copyOf(MessageDigest.getInstance(algorithm).digest(content.toArray()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + algorithm, e);
        }
    }

    /** What only who has {@code key}, which must not be empty, can tell of {@code content}. */
    public Bytes mac(Bytes key, Bytes content) {
        try {
            Mac mac = Mac.getInstance(hmac);
            mac.init(new SecretKeySpec(key.toArray(), hmac));
            return Bytes.copyOf(mac.doFinal(content.toArray()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + hmac, e);
        }
    }
}
