package net.re6st.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.random.RandomGenerator;
import net.re6st.net.Bytes;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;

class RsaTest {
    private final Credentials credentials = Certificates.credentials();
    private final SecureRandom secure = new SecureRandom();

    @Test
    void verifiesWhatItSignedAndNothingElse() {
        Bytes content = Bytes.ofLatin1("network version");
        Bytes signature = credentials.sign(content);
        assertThat(credentials.certificate().verify(content, signature)).isTrue();
        assertThat(credentials.certificate().verify(Bytes.ofLatin1("network versioN"), signature))
                .isFalse();
        assertThat(credentials.certificate().verify(content, signature.from(1))).isFalse();
        assertThat(credentials.certificate().verify(content, signature.plus(Bytes.copyOf((byte) 0))))
                .isFalse();
        assertThat(credentials.certificate().verify(content, Bytes.EMPTY)).isFalse();
    }

    @Test
    void decryptsWhatWasEncryptedUpToABlock() {
        for (int size : new int[] {0, 1, 20, 245}) {
            Bytes text = Bytes.copyOf(new byte[size]);
            Bytes sealed = Rsa.encrypt(credentials.certificate().publicKey(), text, secure);
            assertThat(sealed.size()).isEqualTo(256);
            assertThat(credentials.decrypt(sealed)).contains(text);
        }
        assertThatThrownBy(
                        () -> Rsa.encrypt(credentials.certificate().publicKey(), Bytes.copyOf(new byte[246]), secure))
                .hasMessage("246 bytes > 245");
    }

    @Test
    void decryptsNothingFromJunk() {
        Seeds.forEach(50, (seed, random) -> {
            Bytes junk = bytes(random, random.nextInt(4) == 0 ? 256 : random.nextInt(600));
            assertThat(credentials.decrypt(junk)).isEmpty();
            assertThat(credentials.certificate().verify(junk, junk)).isFalse();
        });
    }

    @Test
    void secretsForAPurposeComeFromTheKeyAlone() {
        RsaPrivateKey key = credentials.key();
        Bytes secret = key.secretFor("one");
        assertThat(secret.size()).isEqualTo(32);
        assertThat(RsaPrivateKey.ofPem(key.pem()).orElseThrow().secretFor("one"))
                .isEqualTo(secret);
        assertThat(key.secretFor("two")).isNotEqualTo(secret);
        assertThat(RsaPrivateKey.generate(1024, secure).secretFor("one")).isNotEqualTo(secret);
    }

    private static Bytes bytes(RandomGenerator random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return Bytes.copyOf(bytes);
    }
}
