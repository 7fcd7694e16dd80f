package net.re6st.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import net.re6st.cli.Failure;
import net.re6st.crypto.Certificate;
import net.re6st.net.Prefix;
import net.re6st.registry.os.CertificateRows;
import net.re6st.registry.os.SqliteRegistryStore;
import net.re6st.testing.Vectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Housekeeping of the database, as recorded. */
class RegistryCleanupVectorTest {
    private static final int MAX_PREFIX_LENGTH = 80;
    private static final Prefix REGISTRY_NODE = Prefix.ofBits("00000");

    @TempDir
    private Path directory;

    private int files;

    @Test
    void cleansAsRecorded() {
        Vectors.forEach(Vectors.json("registry_cleanup.json"), "cases", this::replay);
    }

    private void replay(JsonObject one) {
        assertThat(Vectors.unknownKeys(
                        one,
                        List.of(
                                "grace_period",
                                "now",
                                "certs",
                                "cert_before",
                                "token_before",
                                "cert_after",
                                "token_after",
                                "next_check",
                                "main_node_expired_reference_raises")))
                .isEmpty();
        Path file = fill(one);
        long grace = one.get("grace_period").getAsLong();
        long now = one.get("now").getAsLong();
        try (SqliteRegistryStore store = SqliteRegistryStore.open(file, MAX_PREFIX_LENGTH, CertificateRows::read);
                RecordedDatabase database = new RecordedDatabase(file)) {
            store.transaction(tx -> {
                tx.setRegistryPrefix(REGISTRY_NODE);
                return tx;
            });
            Housekeeping housekeeping =
                    new Housekeeping(new PrefixAllocator(MAX_PREFIX_LENGTH), new AuditLog(data -> data), grace);
            boolean cleaned = store.transaction(tx -> housekeeping.clean(tx, RecordedRegistry.at((double) now)));
            assertThat(cleaned).isTrue();
            assertThat(database.certRows()).isEqualTo(one.get("cert_after"));
            assertThat(database.tokenRows()).isEqualTo(one.get("token_after"));
            assertThat(store.read(housekeeping::nextUnixSeconds))
                    .isEqualTo(OptionalLong.of(one.get("next_check").getAsLong()));
            refusesToDeleteTheRegistryNode(one, store, database, housekeeping);
        } catch (SQLException | Failure e) {
            throw new AssertionError(e);
        }
    }

    private static void refusesToDeleteTheRegistryNode(
            JsonObject one, SqliteRegistryStore store, RecordedDatabase database, Housekeeping housekeeping) {
        assertThat(one.get("main_node_expired_reference_raises").getAsString()).isEqualTo("SystemExit");
        long end = store.read(view -> view.certificate(REGISTRY_NODE))
                .orElseThrow()
                .endUnixSeconds();
        long tooLate = end + one.get("grace_period").getAsLong();
        boolean cleaned = store.transaction(tx -> housekeeping.clean(tx, RecordedRegistry.at((double) tooLate)));
        assertThat(cleaned).isFalse();
        assertThat(database.certRows()).isEqualTo(one.get("cert_after"));
        assertThat(database.tokenRows()).isEqualTo(one.get("token_after"));
    }

    /** The rows before, in a file that the registry then opens. */
    private Path fill(JsonObject one) {
        Map<String, String> pems = new HashMap<>();
        for (JsonObject cert : Vectors.objects(one.get("certs"))) {
            Certificate certificate =
                    Certificate.ofPem(cert.get("pem").getAsString()).orElseThrow();
            assertThat(certificate.notAfter().getEpochSecond())
                    .isEqualTo(cert.get("not_after").getAsLong());
            assertThat(certificate.prefix().orElseThrow().bits())
                    .isEqualTo(cert.get("prefix").getAsString());
            assertThat(certificate.pem()).isEqualTo(cert.get("pem").getAsString());
            pems.put(cert.get("prefix").getAsString(), cert.get("pem").getAsString());
        }
        Path file = directory.resolve("registry" + files++ + ".db");
        try (SqliteRegistryStore store = SqliteRegistryStore.open(file, MAX_PREFIX_LENGTH, CertificateRows::read);
                RecordedDatabase database = new RecordedDatabase(file)) {
            database.execute("DELETE FROM cert");
            for (JsonArray row : Vectors.rows(one.get("cert_before"))) {
                String prefix = row.get(0).getAsString();
                String state = row.get(2).getAsString();
                assertThat(pems.containsKey(prefix)).isEqualTo(state.equals("cert"));
                database.execute(
                        "INSERT INTO cert VALUES (?, ?, ?)",
                        prefix,
                        row.get(1).isJsonNull() ? null : row.get(1).getAsString(),
                        state.equals("reserved") ? state : pems.get(prefix));
            }
            assertThat(database.certRows()).isEqualTo(one.get("cert_before"));
            for (JsonArray row : Vectors.rows(one.get("token_before"))) {
                database.execute(
                        "INSERT INTO token VALUES (?, ?, ?, ?)",
                        row.get(0).getAsString(),
                        row.get(1).getAsString(),
                        row.get(2).getAsInt(),
                        row.get(3).getAsLong());
            }
        } catch (SQLException | Failure e) {
            throw new AssertionError(e);
        }
        return file;
    }
}
