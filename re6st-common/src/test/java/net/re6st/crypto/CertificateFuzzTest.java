package net.re6st.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import net.re6st.net.Bytes;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;

/** Hostile certificates, requests and keys: not valid, never an exception. */
class CertificateFuzzTest {
    private static final int INPUTS = 10_000;

    private final Credentials credentials = Certificates.credentials();
    private final CertificateAuthority authority = Certificates.authority();

    @Test
    void survivesHostileCertificates() {
        Bytes good = credentials.certificate().der();
        Seeds.forEach(INPUTS, (seed, random) -> {
            Bytes der = mutate(random, good);
            Certificate.ofDer(der).ifPresent(read -> {
                useAll(read);
                // Whatever could be changed without breaking the form has broken the signature.
                assertThat(read.isSignedBy(authority.certificate())).isEqualTo(der.equals(good));
            });
        });
    }

    @Test
    void survivesHostileRequests() {
        DistinguishedName name = DistinguishedName.EMPTY.plus("O", "Someone").orElseThrow();
        Bytes good = CertificateRequest.create(name, credentials.key()).der();
        Seeds.forEach(INPUTS, (seed, random) -> {
            Bytes der = mutate(random, good);
            CertificateRequest.ofDer(der)
                    .ifPresent(read -> assertThat(read.subject().toString()).isNotNull());
        });
    }

    @Test
    void survivesHostilePem() {
        String certificate = Certificates.nodePem();
        String key = Certificates.nodeKeyPem();
        String request = CertificateRequest.create(DistinguishedName.EMPTY, credentials.key())
                .pem();
        Seeds.forEach(INPUTS, (seed, random) -> {
            consume(
                    Certificate::ofPem,
                    mutate(random, Bytes.ofLatin1(certificate)).toLatin1());
            consume(RsaPrivateKey::ofPem, mutate(random, Bytes.ofLatin1(key)).toLatin1());
            consume(
                    CertificateRequest::ofPem,
                    mutate(random, Bytes.ofLatin1(request)).toLatin1());
            consume(
                    CertificateAuthority::ofPem,
                    mutate(random, Bytes.ofLatin1(certificate)).toLatin1());
        });
    }

    @Test
    void refusesTrailingBytes() {
        Bytes good = credentials.certificate().der();
        assertThat(Certificate.ofDer(good)).isPresent();
        assertThat(Certificate.ofDer(good.plus(Bytes.copyOf((byte) 0)))).isEmpty();
        assertThat(Certificate.ofDer(good.plus(good))).isEmpty();
    }

    @Test
    void refusesBottomlessNesting() {
        byte[] nested = new byte[Der.MAX_BYTES];
        for (int i = 0; i + 4 <= nested.length; i += 4) {
            int rest = nested.length - i - 4;
            nested[i] = 0x30;
            nested[i + 1] = (byte) 0x82;
            nested[i + 2] = (byte) (rest >> 8);
            nested[i + 3] = (byte) rest;
        }
        assertThat(Certificate.ofDer(Bytes.copyOf(nested))).isEmpty();
        byte[] indefinite = new byte[Der.MAX_BYTES];
        for (int i = 0; i + 2 <= indefinite.length; i += 2) {
            indefinite[i] = 0x30;
            indefinite[i + 1] = (byte) 0x80;
        }
        assertThat(Certificate.ofDer(Bytes.copyOf(indefinite))).isEmpty();
        assertThat(Certificate.ofDer(Bytes.copyOf(new byte[Der.MAX_BYTES + 1]))).isEmpty();
    }

    private static void useAll(Certificate certificate) {
        assertThat(certificate.toString()).isNotNull();
        assertThat(certificate.prefix()).isNotNull();
        assertThat(certificate.subjectSerial()).isNotNull();
        assertThat(CertificateAuthority.of(certificate)).isNotNull();
    }

    private static <T> void consume(Function<String, T> decoder, String text) {
        assertThat(decoder.apply(text)).isNotNull();
    }

    /** Some bytes changed, cut off, inserted or repeated; or random bytes. */
    static Bytes mutate(RandomGenerator random, Bytes good) {
        byte[] bytes = good.toArray();
        switch (random.nextInt(6)) {
            case 0:
                bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 8));
                break;
            case 1:
                bytes = new byte[random.nextInt(400)];
                random.nextBytes(bytes);
                break;
            case 2: {
                int at = random.nextInt(bytes.length);
                return good.slice(0, at)
                        .plus(Bytes.copyOf((byte) random.nextInt()))
                        .plus(good.from(at));
            }
            case 3: {
                int from = random.nextInt(bytes.length);
                int to = random.nextInt(from, bytes.length + 1);
                return good.slice(0, from).plus(good.from(to));
            }
            default:
                for (int i = random.nextInt(1, 6); i > 0; i--) {
                    // Most interesting in the first bytes, where lengths and types are.
                    int range = random.nextBoolean() ? Math.min(bytes.length, 120) : bytes.length;
                    bytes[random.nextInt(range)] = (byte) random.nextInt();
                }
        }
        return Bytes.copyOf(bytes);
    }
}
