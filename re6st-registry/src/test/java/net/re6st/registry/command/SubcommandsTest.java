package net.re6st.registry.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.net.Prefix;
import net.re6st.registry.os.SqliteContent;
import net.re6st.registry.os.SqliteFile;
import net.re6st.testing.Schemas;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each subcommand as it is typed: what it prints, what it leaves, its exit status. */
class SubcommandsTest {
    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream realOut = System.out;
    private final PrintStream realErr = System.err;
    private Path home;

    @BeforeEach
    void capture() {
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        home = directory.resolve("net");
    }

    @AfterEach
    void release() {
        System.setOut(realOut);
        System.setErr(realErr);
    }

    /** What the option file of init says. */
    private static Locations locations(Path config) {
        Path files = config.toAbsolutePath().getParent();
        return new Locations(
                new SqliteFile(files.resolve("registry.db")),
                Optional.of(files.resolve("ca.crt")),
                Optional.of(files.resolve("ca.key")),
                16);
    }

    private int run(String... words) {
        out.reset();
        err.reset();
        return Subcommands.run(words, SubcommandsTest::locations);
    }

    /** Runs it on the network, as text and as JSON; what JSON it wrote. */
    private JsonObject json(int status, String... words) {
        List<String> all = new ArrayList<>(Arrays.asList(words));
        all.addAll(List.of("@" + home.resolve("re6st-registry.conf"), "--json"));
        assertThat(run(all.toArray(String[]::new))).as(words[0] + " " + err).isEqualTo(status);
        Schemas.assertValid("re6st-registry", text());
        return JsonParser.parseString(text()).getAsJsonObject();
    }

    private String text() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String on(int status, String... words) {
        List<String> all = new ArrayList<>(Arrays.asList(words));
        all.addAll(List.of("--config", home.resolve("re6st-registry.conf").toString()));
        assertThat(run(all.toArray(String[]::new)))
                .as(String.join(" ", words) + ": " + err)
                .isEqualTo(status);
        return text() + err.toString(StandardCharsets.UTF_8);
    }

    private LoadedRegistry network() throws Exception {
        assertThat(run("init", "--network", "2001:db8:42::/48", "--dir", home.toString()))
                .isZero();
        return LoadedRegistry.open(locations(home.resolve("re6st-registry.conf")));
    }

