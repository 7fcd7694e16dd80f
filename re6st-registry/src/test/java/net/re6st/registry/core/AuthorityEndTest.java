package net.re6st.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import net.re6st.cli.Failure;
import net.re6st.crypto.Certificate;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.crypto.CertificateRequest;
import net.re6st.crypto.DistinguishedName;
import net.re6st.crypto.RsaPrivateKey;
import net.re6st.net.Network;
import net.re6st.net.Prefix;
import net.re6st.registry.os.JdkCaKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a registry does as the certificate of its CA comes to its end, and how it takes a renewed one. */
class AuthorityEndTest {
    private static final long DAY = 86_400;
    private static final long BEGIN = 1_800_000_000;
    private static final long END = BEGIN + 400 * DAY;
    private static final Network NETWORK =
            Network.parseBits("00100000000000010000110110111000").orElseThrow();
    private static final RsaPrivateKey CA_KEY = RsaPrivateKey.generate(2048, new SecureRandom());
    private static final RsaPrivateKey NODE_KEY = RsaPrivateKey.generate(2048, new SecureRandom());

    @TempDir
    private Path directory;

    private final CertificateAuthority authority = create(CA_KEY, BEGIN);
    private RecordedRegistry world;

    private static CertificateAuthority create(RsaPrivateKey key, long begin) {
        DistinguishedName name = DistinguishedName.EMPTY.plus("CN", "test").orElseThrow();
        return AuthorityIssuer.create(
                NETWORK, name, key.publicKey(), new JdkCaKey(key), new AuthorityIssuer.Validity(begin, END));
    }

    private RecordedRegistry open(CertificateAuthority ca, RsaPrivateKey key) throws Failure {
        JsonObject files = new JsonObject();
        files.addProperty("pem", ca.certificate().pem());
        files.addProperty("key", key.pem());
        RecordedRegistry opened = new RecordedRegistry(files, directory.resolve("registry.db"));
        opened.open();
        opened.start(
                new RegistrySettings(
                        16,
                        OptionalInt.of(16),
                        false,
                        Communities.NONE,
                        new Origins(Set.of("127.0.0.1"), Set.of(), Set.of()),
                        8_640_000,
                        new NetworkOptions(Optional.empty(), List.of(), 10, false, 15, 20, 1, 300),
                        "dh",
                        Optional.empty()),
                Optional.empty());
        return opened;
    }

    @BeforeEach
    void start() throws Failure {
        world = open(authority, CA_KEY);
        world.registry.start(RecordedRegistry.at((double) BEGIN));
    }

    @AfterEach
    void stop() {
        world.close();
    }

    private static Occasion at(long unixSeconds) {
        return RecordedRegistry.occasion((double) unixSeconds);
    }

    private Answer issue(long unixSeconds) {
        String request =
                CertificateRequest.create(DistinguishedName.EMPTY, NODE_KEY).pem();
        return world.registry.requestCertificate("", request, "", "", at(unixSeconds));
    }

    private Answer renew(long unixSeconds) {
        return world.registry.renewCertificate(Prefix.ofBits("0".repeat(16)), at(unixSeconds));
    }

    private static long end(Answer answer) {
        assertThat(answer.status()).isEqualTo(200);
        return Certificate.ofPem(answer.body().toLatin1())
                .orElseThrow()
                .notAfter()
                .getEpochSecond();
    }

    @Test
    void issuesNothingThatOutlivesTheAuthority() {
        assertThat(end(issue(BEGIN))).isEqualTo(BEGIN + 365 * DAY);
        assertThat(end(issue(BEGIN + 35 * DAY))).isEqualTo(END);
        assertThat(end(issue(BEGIN + 36 * DAY))).isEqualTo(END);
        assertThat(end(issue(END - 1))).isEqualTo(END);
        assertThat(issue(END).status()).isEqualTo(403);
    }

    @Test
    void renewsUpToTheAuthoritysEndAndNotAgainForNothing() {
        issue(BEGIN);
        assertThat(end(renew(BEGIN + 334 * DAY))).isEqualTo(BEGIN + 365 * DAY);
        Answer renewed = renew(BEGIN + 336 * DAY);
        assertThat(end(renewed)).isEqualTo(END);
        assertThat(renew(END - 20 * DAY)).isEqualTo(renewed);
        world.registry.administration().revoke("2", at(END - 10 * DAY));
        Answer replaced = renew(END - 10 * DAY);
        assertThat(replaced).isNotEqualTo(renewed);
        assertThat(end(replaced)).isEqualTo(END);
        world.registry.administration().revoke("3", at(END - DAY));
        assertThat(renew(END).status()).isEqualTo(403);
    }

