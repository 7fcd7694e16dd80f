package net.re6st.registry.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import net.re6st.cli.Failure;
import net.re6st.crypto.CertificateRequest;
import net.re6st.crypto.DistinguishedName;
import net.re6st.crypto.RsaPrivateKey;
import net.re6st.net.Bytes;
import net.re6st.registry.port.Actor;
import net.re6st.registry.port.AuditHead;
import net.re6st.registry.port.AuditRow;
import net.re6st.registry.port.AuditRow.Act;
import net.re6st.rpc.RegistryApi;
import net.re6st.testing.Vectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is recorded, by whom, and how rows hang together. */
class AuditLogTest {
    private static final String LOOPBACK = "127.0.0.1";
    private static final String ELSEWHERE = "192.0.2.7";

    @TempDir
    private Path directory;

    private RecordedRegistry world;
    private final RsaPrivateKey key = RsaPrivateKey.generate(2048, new SecureRandom());

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
                new Origins(Set.of(LOOPBACK), Set.of(LOOPBACK), Set.of()),
                1000,
                new NetworkOptions(Optional.empty(), List.of(), 10, false, 15, 20, 1, 300),
                "dh",
                Optional.empty());
        world.start(settings, Optional.empty());
        world.registry.start(RecordedRegistry.at(0));
    }

    @AfterEach
    void stop() {
        world.close();
    }

    private Answer get(String target, double at, String from) {
        Caller caller = Caller.of(LOOPBACK, name -> name.equals("X-Forwarded-For") ? List.of(from) : List.of());
        RpcRequest request = new RpcRequest("GET", target, Optional.empty(), caller);
        return world.dispatch.answer(request, RecordedRegistry.at(at));
    }

    private String request() {
        return CertificateRequest.create(DistinguishedName.EMPTY, key).pem();
    }

    private List<AuditRow> rows() {
        return world.store().read(view -> view.auditAfter(0, 100));
    }

    @Test
    void recordsEachActWithWhoAndWhen() {
        Map<String, String> nothing = Map.of();
        get(RegistryApi.ADD_TOKEN.target("a@example.org", "secretxx"), 10, LOOPBACK);
        get(RegistryApi.REQUEST_CERTIFICATE.target("secretxx", request()), 11, ELSEWHERE);
        get(RegistryApi.REQUEST_CERTIFICATE.target("", request()), 12, ELSEWHERE);
        get(RegistryApi.REQUEST_TOKEN.target("b@example.org"), 13, ELSEWHERE);
        get(RegistryApi.ADD_TOKEN.target("c@example.org", "othertok"), 14, LOOPBACK);
        get(RegistryApi.DELETE_TOKEN.target("othertok"), 15, LOOPBACK);
        get(RegistryApi.DELETE_TOKEN.target("unknown"), 15, LOOPBACK);
        Occasion login = new Occasion(Actor.login("admin", "::1"), RecordedRegistry.at(16));
        world.registry.administration().answer(RegistryApi.UPDATE_HMAC, nothing, login);
        Occasion command = new Occasion(Actor.command("root"), RecordedRegistry.at(17));
        world.registry.administration().revoke("1/16", command);
        world.registry.administration().revoke("1", command);
        world.registry.clean(RecordedRegistry.at(1013));
        assertThat(rows().stream().map(AuditLogTest::shown))
                .containsExactly(
                        "1 0 audit-begun [] last serial 0, 0 nodes: registry",
                        "2 0 key-rotated [] first key of a new network: registry",
                        "3 10 token-added [a@example.org] : origin from 127.0.0.1",
                        "4 11 token-used [a@example.org] by 0/16: client from 192.0.2.7",
                        "5 11 certificate-issued [0/16] serial 1 for a@example.org; until 1971-01-01T00:00:11Z:"
                                + " client from 192.0.2.7",
                        "6 11 parameters-changed [version 1] first version: client from 192.0.2.7",
                        "7 12 certificate-issued [1/16] serial 2 for anonymous; until 1971-01-01T00:00:12Z:"
                                + " client from 192.0.2.7",
                        "8 13 token-added [b@example.org] by mail: client from 192.0.2.7",
                        "9 14 token-added [c@example.org] : origin from 127.0.0.1",
                        "10 15 token-deleted [c@example.org] : origin from 127.0.0.1",
                        "11 16 key-rotated [] step 1 of 3: nodes accept the new key: login admin from ::1",
                        "12 16 parameters-changed [version 2] the same parameters: login admin from ::1",
                        "13 17 node-revoked [1/16] serial 2; the prefix is free: command root",
                        "14 17 parameters-changed [version 3] crl: 1 serials: command root",
                        "15 17 certificate-revoked [0/16] serial 1: command root",
                        "16 17 parameters-changed [version 4] crl: 2 serials: command root",
                        "17 1013 token-expired [b@example.org] : registry");
        assertThat(rows().toString()).doesNotContain("secretxx", "othertok");
    }

    private static String shown(AuditRow row) {
        return row.number() + " " + row.unixSeconds() + " " + row.act() + " [" + row.target() + "] " + row.detail()
                + ": " + row.actor();
    }

    @Test
    void recordsWhichParametersChanged() {
        assertThat(ParameterChanges.describe(
                        Optional.of("{\"crl\": [1], \"hello\": 15, \"ipv4\": \"10.0.0.0/8\"}"),
                        "{\"crl\": [1, 2], \"hello\": 10, \"encrypt\": true}"))
                .isEqualTo("crl: 2 serials; encrypt: none -> true; hello: 15 -> 10; ipv4: \"10.0.0.0/8\" -> none");
    }

    @Test
    void writesNoRowWhenTheActFails() {
        int before = rows().size();
        assertThat(get("/revoke?cn_or_serial=5/16", 1, LOOPBACK).status()).isEqualTo(404);
        assertThat(get("/addToken?email=a&token=x", 1, LOOPBACK).status()).isEqualTo(204);
        assertThat(get("/addToken?email=a&token=x", 1, LOOPBACK).status()).isEqualTo(409);
        assertThatThrownBy(() -> world.store().transaction(tx -> {
                    Occasion occasion = RecordedRegistry.occasion(2);
                    new AuditLog(data -> data).record(tx, occasion, Act.TOKEN_ADDED, "a", "");
                    throw new IllegalStateException("a bug");
                }))
                .hasMessage("a bug");
        assertThat(rows()).hasSize(before + 1);
    }

    @Test
    void hashesRowsAsDocumented() {
        AuditRow row = new AuditRow(
                1, 1_700_000_000, "token-added", "ä@example.org", "", Actor.login("admin", "::1"), Bytes.EMPTY);
        Bytes hash = AuditChain.hash(AuditChain.GENESIS, row);
        // (head -c 32 /dev/zero; printf '13:re6st-audit-1,1:1,10:1700000000,11:token-added,14:ä@example.org,0:,5:login,
        // 5:admin,3:::1,') | sha256sum, the text in one line
        assertThat(hash.toHex()).isEqualTo("261c7ac619160d331f04764ebdaa5b9ed0e3d7999d435defa57c5d62749ca3ec");
        Bytes sealKey = AuditChain.sealKey(data -> data);
        // printf re6st-audit-key-1 | sha256sum
        assertThat(sealKey.toHex()).isEqualTo("22dc6aeb236884eb217fa7fde99009e67f4d366b291a36450eac462513a33b69");
        // (printf '18:re6st-audit-head-1,1:1,'; HASH in binary) | openssl dgst -sha256 -mac HMAC -macopt hexkey:KEY
        assertThat(AuditChain.seal(sealKey, 1, hash).toHex())
                .isEqualTo("628d24914387cba6a41a5d6935a0adbd80e4dc0ace84a4da2ffae8930fadc509");
    }

    @Test
    void chainsEachRowToTheOneBeforeAndSealsTheLast() {
        get(RegistryApi.ADD_TOKEN.target("a@example.org", "x"), 10, LOOPBACK);
        Bytes previous = AuditChain.GENESIS;
        for (AuditRow row : rows()) {
            assertThat(row.hash()).isEqualTo(AuditChain.hash(previous, row));
            previous = row.hash();
        }
        AuditHead head = world.store().read(view -> view.auditHead()).orElseThrow();
        assertThat(head.number()).isEqualTo(rows().size());
        assertThat(head.hash()).isEqualTo(previous);
        assertThat(AuditChain.isSealed(AuditChain.sealKey(world.caKey()), head)).isTrue();
        assertThat(AuditChain.isSealed(AuditChain.sealKey(data -> data), head)).isFalse();
    }

    @Test
    void pagesBackwardsAndForwards() {
        List<AuditRow> newest = world.store().read(view -> view.auditBefore(Long.MAX_VALUE, 1));
        List<AuditRow> older = world.store().read(view -> view.auditBefore(2, 9));
        List<AuditRow> after = world.store().read(view -> view.auditAfter(1, 9));
        assertThat(newest).extracting(AuditRow::number).containsExactly(2L);
        assertThat(older).extracting(AuditRow::number).containsExactly(1L);
        assertThat(after).isEqualTo(newest);
    }

    @Test
    void refusesToChangeOrDeleteRows() throws Exception {
        try (RecordedDatabase database = new RecordedDatabase(world.database)) {
            for (String sql : List.of("UPDATE re6st_audit SET date = 1", "DELETE FROM re6st_audit")) {
                assertThatThrownBy(() -> database.execute(sql)).hasStackTraceContaining("append-only");
            }
        }
        assertThat(rows()).hasSize(2);
    }

    @Test
    void goesOnAfterDamageWithARowThatTells() throws Exception {
        get(RegistryApi.ADD_TOKEN.target("a@example.org", "x"), 10, LOOPBACK);
        List<String> damages = List.of(
                "DELETE FROM re6st_audit WHERE number = 3",
                "DELETE FROM re6st_audit_head",
                "UPDATE re6st_audit_head SET seal = x'00'",
                "UPDATE re6st_audit SET hash = x'00' WHERE number = (SELECT max(number) FROM re6st_audit)");
        long number = 3;
        for (String damage : damages) {
            try (RecordedDatabase database = new RecordedDatabase(world.database)) {
                database.execute("DROP TRIGGER IF EXISTS re6st_audit_undeleted");
                database.execute("DROP TRIGGER IF EXISTS re6st_audit_unchanged");
                database.execute(damage);
            }
            Answer answer = get(RegistryApi.ADD_TOKEN.target("a@example.org", "y" + number), 10, LOOPBACK);
            assertThat(answer.status()).isEqualTo(204);
            List<AuditRow> last = world.store().read(view -> view.auditBefore(Long.MAX_VALUE, 2));
            number += 2;
            assertThat(last.get(0).number()).as(damage).isEqualTo(number);
            assertThat(last.get(1).act()).as(damage).isEqualTo("audit-damaged");
        }
    }
}
