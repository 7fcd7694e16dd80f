package net.re6st.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.random.RandomGenerator;
import net.re6st.crypto.CertificateRequest;
import net.re6st.crypto.DistinguishedName;
import net.re6st.crypto.RsaPrivateKey;
import net.re6st.crypto.Secret;
import net.re6st.net.Prefix;
import net.re6st.registry.os.SqliteContent;
import net.re6st.registry.port.AuditRow;
import net.re6st.registry.port.NodeRow;
import net.re6st.rpc.RegistryApi;
import net.re6st.rpc.ServerSessions;
import net.re6st.testing.Seeds;
import net.re6st.testing.Vectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sound database is found sound; one that is damaged in any of many ways, and the row that was damaged, is named. */
class DatabaseDamageTest {
    private static final int NODES = 9;
    private static final String DROP_TRIGGERS =
            "DROP TRIGGER re6st_audit_unchanged; DROP TRIGGER re6st_audit_undeleted";

    @TempDir
    private static Path directory;

    private static RecordedRegistry world;
    private static Path file;
    private static List<NodeRow> nodes;
    private static List<AuditRow> audit;

    @BeforeAll
    static void fill() throws Exception {
        file = directory.resolve("sound.db");
        world = new RecordedRegistry(
                Vectors.objects(Vectors.json("registry_rpc.json").get("scenarios"))
                        .get(0)
                        .getAsJsonObject("ca"),
                file);
        world.open();
        world.start(
                new RegistrySettings(
                        16,
                        OptionalInt.of(80),
                        true,
                        Communities.NONE,
                        new Origins(Set.of("127.0.0.1"), Set.of(), Set.of()),
                        8_640_000,
                        new NetworkOptions(Optional.empty(), List.of(), 10, false, 15, 20, 1, 300),
                        "dh",
                        Optional.empty()),
                Optional.empty());
        world.registry.start(RecordedRegistry.at(0));
        for (int i = 0; i < NODES; i++) {
            get(RegistryApi.ADD_TOKEN.target("node" + i + "@example.org", "token" + i));
            RsaPrivateKey key = RsaPrivateKey.generate(2048, new SecureRandom());
            String request =
                    CertificateRequest.create(DistinguishedName.EMPTY, key).pem();
            // The last one has no token, and a prefix of full length.
            get(RegistryApi.REQUEST_CERTIFICATE.target(i < NODES - 1 ? "token" + i : "", request));
        }
        get(RegistryApi.REVOKE.target("3"));
        get(RegistryApi.REVOKE.target("5/16"));
        get(RegistryApi.UPDATE_HMAC.target());
        world.store().sessions(tx -> {
            tx.storeSessions(
                    Prefix.ofBits("0".repeat(16)), ServerSessions.NONE.hello(Secret.random(new SecureRandom()), 10));
            return tx;
        });
        nodes = world.store().read(view -> view.nodes());
        audit = world.store().read(view -> view.auditAfter(0, 1000));
        world.store().close();
        assertThat(nodes).hasSize(NODES - 1);
    }

    @AfterAll
    static void close() {
        world.close();
    }

    private static void get(String target) {
        RpcRequest request = new RpcRequest("GET", target, Optional.empty(), Caller.at("127.0.0.1"));
        assertThat(world.dispatch.answer(request, RecordedRegistry.at(100)).status())
                .as(target)
                .isIn(200, 204);
    }

    /** A statement that breaks something, and how a finding must begin. */
    private record Damage(String sql, String named) {}

    private static List<String> findings(Path checked) throws Exception {
        List<String> all = new ArrayList<>();
        try (SqliteContent content = SqliteContent.open(checked)) {
            DatabaseRules.check(content, world.authority).findings().forEach(finding -> all.add(finding.toString()));
            content.read(view -> AuditCheck.check(view, Optional.of(world.caKey()), Optional.empty()))
                    .findings()
                    .forEach(finding -> all.add(finding.toString()));
        }
        return all;
    }

    private static Path copy() throws Exception {
        return Files.copy(file, directory.resolve("damaged.db"), StandardCopyOption.REPLACE_EXISTING);
    }

    private static List<String> findingsAfter(String sql) throws Exception {
        Path copy = copy();
        try (RecordedDatabase database = new RecordedDatabase(copy)) {
            for (String statement : sql.split("; ", -1)) {
                database.execute(statement);
            }
        }
        return findings(copy);
    }