    @Test
    void makesANetworkWithoutAsking() throws Exception {
        assertThat(run("init", "--network", "2001:db8:42::/48", "--dir", home.toString(), "--json"))
                .isZero();
        Schemas.assertValid("re6st-registry", text());
        CertificateAuthority authority = CertificateAuthority.ofPem(Files.readString(home.resolve("ca.crt")))
                .orElseThrow();
        assertThat(authority.network()).hasToString("2001:db8:42::/48");
        assertThat(authority.certificate().notBefore()).isBefore(Instant.now());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("ca.key"))))
                .isEqualTo("rw-------");
        assertThat(Files.readString(home.resolve("dh2048.pem"))).contains("BEGIN DH PARAMETERS");
        assertThat(Files.readString(home.resolve("re6st-registry.conf"))).contains("ca " + home.resolve("ca.crt"));
    }

    @Test
    void replacesNothing() throws Exception {
        assertThat(run("init", "--network", "2001:db8:42::/48", "--dir", home.toString()))
                .isZero();
        String key = Files.readString(home.resolve("ca.key"));
        assertThat(run("init", "--network", "2001:db8:42::/48", "--dir", home.toString()))
                .isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("ca.key exists");
        assertThat(Files.readString(home.resolve("ca.key"))).isEqualTo(key);
        Files.delete(home.resolve("ca.key"));
        assertThat(run("init", "--network", "2001:db8:42::/48", "--dir", home.toString()))
                .isEqualTo(1);
        assertThat(home.resolve("ca.key")).doesNotExist();
    }

    @Test
    void showsWhichNodesAreTwoMachines() throws Exception {
        try (LoadedRegistry registry = network()) {
            registry.issue("a@example.org");
            registry.issue("b@example.org");
            registry.clash(Prefix.parseCn("0/16").orElseThrow(), 1);
            registry.clash(Prefix.parseCn("1/16").orElseThrow(), 2);
            // Once may be a node that was set back to an earlier state of its memory.
            assertThat(on(0, "show", "0/16")).doesNotContain("clones");
            assertThat(json(0, "show", "0/16").toString()).contains("\"clones\":null");
            assertThat(on(0, "show", "1/16"))
                    .contains("two machines have this certificate: they called from 192.0.2.7 and 192.0.2.8");
            assertThat(json(0, "show", "1/16").toString()).contains("\"times\":2", "\"other_address\":\"192.0.2.8\"");
        }
    }

    @Test
    void refusesNetworksThatAreNone() {
        for (String wrong : List.of(
                "", "2001:db8::", "2001:db8::1/48", "x/48", "2001:db8::/128", "ff00::/16", "::/8", "2001:db8::/129")) {
            assertThat(run("init", "--network", wrong, "--dir", home.toString()))
                    .as(wrong)
                    .isEqualTo(2);
        }
        assertThat(home).doesNotExist();
    }

    @Test
    void listsShowsAndRevokes() throws Exception {
        try (LoadedRegistry registry = network()) {
            registry.issue("a@example.org");
            registry.issue("b@example.org");
            assertThat(on(0, "list")).contains("0/16", "1/16", "a@example.org", "valid");
            assertThat(json(0, "list").getAsJsonArray("nodes")).hasSize(2);
            for (String who : List.of("1/16", "2", "b@example.org", "2001:db8:42:1::7")) {
                JsonObject shown =
                        json(0, "show", who).getAsJsonArray("nodes").get(0).getAsJsonObject();
                assertThat(shown.getAsJsonObject("node").get("cn").getAsString())
                        .as(who)
                        .isEqualTo("1/16");
                assertThat(shown.getAsJsonArray("history")).hasSize(1);
            }
            assertThat(on(0, "show", "1/16")).contains("RSA, 2048 bits", "certificate-issued");
            for (String nobody : List.of("2/16", "9", "c@example.org", "2001:db8:43::1", "x")) {
                assertThat(on(3, "show", nobody)).contains("no node is");
            }
            assertThat(json(0, "revoke", "2").get("network_version").getAsLong())
                    .isEqualTo(registry.networkVersion());
            assertThat(on(0, "list")).contains("revoked");
            on(0, "revoke", "1/16");
            on(3, "revoke", "1/16");
            on(1, "revoke", "x");
            assertThat(registry.announced()).isEqualTo(1);
            registry.notice();
            registry.notice();
            assertThat(registry.announced()).as("the registry tells its node").isEqualTo(2);
        }
    }

    @Test
    void aRevocationWhileNoRegistryRunsIsAnnouncedByTheNextStart() throws Exception {
        try (LoadedRegistry registry = network()) {
            registry.issue("a@example.org");
            registry.issue("b@example.org");
        }
        on(0, "revoke", "1/16");
        try (LoadedRegistry registry = LoadedRegistry.open(locations(home.resolve("re6st-registry.conf")))) {
            registry.notice();
            registry.notice();
            assertThat(registry.announced()).as("the registry tells its node").isEqualTo(1);
        }
    }

    @Test
    void addsListsAndDeletesTokens() throws Exception {
        network().close();
        JsonObject token = json(0, "token", "add", "a@example.org").getAsJsonObject("token");
        assertThat(token.get("token").getAsString()).matches("[a-z]{8}");
        assertThat(on(0, "token", "add", "b@example.org", "chosen", "--prefix-length", "20"))
                .isEqualTo("chosen\n");
        assertThat(on(1, "token", "add", "b@example.org", "chosen")).contains("exists");
        assertThat(on(1, "token", "add", "b@example.org", "--prefix-length", "100"))
                .contains("1..80");
        assertThat(json(0, "token", "list").getAsJsonArray("tokens")).hasSize(2);
        assertThat(on(0, "token", "list")).containsPattern("chosen +20 ");
        json(0, "token", "delete", "chosen");
        on(3, "token", "delete", "chosen");
        assertThat(on(0, "audit"))
                .contains("token-added b@example.org by command", "token-deleted")
                .doesNotContain("chosen");
    }

    @Test
    void renewsTheAuthorityInTheFileAndInTheDatabase() throws Exception {
        try (LoadedRegistry registry = network()) {
            registry.issue("a@example.org");
            CertificateAuthority old = CertificateAuthority.ofPem(Files.readString(home.resolve("ca.crt")))
                    .orElseThrow();
            on(1, "ca", "renew", "--days", "10");
            json(0, "ca", "renew", "--days", "4000");
            CertificateAuthority renewed = CertificateAuthority.ofPem(Files.readString(home.resolve("ca.crt")))
                    .orElseThrow();
            assertThat(renewed.isSameAs(old)).isTrue();
            assertThat(renewed.certificate().notAfter())
                    .isAfter(old.certificate().notAfter());
            assertThat(registry.authority()).isEqualTo(old.certificate());
            registry.notice();
            assertThat(registry.authority()).isEqualTo(renewed.certificate());
            assertThat(on(0, "audit")).contains("ca-renewed 2001:db8:42::/48");
            assertThat(on(0, "verify")).contains("nothing wrong");
        }
    }

    @Test
    void backsUpDuringLoadAndRestoresElsewhere() throws Exception {
        List<Path> backups = new ArrayList<>();
        try (LoadedRegistry registry = network()) {
            registry.issue("first@example.org");
            registry.beginLoad();
            for (int i = 0; i < 3; i++) {
                int before = registry.issued();
                registry.awaitIssued(before + 3);
                Path backup = directory.resolve("backup" + i);
                JsonObject made = json(0, "backup", backup.toString(), i == 0 ? "--with-key" : "--force");
                assertThat(made.get("nodes").getAsInt()).isGreaterThanOrEqualTo(before);
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(backup)))
                        .isEqualTo("rw-------");
                try (SqliteContent content = SqliteContent.open(backup)) {
                    content.forEach("re6st_session", List.of("prefix"), row -> fail("the backup has a session"));
                }
                backups.add(backup);
            }
            on(1, "backup", backups.get(0).toString());
            registry.endLoad();
            assertThat(on(0, "verify")).contains("nothing wrong");
            assertThat(on(1, "restore", "--force", backups.get(1).toString())).contains("a registry uses");
        }
        Path key = home.resolve("ca.key");
        for (Path backup : backups) {
            boolean hasKey = backup.equals(backups.get(0));
            home = directory.resolve("elsewhere-" + backup.getFileName());
            Files.createDirectories(home);
            if (!hasKey) {
                assertThat(on(1, "restore", backup.toString())).contains("key is needed");
                Files.copy(key, home.resolve("ca.key"));
            }
            json(0, "restore", backup.toString());
            assertThat(home.resolve("ca.key")).hasSameTextualContentAs(key);
            assertThat(on(0, "verify")).contains("nothing wrong");
            assertThat(on(0, "audit")).contains("database-restored " + backup.getFileName());
            assertThat(on(1, "restore", backup.toString())).contains("--force");
            refusesWhileSomebodyHasItOpen(backup);
            on(0, "restore", "--force", backup.toString());
            try (LoadedRegistry again = LoadedRegistry.open(locations(home.resolve("re6st-registry.conf")))) {
                assertThat(again.lastSerial()).isGreaterThan(1000);
                again.issue("later@example.org");
            }
            assertThat(on(0, "verify")).contains("nothing wrong");
        }
    }

    /** As a registry of the original has it, which holds no lock while it has nothing to do. */
    private void refusesWhileSomebodyHasItOpen(Path backup) throws Exception {
        Process idle = new ProcessBuilder("sh", "-c", "exec 9<registry.db; echo; exec sleep 60")
                .directory(home.toFile())
                .start();
        try {
            assertThat(idle.getInputStream().read()).isEqualTo('\n');
            assertThat(on(1, "restore", "--force", backup.toString()))
                    .contains("process " + idle.pid() + " (", "has " + home.resolve("registry.db") + " open");
        } finally {
            idle.destroyForcibly().waitFor();
        }
    }

    @Test
    void saysWhatIsWrongWithADatabase() throws Exception {
        try (LoadedRegistry registry = network()) {
            registry.issue("a@example.org");
        }
        execute("DELETE FROM cert WHERE prefix = '1'");
        JsonElement where = json(4, "verify")
                .getAsJsonArray("findings")
                .get(0)
                .getAsJsonObject()
                .get("where");
        assertThat(where.getAsString()).isEqualTo("cert 1");
        assertThat(on(4, "verify")).contains("cert 1: missing");
        on(4, "backup", directory.resolve("damaged").toString());
        on(4, "restore", directory.resolve("damaged").toString(), "--force");
        assertThat(on(0, "audit", "verify")).contains("nothing wrong");
        execute("DROP TRIGGER re6st_audit_unchanged", "UPDATE re6st_audit SET detail = 'x' WHERE number = 3");
        assertThat(on(4, "audit", "verify")).contains("audit row 3: was changed");
        json(4, "audit", "verify");
    }

    @Test
    void comparesTheAuditLogWithWhatWasNoted() throws Exception {
        try (LoadedRegistry registry = network()) {
            registry.issue("a@example.org");
        }
        JsonObject head = json(0, "audit", "verify").getAsJsonObject("head");
        String noted = head.get("number").getAsString() + ":" + head.get("hash").getAsString();
        on(0, "token", "add", "b@example.org");
        on(0, "audit", "verify", "--expect", noted);
        on(4, "audit", "verify", "--expect", "2" + noted.substring(1));
        on(2, "audit", "verify", "--expect", "x");
        assertThat(json(0, "audit", "-n", "1").getAsJsonArray("rows")).hasSize(1);
    }

    private void execute(String... statements) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + home.resolve("registry.db"));
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Test
    void readsWithoutTheKeyAndChangesNothingWithoutIt() throws Exception {
        try (LoadedRegistry registry = network()) {
            registry.issue("a@example.org");
        }
        String db = home.resolve("registry.db").toString();
        assertThat(run("list", "--db", db))
                .as(err.toString(StandardCharsets.UTF_8))
                .isZero();
        assertThat(run("audit", "verify", "--db", db)).isZero();
        assertThat(text()).contains("the seal was not checked");
        assertThat(run("revoke", "--db", db, "0/16")).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("--key");
        assertThat(run("list", "--db", directory.resolve("none").toString())).isEqualTo(1);
        assertThat(directory.resolve("none")).doesNotExist();
    }

    @Test
    void aDatabaseThatIsNotThereIsNotMadeByWhatOnlyLooksOrRevokes() throws Exception {
        assertThat(run("init", "--network", "2001:db8:42::/48", "--dir", home.toString()))
                .isZero();
        for (String command : List.of(
                "list",
                "show 0/16",
                "revoke 0/16",
                "token list",
                "token delete x",
                "ca renew",
                "backup x",
                "verify",
                "audit",
                "audit verify")) {
            assertThat(on(1, command.split(" ", -1)))
                    .as(command)
                    .contains("no database " + home.resolve("registry.db") + ": is it elsewhere?", "--db", "--config");
        }
        assertThat(home.resolve("registry.db")).doesNotExist();
        assertThat(on(0, "token", "add", "a@example.org", "chosen"))
                .isEqualTo("chosen\nmakes the database " + home.resolve("registry.db") + ", which is not there\n");
        assertThat(on(0, "token", "list")).contains("chosen");
    }

    @Test
    void explainsEachSubcommandAndRefusesWrongWords() {
        for (String name : Subcommands.names()) {
            String[] words = (name + " --help").split(" ", -1);
            assertThat(Subcommands.isMeant(words)).isTrue();
            assertThat(run(words)).isZero();
            assertThat(text()).startsWith("Usage: re6st-registry " + name);
            assertThat(run((name + " --nonsense").split(" ", -1))).as(name).isEqualTo(2);
        }
        assertThat(run("token")).isEqualTo(2);
        assertThat(run("token", "--help")).isZero();
        assertThat(run("revoke")).isEqualTo(2);
        assertThat(run("list", "x")).isEqualTo(2);
        for (String server : List.of("--port", "@list", "-v", "x", "listen")) {
            assertThat(Subcommands.isMeant(new String[] {server})).as(server).isFalse();
        }
    }
}
