package net.re6st.registry.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.crypto.Rsa;
import net.re6st.crypto.RsaPrivateKey;
import net.re6st.net.Bytes;
import net.re6st.registry.port.CaKey;
import net.re6st.registry.port.Sealing;
import net.re6st.testing.Seeds;
import net.re6st.testing.Vectors;
import org.junit.jupiter.api.Test;

/** What libcrypto computes is what the JDK computes. */
class LibCryptoTest {
    private static final SecureRandom SECURE = new SecureRandom();

    private final String keyPem = ca("key");
    private final CertificateAuthority authority =
            CertificateAuthority.ofPem(ca("pem")).orElseThrow();

    private static String ca(String name) {
        return Vectors.objects(Vectors.json("registry_rpc.json").get("scenarios"))
                .get(0)
                .getAsJsonObject("ca")
                .get(name)
                .getAsString();
    }

    private static Bytes random(java.util.random.RandomGenerator random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return Bytes.copyOf(bytes);
    }

    @Test
    void signsAsTheJdkDoesInAnyThread() throws Exception {
        CaKey ours = LibCryptoKey.load(keyPem, authority).orElseThrow();
        CaKey jdk = new JdkCaKey(RsaPrivateKey.ofPem(keyPem).orElseThrow());
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Boolean>> tasks = new ArrayList<>();
            Seeds.forEach(60, (seed, random) -> {
                Bytes data = random(random, random.nextInt(600));
                tasks.add(() -> ours.sign(data).equals(jdk.sign(data)));
            });
            for (Future<Boolean> same : threads.invokeAll(tasks)) {
                assertThat(same.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void isNotUsedWithAnotherKeyThanTheAuthoritys() {
        RsaPrivateKey other = RsaPrivateKey.generate(2048, SECURE);
        assertThat(LibCryptoKey.load(other.pem(), authority)).isEmpty();
        assertThat(LibCryptoKey.load("no key", authority)).isEmpty();
    }

    @Test
    void encryptsWhatTheOwnerOfTheKeyCanRead() {
        Sealing sealing = LibCryptoSealing.load(SECURE).orElseThrow();
        for (int bits : new int[] {2048, 2056, 3072}) {
            RsaPrivateKey key = RsaPrivateKey.generate(bits, SECURE);
            Seeds.forEach(20, (seed, random) -> {
                Bytes text = random(random, random.nextInt((bits + 7) / 8 - Rsa.PADDING_BYTES + 1));
                Bytes sealed = sealing.seal(key.publicKey(), text);
                assertThat(sealed.size()).isEqualTo((bits + 7) / 8);
                assertThat(key.decrypt(sealed)).contains(text);
                assertThat(sealing.seal(key.publicKey(), text)).isNotEqualTo(sealed);
            });
        }
    }

    @Test
    void leavesKeysThatLibcryptoRefusesToTheJdk() throws Exception {
        RSAPublicKey even = (RSAPublicKey) KeyFactory.getInstance("RSA")
                .generatePublic(
                        new RSAPublicKeySpec(BigInteger.ONE.shiftLeft(2047).setBit(77), BigInteger.valueOf(65537)));
        assertThat(LibCryptoSealing.load(SECURE)
                        .orElseThrow()
                        .seal(even, Bytes.ofLatin1("text"))
                        .size())
                .isEqualTo(256);
    }
}