    @Test
    void findsNothingInASoundDatabase() throws Exception {
        assertThat(findings(file)).isEmpty();
        try (SqliteContent content = SqliteContent.open(file)) {
            assertThat(DatabaseRules.check(content, world.authority).nodes()).isEqualTo(NODES - 1);
        }
    }

    @Test
    void findsNothingInARecordedDatabaseButWhatIsNotThere() throws Exception {
        Path recorded = Vectors.copy("registry.db", directory);
        List<String> found = new ArrayList<>();
        try (SqliteContent content = SqliteContent.open(recorded)) {
            DatabaseRules.check(
                            content,
                            net.re6st.crypto.CertificateAuthority.ofPem(Vectors.json("files.json")
                                            .getAsJsonObject("ca")
                                            .get("pem")
                                            .getAsString())
                                    .orElseThrow())
                    .findings()
                    .forEach(finding -> found.add(finding.toString()));
        }
        assertThat(found).allMatch(finding -> finding.contains("the next start of the registry"));
    }

    @Test
    void namesTheRowOfTheTreeThatIsBroken() {
        Seeds.forEach(70, (seed, random) -> {
            Damage damage = tree(random);
            assertThat(findingsAfter(damage.sql())).as(damage.sql()).anyMatch(f -> f.startsWith(damage.named()));
        });
    }

    private static Damage tree(RandomGenerator random) {
        List<String> blocks = blocks();
        String block = blocks.get(random.nextInt(blocks.size()));
        String node = nodes.get(random.nextInt(nodes.size())).prefix().bits();
        String other = nodes.get(random.nextInt(nodes.size())).prefix().bits();
        String where = " WHERE prefix = '" + block + "'";
        return switch (random.nextInt(9)) {
            case 0 -> new Damage("DELETE FROM cert" + where, "cert " + block + ": missing");
            case 1 -> new Damage("UPDATE cert SET prefix = prefix || '0'" + where, "cert " + block);
            case 2 -> {
                String flipped = Prefix.ofBits(block).sibling().bits();
                yield new Damage(
                        "DELETE FROM cert WHERE prefix = '" + flipped + "'; UPDATE cert SET prefix = '" + flipped + "'"
                                + where,
                        "cert " + block + ": missing");
            }
            case 3 ->
                new Damage("INSERT INTO cert VALUES ('" + block + "1', NULL, NULL)", "cert " + block + "1: overlaps");
            case 4 -> new Damage("UPDATE cert SET prefix = 'x'" + where, "cert x: no prefix");
            case 5 ->
                new Damage("UPDATE cert SET prefix = CAST(prefix AS BLOB)" + where, "cert " + block + ": missing");
            case 6 ->
                node.equals(other)
                        ? new Damage("UPDATE cert SET cert = 'x' WHERE prefix = '" + node + "'", "cert " + node)
                        : new Damage(
                                "UPDATE cert SET cert = (SELECT cert FROM cert WHERE prefix = '" + other
                                        + "') WHERE prefix = '" + node + "'",
                                "cert " + node + ": its certificate is that of "
                                        + Prefix.ofBits(other).cn());
            case 7 -> {
                int at = 60 + random.nextInt(400);
                yield new Damage(
                        "UPDATE cert SET cert = substr(cert, 1, " + at + ") || char(unicode(substr(cert, " + (at + 1)
                                + ", 1)) - 1) || substr(cert, " + (at + 2) + ") WHERE prefix = '" + node + "'",
                        "cert " + node);
            }
            default ->
                new Damage("UPDATE cert SET cert = NULL WHERE prefix = '" + node + "'", "re6st_certificate " + node);
        };
    }

    private static List<String> blocks() {
        List<String> blocks = new ArrayList<>();
        try (SqliteContent content = SqliteContent.open(file)) {
            content.forEach(
                    "cert", List.of("prefix"), row -> blocks.add(row.get(0).text()));
        } catch (net.re6st.cli.Failure e) {
            throw new AssertionError(e);
        }
        return blocks;
    }

