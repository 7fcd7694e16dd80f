package net.re6st.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.random.RandomGenerator;
import net.re6st.cli.Failure;
import net.re6st.crypto.Certificate;
import net.re6st.crypto.CertificateRequest;
import net.re6st.crypto.DistinguishedName;
import net.re6st.crypto.RsaPrivateKey;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.rpc.RegistryApi;
import net.re6st.rpc.RpcSession;
import net.re6st.testing.Seeds;
import net.re6st.testing.Vectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Decisions that no recorded exchange shows, and requests that nobody should send. */
class RpcDispatchTest {
    private static final List<RegistryApi> METHODS = List.of(RegistryApi.values());
    private static final Moment NOW = RecordedRegistry.at(1_795_334_000);

    @TempDir
    private Path directory;

    private RecordedRegistry world;

    @BeforeEach
    void start() throws Failure {
        world = new RecordedRegistry(
                Vectors.objects(Vectors.json("registry_rpc.json").get("scenarios"))
                        .get(0)
                        .getAsJsonObject("ca"),
                directory.resolve("registry.db"));
        world.open();
        world.start(settings(Communities.NONE), Optional.empty());
        world.registry.start(NOW);
    }

    @AfterEach
    void stop() {
        world.close();
    }

    private static RegistrySettings settings(Communities communities) {
        return new RegistrySettings(
                16,
                OptionalInt.of(16),
                true,
                communities,
                new Origins(Set.of("127.0.0.1"), Set.of(), Set.of()),
                8_640_000,
                new NetworkOptions(Optional.empty(), List.of(), 10, false, 15, 20, 1, 300),
                "dh",
                Optional.of("http://registry.example.org"));
    }

    private Answer get(String target) {
        return world.dispatch.answer(new RpcRequest("GET", target, Optional.empty(), Caller.at("127.0.0.1")), NOW);
    }

    private static String request(RsaPrivateKey key) {
        return CertificateRequest.create(DistinguishedName.EMPTY, key).pem();
    }

    @Test
    void refusesLineBreaksInAddressesBeforeStoringAnything() {
        for (String email :
                List.of("a%40b%0d%0aBcc:c%40d", "a%40b%0a", "%0d", "", "nobody", "a@b,c@d", "x".repeat(300) + "@y")) {
            assertThat(get("/requestToken?email=" + email).status()).as(email).isEqualTo(400);
        }
        assertThat(get("/addToken?email=a%0ab&token=t").status()).isEqualTo(400);
        assertThat(get("/addToken?email=a&token=t%0at").status()).isEqualTo(400);
        assertThat(world.mails).isEmpty();
        long oldest = world.store().read(view -> view.earliestTokenDate()).orElse(-1);
        assertThat(oldest).isEqualTo(-1);
    }

    @Test
    void mailsAllThatIsNeededToJoin() {
        assertThat(get("/requestToken?email=somebody%40example.org").status()).isEqualTo(204);
        String text = world.mails.get(0).text();
        String fingerprint = world.authority
                .certificate()
                .fingerprint("sha256")
                .orElseThrow()
                .toHex();
        assertThat(text)
                .contains(world.authority.network().toString())
                .contains("re6st-conf --registry http://registry.example.org --fingerprint sha256:" + fingerprint);
        String token = text.lines()
                .filter(line -> line.matches("[a-z]{8}"))
                .findFirst()
                .orElseThrow();
        assertThat(get("/isToken?token=" + token).status()).isEqualTo(200);
    }

