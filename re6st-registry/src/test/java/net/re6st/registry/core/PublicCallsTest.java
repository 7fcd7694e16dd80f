package net.re6st.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import net.re6st.cli.Failure;
import net.re6st.crypto.CertificateRequest;
import net.re6st.crypto.DistinguishedName;
import net.re6st.crypto.RsaPrivateKey;
import net.re6st.crypto.Secret;
import net.re6st.net.Bytes;
import net.re6st.net.Moment;
import net.re6st.rpc.RegistryApi;
import net.re6st.rpc.RpcSession;
import net.re6st.testing.Vectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That limits are asked where they should be, by a real registry. */
class PublicCallsTest {
    private static final Moment NOW = RecordedRegistry.at(1_795_334_000);
    private static final String STRANGER = "198.51.100.1";
    private static final String OTHER = "198.51.100.2";
    private static final String ADMINISTRATOR = "127.0.0.1";

    @TempDir
    private Path directory;

    private final RsaPrivateKey key = RsaPrivateKey.generate(2048, new SecureRandom());
    private RecordedRegistry world;

    @BeforeEach
    void start() throws Failure {
        world = new RecordedRegistry(
                Vectors.objects(Vectors.json("registry_rpc.json").get("scenarios"))
                        .get(0)
                        .getAsJsonObject("ca"),
                directory.resolve("registry.db"));
        world.open();
        RegistrySettings settings = new RegistrySettings(
                16,
                OptionalInt.of(16),
                true,
                Communities.NONE,
                new Origins(Set.of(ADMINISTRATOR), Set.of("192.0.2.80"), Set.of()),
                8_640_000,
                new NetworkOptions(Optional.empty(), List.of(), 10, false, 15, 20, 1, 300),
                "dh",
                Optional.empty());
        world.start(settings, Optional.empty());
        world.registry.start(NOW);
    }

    @AfterEach
    void stop() {
        world.close();
    }

    private Answer get(String peer, String target, Optional<Bytes> mac) {
        return world.dispatch.answer(
                new RpcRequest("GET", target, mac.map(RpcSession::headerValue), Caller.at(peer)), NOW);
    }

    private Answer get(String peer, String target) {
        return get(peer, target, Optional.empty());
    }

    private String certificateFor(String token) {
        return RegistryApi.REQUEST_CERTIFICATE.target(
                token, CertificateRequest.create(DistinguishedName.EMPTY, key).pem());
    }

    /** How many requests of so many are not answered by 429. */
    private int granted(int requests, String peer, String target) {
        int granted = 0;
        for (int i = 0; i < requests; i++) {
            Answer answer = get(peer, target);
            if (answer.status() == Answer.TOO_MANY_REQUESTS) {
                assertThat(answer.retryAfterSeconds()).isPresent();
                assertThat(answer.retryAfterSeconds().getAsLong()).isPositive();
            } else {
                granted++;
            }
        }
        return granted;
    }

    @Test
    void limitsHellosOfStrangersNotOfTheAdministrator() {
        String hello = RegistryApi.HELLO.target("0101");
        assertThat(granted(100, STRANGER, hello)).isEqualTo(20);
        assertThat(granted(100, ADMINISTRATOR, hello)).isEqualTo(100);
        // What is no prefix has no bucket of its own.
        assertThat(granted(2500, OTHER, RegistryApi.HELLO.target("x"))).isEqualTo(20);
    }

    @Test
    void countsClientsOfAProxyOneByOne() {
        String hello = RegistryApi.HELLO.target("0101");
        int granted = 0;
        for (int i = 0; i < 100; i++) {
            String invented = "203.0.113." + i;
            Caller caller = Caller.of(
                    "192.0.2.80",
                    name -> name.equals("X-Forwarded-For") ? List.of(invented + ", " + STRANGER) : List.of());
            Answer answer = world.dispatch.answer(new RpcRequest("GET", hello, Optional.empty(), caller), NOW);
            granted += answer.status() == Answer.TOO_MANY_REQUESTS ? 0 : 1;
        }
        assertThat(granted).isEqualTo(20);
        assertThat(get(OTHER, hello).status()).isEqualTo(Answer.NOT_FOUND);
    }

    @Test
    void givesAHelloBackThatWasFollowedByACall() {
        assertThat(get(STRANGER, certificateFor("")).status()).isEqualTo(200);
        String prefix = "0000000000000000";
        for (int i = 0; i < 50; i++) {
            Bytes sealed = get(STRANGER, RegistryApi.HELLO.target(prefix, "10")).body();
            RpcSession session = key.decrypt(sealed.slice(0, sealed.size() / 2))
                    .flatMap(Secret::of)
                    .map(RpcSession::new)
                    .orElseThrow();
            String target = RegistryApi.GET_DH.target(prefix);
            assertThat(get(STRANGER, target, Optional.of(session.sign(target))).status())
                    .as("call %s", i)
                    .isEqualTo(200);
        }
    }

    @Test
    void limitsCallsThatAreNotAuthenticated() {
        String target = RegistryApi.GET_DH.target("0000000000000000");
        Optional<Bytes> mac = Optional.of(Bytes.ofHex("00".repeat(20)));
        int granted = 0;
        for (int i = 0; i < 2100; i++) {
            granted += get(STRANGER, target, mac).status() == Answer.UNAUTHORIZED ? 1 : 0;
        }
        assertThat(granted).isEqualTo(2000);
        assertThat(get(OTHER, target, mac).status()).isEqualTo(Answer.UNAUTHORIZED);
    }

    @Test
    void stopsAGuesserButNotTheOneWhoAskedForTheToken() {
        get(ADMINISTRATOR, "/addToken?email=a&token=abcdefgh");
        assertThat(granted(100, STRANGER, certificateFor("zzzzzzzz"))).isEqualTo(10);
        assertThat(get(STRANGER, certificateFor("abcdefgh")).status()).isEqualTo(Answer.TOO_MANY_REQUESTS);
        assertThat(get(STRANGER, "/requestToken?email=me%40example.org").status())
                .isEqualTo(204);
        String mailed = world.mails
                .get(0)
                .text()
                .lines()
                .filter(line -> line.matches("[a-z]{8}"))
                .findFirst()
                .orElseThrow();
        assertThat(get(STRANGER, certificateFor(mailed)).status()).isEqualTo(200);
        assertThat(get(OTHER, certificateFor("abcdefgh")).status()).isEqualTo(200);
    }

    @Test
    void doesNotCountRepeatedRequestsForTheSameCertificateAsGuesses() {
        get(ADMINISTRATOR, "/addToken?email=a&token=abcdefgh");
        assertThat(granted(50, STRANGER, certificateFor("abcdefgh"))).isEqualTo(50);
        assertThat(granted(50, STRANGER, certificateFor("zzzzzzzz"))).isEqualTo(10);
    }

    @Test
    void limitsMailsAndAnonymousCertificates() {
        assertThat(granted(20, STRANGER, "/requestToken?email=me%40example.org"))
                .isEqualTo(3);
        assertThat(granted(20, STRANGER, "/requestToken?email=nobody")).isEqualTo(20);
        assertThat(world.mails).hasSize(3);
        String malformed = RegistryApi.REQUEST_CERTIFICATE.target("", "no request");
        assertThat(granted(150, STRANGER, malformed)).isEqualTo(100);
        assertThat(granted(300, STRANGER, RegistryApi.REQUEST_CERTIFICATE.target("abcdefgh", "no request")))
                .isEqualTo(200);
    }
}
