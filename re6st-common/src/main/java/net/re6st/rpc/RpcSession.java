package net.re6st.rpc;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import net.re6st.crypto.Secret;
import net.re6st.net.Bytes;

/**
 * One step of the ratchet that authenticates registry calls, the same for both sides. No I/O.
 *
 * <p>With the secret K of a session, the request carries HMAC(K, target), its answer HMAC(K1, body) where K1 = SHA1(K), and
 * the next call uses K2 = SHA1(K1). So every MAC is used once, and each side sees that the other had K. A call that fails
 * consumes its secret, too.
 */
public record RpcSession(Secret secret) {
    /** The header with the MAC, in base64. */
    public static final String HEADER = "Re6stHMAC";

    /** What goes with a request for {@code target}: {@code /METHOD?ARGS} exactly as sent, without a base path. */
    public Bytes sign(String target) {
        return secret.mac(bytes(target));
    }

    public boolean verify(String target, Bytes mac) {
        return secret.verifies(bytes(target), mac);
    }

    /** What goes with the answer to the request that this session signed. */
    public Bytes signAnswer(Bytes body) {
        return secret.next().mac(body);
    }

    public boolean verifyAnswer(Bytes body, Bytes mac) {
        return secret.next().verifies(body, mac);
    }

    /** The session of the next call. */
    public RpcSession next() {
        return new RpcSession(secret.next().next());
    }

    public static String headerValue(Bytes mac) {
        return Base64.getEncoder().encodeToString(mac.toArray());
    }

    /** The MAC in a header; empty if it is not base64 of one. */
    public static Optional<Bytes> parseHeader(String value) {
        try {
            Bytes mac = Bytes.copyOf(Base64.getDecoder().decode(value.strip()));
            return mac.size() == Secret.MAC_SIZE ? Optional.of(mac) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Bytes bytes(String target) {
        return Bytes.copyOf(target.getBytes(StandardCharsets.UTF_8));
    }
}
