package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import net.re6st.net.Moment;
import org.junit.jupiter.api.Test;

class CipherPolicyTest {
    private static final Moment START = new Moment(5, 7);
    private static final Map<String, String> NEW = Map.of("IV_CIPHERS", "AES-256-GCM:AES-128-GCM", "IV_NCP", "2");
    private static final Map<String, String> NEW_PLAIN = Map.of("IV_CIPHERS", "none");
    private static final Map<String, String> OLD = Map.of("IV_VER", "2.4.12", "IV_NCP", "2");
    private static final Map<String, String> OLD_PLAIN = Map.of("IV_VER", "2.4.12");

    @Test
    void knowsWhoEncrypts() {
        assertThat(CipherPolicy.encrypts(NEW)).isTrue();
        assertThat(CipherPolicy.encrypts(OLD)).isTrue();
        assertThat(CipherPolicy.encrypts(NEW_PLAIN)).isFalse();
        assertThat(CipherPolicy.encrypts(OLD_PLAIN)).isFalse();
        assertThat(CipherPolicy.encrypts(Map.of("IV_CIPHERS", "none", "IV_NCP", "2")))
                .isFalse();
        assertThat(CipherPolicy.encrypts(Map.of("IV_NCP", "1"))).isFalse();
    }

    @Test
    void letsInWhoDoesAsTheNetwork() {
        CipherPolicy encrypted = new CipherPolicy(true);
        assertThat(encrypted.refusal(NEW, START)).isEmpty();
        assertThat(encrypted.refusal(NEW_PLAIN, START)).contains("the network encrypts");
        CipherPolicy plain = new CipherPolicy(false);
        assertThat(plain.refusal(OLD_PLAIN, START)).isEmpty();
        assertThat(plain.refusal(OLD, START)).contains("the network does not encrypt");
    }

    @Test
    void letsBothInForSomeTimeAfterAChange() {
        CipherPolicy policy = new CipherPolicy(false);
        policy.require(true, START);
        Moment last = START.plus(CipherPolicy.GRACE.minus(Duration.ofSeconds(1)));
        assertThat(policy.refusal(NEW_PLAIN, last)).isEmpty();
        assertThat(policy.refusal(NEW, last)).isEmpty();
        policy.require(true, last);
        assertThat(policy.refusal(NEW_PLAIN, START.plus(CipherPolicy.GRACE))).isPresent();
    }
}
