package net.re6st.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.SplittableRandom;
import net.re6st.net.Bytes;
import net.re6st.net.Moment;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;

class SecretTest {
    @Test
    void startsWithTheTimeInMicroseconds() {
        Secret secret = Secret.newer(new Moment(5, 0x0102030405060708L), Optional.empty(), new SplittableRandom(1));
        assertThat(secret.bytes().size()).isEqualTo(20);
        assertThat(secret.bytes().slice(0, 8).toHex()).isEqualTo("0102030405060708");
    }

    @Test
    void growsAlsoWhenTheClockStepsBack() {
        Seeds.forEach(10_000, (seed, random) -> {
            Optional<Secret> last = Optional.empty();
            for (int i = 0; i < 5; i++) {
                Moment now = new Moment(
                        0, 1_700_000_000_000_000L + random.nextLong(-1_000_000_000_000L, 1_000_000_000_000L));
                Secret secret = Secret.newer(now, last, random);
                if (last.isPresent()) {
                    assertThat(secret).isGreaterThan(last.get());
                }
                last = Optional.of(secret);
            }
        });
    }

    @Test
    void macsAsOthersDo() {
        // RFC 2202, test case 3.
        Secret key = Secret.of(Bytes.ofHex("aa".repeat(20))).orElseThrow();
        Bytes message = Bytes.ofHex("dd".repeat(50));
        Bytes mac = Bytes.ofHex("125d7342b9ac11cd91a39af48aa17b4f63f175d3");
        assertThat(key.mac(message)).isEqualTo(mac);
        assertThat(key.verifies(message, mac)).isTrue();
        assertThat(key.verifies(message, mac.from(1))).isFalse();
        assertThat(key.verifies(Bytes.EMPTY, mac)).isFalse();
        assertThat(key.next().bytes().toHex()).isEqualTo("e5fefec5e0b8312c80c24e958cc9db10940175be");
    }

    @Test
    void isNeverAnyOtherLength() {
        assertThat(Secret.of(Bytes.copyOf(new byte[19]))).isEmpty();
        assertThat(Secret.of(Bytes.copyOf(new byte[21]))).isEmpty();
        assertThat(Secret.of(Bytes.EMPTY)).isEmpty();
    }

    @Test
    void isNotShownInLogs() {
        Secret secret = Secret.random(new SplittableRandom(1));
        assertThat("" + secret).isEqualTo("secret");
    }
}
