package net.re6st.registry.web;

import java.time.Duration;
import java.util.random.RandomGenerator;
import net.re6st.net.Bytes;
import net.re6st.net.Moment;

/**
 * Tells our own log-in form from another one: before there is a session, the token in the form is a time and its digest with
 * a secret of this process.
 */
final class LoginForm {
    private static final Duration VALID = Duration.ofHours(1);

    private final Bytes secret;

    LoginForm(RandomGenerator secure) {
        byte[] bytes = new byte[32];
        secure.nextBytes(bytes);
        secret = Bytes.copyOf(bytes);
    }

    String token(Moment now) {
        return sign(now.monotonicNanos());
    }

    boolean isOurs(String token, Moment now) {
        int dot = token.indexOf('.');
        if (dot < 1 || dot > 20 || !token.substring(0, dot).matches("-?\\d{1,18}")) {
            return false;
        }
        long nanos = Long.parseLong(token.substring(0, dot));
        long age = now.monotonicNanos() - nanos;
        return age >= 0 && age < VALID.toNanos() && Digests.same(token, sign(nanos));
    }

    private String sign(long nanos) {
        return nanos + "." + Digests.hmacSha256(secret, Long.toString(nanos)).toHex();
    }
}