    /** Whoever got its prefix would be the registry's node to all others. */
    @Test
    void keepsThePrefixOfItsOwnNode() {
        RsaPrivateKey key = RsaPrivateKey.generate(2048, new SecureRandom());
        String own = RegistryApi.REQUEST_CERTIFICATE.target("", request(key));
        assertThat(get(own).status()).isEqualTo(200);
        Answer refused = get("/revoke?cn_or_serial=0/16");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.reason().orElseThrow()).contains("revoke its serial 1,");
        assertThat(get("/revoke?cn_or_serial=1").status()).isEqualTo(204);
        assertThat(get("/revoke?cn_or_serial=0/16").status()).isEqualTo(409);
        Answer next = get(
                RegistryApi.REQUEST_CERTIFICATE.target("", request(RsaPrivateKey.generate(2048, new SecureRandom()))));
        assertThat(Certificate.ofPem(next.body().toLatin1())
                        .flatMap(Certificate::prefix)
                        .map(Prefix::cn))
                .contains("1/16");
        assertThat(get("/revoke?cn_or_serial=1/16").status()).isEqualTo(204);
    }

    @Test
    void givesTheSameCertificateForTheSameTokenAndKeyOnly() {
        get(RegistryApi.REQUEST_CERTIFICATE.target("", request(RsaPrivateKey.generate(2048, new SecureRandom()))));
        RsaPrivateKey key = RsaPrivateKey.generate(2048, new SecureRandom());
        RsaPrivateKey other = RsaPrivateKey.generate(2048, new SecureRandom());
        get("/addToken?email=a&token=abc");
        Answer first = get(RegistryApi.REQUEST_CERTIFICATE.target("abc", request(key)));
        Answer again = get(RegistryApi.REQUEST_CERTIFICATE.target("abc", request(key)));
        assertThat(first.status()).isEqualTo(200);
        assertThat(again).isEqualTo(first);
        assertThat(get(RegistryApi.REQUEST_CERTIFICATE.target("abc", request(other)))
                        .status())
                .isEqualTo(204);
        assertThat(get("/revoke?cn_or_serial=1/16").status()).isEqualTo(204);
        assertThat(get(RegistryApi.REQUEST_CERTIFICATE.target("abc", request(key)))
                        .status())
                .isEqualTo(204);
    }

    @Test
    void refusesKeysOfAnotherSizeThanTheAuthoritys() {
        RsaPrivateKey key = RsaPrivateKey.generate(3072, new SecureRandom());
        assertThat(get(RegistryApi.REQUEST_CERTIFICATE.target("", request(key))).status())
                .isEqualTo(400);
    }

    @Test
    void refusesPrivateMethodsToForeignPagesBeforeLookingAtArguments() {
        Caller foreign =
                Caller.of("127.0.0.1", name -> name.equals("Sec-Fetch-Site") ? List.of("cross-site") : List.of());
        for (RegistryApi method : METHODS) {
            RpcRequest request = new RpcRequest("GET", "/" + method.methodName(), Optional.empty(), foreign);
            boolean isPrivate = method.access() == RegistryApi.Access.PRIVATE;
            assertThat(world.dispatch.answer(request, NOW).status() == 403)
                    .as(method.methodName())
                    .isEqualTo(isPrivate);
        }
    }

    @Test
    void answersWhateverIsAskedWithoutFailing() {
        get(RegistryApi.REQUEST_CERTIFICATE.target("", request(RsaPrivateKey.generate(2048, new SecureRandom()))));
        Seeds.forEach(10_000, (seed, random) -> {
            String method = random.nextInt(50) == 0 ? "POST" : "GET";
            Optional<String> mac =
                    random.nextBoolean() ? Optional.empty() : Optional.of(text(random, random.nextInt(40)));
            Answer answer =
                    world.dispatch.answer(new RpcRequest(method, target(random), mac, Caller.at("127.0.0.1")), NOW);
            assertThat(answer.status()).isIn(200, 204, 400, 401, 403, 404, 409, 501);
        });
    }

    private static String target(RandomGenerator random) {
        RegistryApi method = METHODS.get(random.nextInt(METHODS.size()));
        StringBuilder target = new StringBuilder(random.nextInt(10) == 0 ? "//" : "/").append(method.methodName());
        char separator = '?';
        for (RegistryApi.Argument argument : method.arguments()) {
            if (random.nextInt(15) > 0) {
                target.append(separator).append(argument.name()).append('=').append(value(random));
                separator = '&';
            }
        }
        if (random.nextInt(10) == 0) {
            target.insert(random.nextInt(target.length() + 1), text(random, 3));
        }
        return target.toString();
    }

    private static String value(RandomGenerator random) {
        return switch (random.nextInt(8)) {
            case 0 -> "";
            case 1 -> "0".repeat(random.nextInt(130));
            case 2 -> "0000000000000000";
            case 3 -> random.nextInt(5) + "/" + random.nextInt(90);
            case 4 -> Integer.toString(random.nextInt());
            case 5 -> "%" + Integer.toHexString(random.nextInt(300));
            case 6 ->
                "-----BEGIN+CERTIFICATE+REQUEST-----%0A" + text(random, 20) + "%0A-----END+CERTIFICATE+REQUEST-----";
            default -> text(random, random.nextInt(30));
        };
    }

    private static String text(RandomGenerator random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) (random.nextInt(20) == 0 ? random.nextInt(300) : ' ' + random.nextInt(95)));
        }
        return text.toString();
    }

    @Test
    void signsAnswersOfSlashedTargetsAsTheirClientsDo() {
        assertThat(RpcTarget.of("//getDh?cn=01").orElseThrow().signed()).isEqualTo("/getDh?cn=01");
        assertThat(RpcSession.HEADER).isEqualTo("Re6stHMAC");
    }
}
