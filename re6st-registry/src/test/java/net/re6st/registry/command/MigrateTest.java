package net.re6st.registry.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import net.re6st.net.Prefix;
import net.re6st.registry.os.CertificateRows;
import net.re6st.registry.os.Database;
import net.re6st.registry.os.Engine;
import net.re6st.registry.os.OpenStore;
import net.re6st.registry.os.SqliteFile;
import net.re6st.registry.port.TokenRow;
import net.re6st.testing.PostgresServer;
import net.re6st.testing.Schemas;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database goes from a file to a server and back, and is the same. */
class MigrateTest {
    private static final int NODES = 6;

    private final PrintStream realOut = System.out;
    private final PrintStream realErr = System.err;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path directory;

    private Path file;
    private String server;

    @BeforeEach
    void fill() throws Exception {
        PostgresServer.assumeInstalled();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        assertThat(run("init", "--network", "2001:db8:42::/48", "--dir", directory.toString()))
                .isZero();
        file = directory.resolve("registry.db");
        Locations locations = new Locations(
                new SqliteFile(file),
                Optional.of(directory.resolve("ca.crt")),
                Optional.of(directory.resolve("ca.key")),
                16);
        try (LoadedRegistry registry = LoadedRegistry.open(locations)) {
            for (int i = 0; i < NODES; i++) {
                registry.issue("node" + i + "@example.org");
            }
            registry.clash(Prefix.ofBits("0".repeat(15) + "1"), 2);
            registry.beginLoad();
            registry.awaitIssued(NODES + 2);
            registry.endLoad();
        }
        try (OpenStore store = new SqliteFile(file).openStore(80, CertificateRows::read)) {
            store.transaction(tx -> {
                tx.setValidUntil(OptionalDouble.of(1_900_000_000.25));
                return tx;
            });
        }
        assertThat(run("revoke", "--db", file.toString(), "--key", key(), "4"))
                .as(text(err))
                .isZero();
        server = Engine.POSTGRESQL.make(directory).toString();
    }

    @AfterEach
    void release() {
        System.setOut(realOut);
        System.setErr(realErr);
    }

    private String key() {
        return directory.resolve("ca.key").toString();
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }

    private int run(String... words) {
        out.reset();
        err.reset();
        return Subcommands.run(words, config -> {
            throw new IllegalStateException("no option file");
        });
    }

    @Test
    void copiesAFileToAServerAndBack() throws Exception {
        String key = "--key=" + key();
        assertThat(run("migrate", key, file.toString(), server)).as(text(err)).isZero();
        assertThat(text(out)).contains("nodes").contains("nothing wrong");
        Database target = Database.of(server, Optional.empty());
        List<String> rows = Engine.rows(new SqliteFile(file));
        assertThat(rows).hasSizeGreaterThan(20);
        assertThat(Engine.rows(target)).isEqualTo(rows);
        for (String[] words : new String[][] {{"verify"}, {"audit", "verify"}, {"list"}, {"token", "list"}}) {
            List<String> all = new ArrayList<>(List.of(words));
            all.addAll(List.of("--db", server, key));
            assertThat(run(all.toArray(String[]::new))).as(text(err)).isZero();
        }
        assertThat(run("token", "add", "--db", server, key, "new@example.org", "chosen"))
                .as(text(err))
                .isZero();
        Path back = directory.resolve("back.db");
        assertThat(run("migrate", "--json", server, back.toString()))
                .as(text(err))
                .isZero();
        Schemas.assertValid("re6st-registry", text(out));
        assertThat(Engine.rows(new SqliteFile(back))).isEqualTo(Engine.rows(target));
        assertThat(run("verify", "--db", back.toString(), key)).as(text(err)).isZero();
        try (OpenStore store = new SqliteFile(back).openStore(80, CertificateRows::read)) {
            Optional<TokenRow> token = store.read(view -> view.token("chosen"));
            assertThat(token).isPresent();
        }
    }

    @Test
    void refusesADatabaseThatIsInUseOrNotEmptyOrDamaged() throws Exception {
        assertThat(run("migrate", file.toString(), server)).as(text(err)).isZero();
        assertThat(run("migrate", file.toString(), server)).isEqualTo(1);
        assertThat(text(err)).contains("is not empty");
        assertThat(run("migrate", server, file.toString())).isEqualTo(1);
        assertThat(text(err)).contains("exists");
        assertThat(run("migrate", file.toString(), directory.resolve("b.db").toString()))
                .isEqualTo(2);
        Path back = directory.resolve("back.db");
        try (OpenStore store = Database.of(server, Optional.empty()).openStore(80, CertificateRows::read)) {
            store.transaction(tx -> {
                // Of which the index says something else.
                tx.setLastSerial(0);
                return tx;
            });
            assertThat(run("migrate", server, back.toString())).isEqualTo(1);
            assertThat(text(err)).contains("a registry uses").contains("stop it first");
        }
        assertThat(run("migrate", server, back.toString())).isEqualTo(Subcommands.FINDINGS);
        assertThat(text(err)).contains("breaks its rules: nothing was written");
        assertThat(Files.exists(back)).isFalse();
    }

    @Test
    void leavesToOthersWhatIsForFiles() {
        assertThat(run("backup", "--db", server, directory.resolve("b").toString()))
                .isEqualTo(1);
        assertThat(text(err)).contains("pg_dump").contains("migrate").hasLineCount(1);
        assertThat(run("restore", "--db", server, file.toString())).isEqualTo(1);
        assertThat(text(err)).contains("migrate").hasLineCount(1);
        assertThat(run("list", "--db", server.replace("re6st@", "re6st:secret@")))
                .isEqualTo(2);
        assertThat(text(err)).contains("--db-password-file").doesNotContain("secret");
    }
}