    @Test
    void namesWhateverElseIsBroken() throws Exception {
        String node = nodes.get(1).prefix().bits();
        List<Damage> damages = List.of(
                new Damage(
                        "UPDATE config SET value = 1 WHERE name = 'serial'",
                        "cert " + nodes.get(2).prefix().bits()),
                new Damage("DELETE FROM config WHERE name = 'serial'", "cert " + node),
                new Damage("UPDATE config SET value = 'x' WHERE name = 'version'", "config version"),
                new Damage("UPDATE config SET value = zeroblob(257) WHERE name = 'version'", "config version"),
                new Damage("UPDATE config SET value = '{}' WHERE name = 'last_config'", "config last_config"),
                new Damage("UPDATE config SET value = '{' WHERE name = 'last_config'", "config last_config"),
                new Damage("DELETE FROM config WHERE name = 'last_config'", "config last_config"),
                new Damage("UPDATE config SET value = '1' WHERE name = 'prefix'", "config prefix"),
                new Damage("UPDATE config SET value = x'00' WHERE name = 'babel_hmac0'", "config babel_hmac0"),
                new Damage("UPDATE config SET value = 'x' WHERE name = 'valid_until'", "config valid_until"),
                new Damage("UPDATE crl SET serial = 4 WHERE serial = 3", "config last_config"),
                new Damage("UPDATE crl SET serial = 99 WHERE serial = 3", "crl 99: was never issued"),
                new Damage("DELETE FROM crl", "config last_config"),
                new Damage("UPDATE crl SET date = 'x' WHERE serial = 3", "crl 3"),
                new Damage("UPDATE token SET prefix_len = 0", "token for node8@example.org"),
                new Damage("UPDATE token SET date = 'x'", "token for node8@example.org"),
                new Damage(
                        "UPDATE re6st_certificate SET serial = serial + 1 WHERE prefix = '" + node + "'",
                        "re6st_certificate " + node),
                new Damage("DELETE FROM re6st_certificate WHERE prefix = '" + node + "'", "re6st_certificate " + node),
                new Damage(
                        "UPDATE re6st_certificate SET subject_serial = NULL WHERE prefix = '" + node + "'",
                        "re6st_certificate " + node),
                new Damage(
                        "UPDATE re6st_certificate SET not_after = 0 WHERE prefix = '" + node + "'",
                        "re6st_certificate " + node),
                new Damage("UPDATE re6st_subject_serial SET used_below = 77", "re6st_subject_serial"),
                new Damage("UPDATE re6st_session SET secret = x'00'", "re6st_session of " + "0".repeat(16)),
                new Damage("UPDATE re6st_session SET prefix = '1'", "re6st_session of 1"),
                new Damage(
                        "UPDATE re6st_issued SET pem = '' WHERE prefix = '" + node + "'", "re6st_issued for " + node),
                new Damage(
                        "UPDATE re6st_issued SET prefix = '11' WHERE prefix = '" + node + "'", "re6st_issued for 11"),
                new Damage("INSERT INTO re6st_superseded VALUES (99, '" + node + "', 1)", "re6st_superseded 99"),
                new Damage("INSERT INTO re6st_superseded VALUES (1, '111', 1)", "re6st_superseded 1"),
                new Damage("INSERT INTO re6st_replaced VALUES ('111', x'00', 1, 'a')", "re6st_replaced of 111: there"),
                new Damage("INSERT INTO re6st_replaced VALUES ('" + node + "', x'00', 1, 'a')", "re6st_replaced of "),
                new Damage("INSERT INTO re6st_clash VALUES ('111', 1, 1, 'a', 'b')", "re6st_clash of 111: there"),
                new Damage("INSERT INTO re6st_clash VALUES ('" + node + "', 0, 1, 'a', 'b')", "re6st_clash of "),
                new Damage("UPDATE re6st_ca SET pem = 'x'", "re6st_ca"),
                new Damage("DROP TABLE re6st_ca", "database: re6st_ca is missing"),
                new Damage("DROP INDEX re6st_free", "database: re6st_free is missing"),
                new Damage(
                        "PRAGMA writable_schema = 1; UPDATE sqlite_master SET sql = sql || ' ' WHERE name = 'crl'",
                        "database: crl has an unexpected definition"),
                new Damage("DROP TRIGGER re6st_audit_unchanged", "database: re6st_audit_unchanged is missing"));
        for (Damage damage : damages) {
            assertThat(findingsAfter(damage.sql())).as(damage.sql()).anyMatch(f -> f.startsWith(damage.named()));
        }
    }