    /** Otherwise a node that was renewed and then revoked goes on with what it had before. */
    @Test
    void revokesWhatARenewalReplacedTogetherWithTheNode() {
        issue(BEGIN);
        renew(BEGIN + 336 * DAY);
        // Only another than the registry's own node gives up its prefix.
        world.store().transaction(tx -> {
            tx.setRegistryPrefix(Prefix.ofBits("1"));
            return tx;
        });
        Administration administration = world.registry.administration();
        assertThat(administration.revoke("0/16", at(BEGIN + 337 * DAY)).status())
                .isEqualTo(204);
        List<Long> revoked = world.store().read(view -> view.revokedSerials());
        assertThat(revoked).containsExactly(1L, 2L);
        assertThat(administration.revoke("1", at(BEGIN + 337 * DAY)).status()).isEqualTo(204);
    }

    @Test
    void revokesWhatARenewalReplacedByItsSerial() {
        issue(BEGIN);
        renew(BEGIN + 336 * DAY);
        Administration administration = world.registry.administration();
        assertThat(administration.revoke("1", at(BEGIN + 337 * DAY)).status()).isEqualTo(204);
        List<Long> revoked = world.store().read(view -> view.revokedSerials());
        assertThat(revoked).containsExactly(1L);
        assertThat(administration.revoke("3", at(BEGIN + 337 * DAY)).status()).isEqualTo(404);
    }

    @Test
    void forgetsWhatARenewalReplacedOnceItHasEnded() {
        issue(BEGIN);
        renew(BEGIN + 336 * DAY);
        world.registry.administration().revoke("2", at(BEGIN + 336 * DAY));
        world.registry.clean(RecordedRegistry.at((double) (END + DAY)));
        boolean known = world.store().read(view -> view.superseded(1).isPresent());
        assertThat(known).isFalse();
    }

    @Test
    void warnsFromSixtyDaysBeforeTheEnd() {
        CurrentAuthority current = world.registry.authority();
        assertThat(current.warning(at(END - 60 * DAY).now())).isEmpty();
        assertThat(current.warning(at(END - 60 * DAY + 1).now()).orElseThrow())
                .contains("ends in 59 days", "re6st-registry ca renew");
        assertThat(current.warning(at(END + 1).now()).orElseThrow()).contains("ended on");
    }

    @Test
    void takesARenewedAuthorityAndANewVersionFromAnotherProcess() throws Exception {
        issue(BEGIN);
        world.sent.clear();
        CertificateAuthority renewed = AuthorityIssuer.renew(authority, new JdkCaKey(CA_KEY), END + 1000 * DAY);
        assertThat(authority.isSucceededBy(renewed, at(BEGIN).now())).isTrue();
        try (RecordedDatabase other = new RecordedDatabase(world.database)) {
            other.execute("UPDATE re6st_ca SET pem = ?", renewed.certificate().pem());
            other.execute("UPDATE config SET value = x'2222' WHERE name = 'version'");
        }
        world.registry.notice();
        world.registry.notice();
        assertThat(world.sent).hasSize(1);
        assertThat(world.registry.getCa().body().toLatin1())
                .isEqualTo(renewed.certificate().pem());
        assertThat(end(issue(END))).isEqualTo(END + 365 * DAY);
    }

    @Test
    void ignoresAnAuthorityThatEndsEarlierOrIsAnotherOne() throws Exception {
        RsaPrivateKey otherKey = RsaPrivateKey.generate(2048, new SecureRandom());
        CertificateAuthority earlier = AuthorityIssuer.renew(authority, new JdkCaKey(CA_KEY), END - DAY);
        for (CertificateAuthority wrong : List.of(earlier, create(otherKey, BEGIN))) {
            try (RecordedDatabase other = new RecordedDatabase(world.database)) {
                other.execute("UPDATE re6st_ca SET pem = ?", wrong.certificate().pem());
            }
            world.registry.notice();
            assertThat(world.registry.authority().authority().certificate()).isEqualTo(authority.certificate());
        }
        assertThat(world.registry.conflict()).isPresent();
    }

    @Test
    void keepsTheCertificateThatEndsLastAtTheNextStart() throws Exception {
        CertificateAuthority renewed = AuthorityIssuer.renew(authority, new JdkCaKey(CA_KEY), END + DAY);
        for (CertificateAuthority file : List.of(renewed, authority)) {
            world.close();
            world = open(file, CA_KEY);
            assertThat(world.registry.conflict()).isEmpty();
            world.registry.start(RecordedRegistry.at((double) BEGIN));
            assertThat(world.registry.authority().endUnixSeconds()).isEqualTo(END + DAY);
            Optional<String> stored = world.store().read(view -> view.authority());
            assertThat(stored).contains(renewed.certificate().pem());
        }
    }
}