    @Test
    void namesTheAuditRowInWhichOneByteIsFlipped() throws Exception {
        byte[] good = Files.readAllBytes(file);
        Path flipped = directory.resolve("flipped.db");
        Seeds.forEach(120, (seed, random) -> {
            AuditRow row = audit.get(random.nextInt(audit.size()));
            int hash = indexOf(good, row.hash().toArray());
            String texts = row.act()
                    + row.target()
                    + row.detail()
                    + row.actor().kind()
                    + row.actor().name()
                    + row.actor().address();
            int length = texts.getBytes(StandardCharsets.UTF_8).length;
            byte[] bytes = good.clone();
            bytes[hash - length + random.nextInt(length + 32)] ^= (byte) (1 << random.nextInt(8));
            Files.write(flipped, bytes);
            assertThat(findings(flipped)).anyMatch(f -> f.startsWith("audit row " + row.number() + ":"));
        });
    }

    /** The row, not the record of the last one, which holds the same hash: rows are longer. */
    private static int indexOf(byte[] bytes, byte[] wanted) {
        String all = new String(bytes, StandardCharsets.ISO_8859_1);
        int at = all.indexOf("certificate-issued");
        assertThat(at).isPositive();
        int found = all.indexOf(new String(wanted, StandardCharsets.ISO_8859_1));
        while (found >= 0 && !isAfterText(all, found)) {
            found = all.indexOf(new String(wanted, StandardCharsets.ISO_8859_1), found + 1);
        }
        assertThat(found).isPositive();
        return found;
    }

    private static boolean isAfterText(String all, int found) {
        return all.startsWith("127.0.0.1", found - 9) || all.startsWith("registry", found - 8);
    }

    @Test
    void namesAuditRowsThatWereChangedOrAreMissing() {
        int last = audit.size();
        Seeds.forEach(40, (seed, random) -> {
            int row = 1 + random.nextInt(last);
            Damage damage =
                    switch (random.nextInt(7)) {
                        case 0 ->
                            new Damage(
                                    "DELETE FROM re6st_audit WHERE number = " + row,
                                    "audit row " + row + (row == last ? ": missing at the end" : ": missing"));
                        case 1 ->
                            new Damage(
                                    "DELETE FROM re6st_audit WHERE number >= " + row,
                                    "audit row " + row + (row == last ? ": missing" : " to " + last + ": missing"));
                        case 2 ->
                            new Damage(
                                    "UPDATE re6st_audit SET date = date + 1 WHERE number = " + row, "audit row " + row);
                        case 3 ->
                            new Damage(
                                    "UPDATE re6st_audit SET number = 5000 WHERE number = " + row,
                                    "audit row 5000: does not follow");
                        case 4 ->
                            new Damage(
                                    "UPDATE re6st_audit SET hash = x'00' WHERE number = " + row,
                                    "audit row " + row + ":");
                        case 5 -> new Damage("DELETE FROM re6st_audit_head", "audit head: missing");
                        default ->
                            new Damage(
                                    "UPDATE re6st_audit_head SET number = " + (last - 1) + ", hash ="
                                            + " (SELECT hash FROM re6st_audit WHERE number = " + (last - 1) + ")",
                                    "audit head: not sealed");
                    };
            List<String> found = findingsAfter(DROP_TRIGGERS + "; " + damage.sql());
            assertThat(found).as(damage.sql()).anyMatch(f -> f.startsWith(damage.named()));
        });
    }

    @Test
    void noticesARowThatIsNotTheOneNotedElsewhere() throws Exception {
        AuditRow third = audit.get(2);
        AuditCheck.Expected noted = new AuditCheck.Expected(3, third.hash());
        AuditCheck.Expected other = new AuditCheck.Expected(4, third.hash());
        try (SqliteContent content = SqliteContent.open(file)) {
            assertThat(content.read(view -> AuditCheck.check(view, Optional.empty(), Optional.of(noted)))
                            .findings())
                    .isEmpty();
            assertThat(content.read(view -> AuditCheck.check(view, Optional.empty(), Optional.of(other)))
                            .findings())
                    .containsExactly(new Finding("audit row 4", "is not the one that is expected"));
        }
    }
}
