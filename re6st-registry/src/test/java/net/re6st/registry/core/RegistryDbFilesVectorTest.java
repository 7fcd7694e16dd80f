package net.re6st.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import net.re6st.crypto.Certificate;
import net.re6st.crypto.RsaPrivateKey;
import net.re6st.net.Bytes;
import net.re6st.net.Network;
import net.re6st.net.Prefix;
import net.re6st.registry.port.CertificateRow;
import net.re6st.testing.Vectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry.db that the original wrote: what it means to us, that it goes on working, and that it stays the original's. */
class RegistryDbFilesVectorTest {
    private static final JsonObject FILE = Vectors.json("files.json");
    private static final JsonObject REGISTRY = FILE.getAsJsonObject("registry");
    private static final JsonObject MEANING = REGISTRY.getAsJsonObject("meaning");

    @TempDir
    private Path directory;

    @Test
    void opensTheRecordedFile() throws Exception {
        assertThat(Vectors.unknownKeys(REGISTRY, List.of("file", "pragma", "tables", "meaning")))
                .isEmpty();
        Path file = Vectors.copy(REGISTRY.get("file").getAsString(), directory);
        comparePragmas(file);
        compareTables(file);
        try (RecordedRegistry world = new RecordedRegistry(FILE.getAsJsonObject("ca"), file)) {
            world.open();
            compareMeaning(world);
            compareNodes(world);
            compareAllocations(world);
        }
        comparePragmas(file);
        compareTables(file);
    }

    private static void comparePragmas(Path file) throws Exception {
        try (RecordedDatabase database = new RecordedDatabase(file)) {
            for (Map.Entry<String, JsonElement> pragma :
                    REGISTRY.getAsJsonObject("pragma").entrySet()) {
                String value = database.query("PRAGMA " + pragma.getKey())
                        .get(0)
                        .getAsJsonArray()
                        .get(0)
                        .getAsString();
                assertThat(value)
                        .as(pragma.getKey())
                        .isEqualTo(pragma.getValue().getAsString());
            }
        }
    }

    /** All rows and the text of each definition: nothing of the original's is changed by opening and closing the file. */
    private static void compareTables(Path file) throws Exception {
        try (RecordedDatabase database = new RecordedDatabase(file)) {
            for (Map.Entry<String, JsonElement> entry :
                    REGISTRY.getAsJsonObject("tables").entrySet()) {
                JsonObject table = entry.getValue().getAsJsonObject();
                JsonArray create = database.query(
                        "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = '" + entry.getKey() + "'");
                assertThat(create.get(0).getAsJsonArray().get(0)).isEqualTo(table.get("create"));
                List<List<String>> recorded = new ArrayList<>();
                for (JsonArray row : Vectors.rows(table.get("rows"))) {
                    List<String> values = new ArrayList<>();
                    row.forEach(value -> values.add(shown(value.getAsJsonObject())));
                    recorded.add(values);
                }
                assertThat(rows(
                                database,
                                entry.getKey(),
                                recorded.isEmpty() ? 0 : recorded.get(0).size()))
                        .isEqualTo(recorded);
            }
        }
    }

    private static String shown(JsonObject typed) {
        return switch (typed.get("type").getAsString()) {
            case "null" -> "null";
            case "blob" -> "blob " + typed.get("hex").getAsString();
            case "real" -> "real " + typed.get("value").getAsDouble();
            default ->
                typed.get("type").getAsString() + " " + typed.get("value").getAsString();
        };
    }

    private static List<List<String>> rows(RecordedDatabase database, String table, int columns) {
        List<String> names = new ArrayList<>();
        database.query("SELECT name FROM pragma_table_info('" + table + "')")
                .forEach(row -> names.add(row.getAsJsonArray().get(0).getAsString()));
        assertThat(names).hasSize(columns);
        StringBuilder sql = new StringBuilder("SELECT ");
        for (String name : names) {
            sql.append("typeof(%1$s), CASE typeof(%1$s) WHEN 'blob' THEN lower(hex(%1$s)) ELSE %1$s END, "
                    .formatted(name));
        }
        List<List<String>> all = new ArrayList<>();
        for (JsonElement row : database.query(sql + "1 FROM " + table + " ORDER BY rowid")) {
            List<String> values = new ArrayList<>();
            for (int i = 0; i < columns; i++) {
                String type = row.getAsJsonArray().get(2 * i).getAsString();
                JsonElement value = row.getAsJsonArray().get(2 * i + 1);
                values.add(type.equals("null") ? type : type + " " + value.getAsString());
            }
            all.add(values);
        }
        return all;
    }

    private static void compareMeaning(RecordedRegistry world) {
        assertThat(Vectors.unknownKeys(
                        MEANING,
                        List.of(
                                "network_bits",
                                "registry_prefix",
                                "version_number",
                                "next_certificate_serial",
                                "next_subject_serial",
                                "nodes",
                                "free_prefixes",
                                "reserved_prefixes",
                                "crl",
                                "next_prefix")))
                .isEmpty();
        assertThat(world.authority.network().bits())
                .isEqualTo(MEANING.get("network_bits").getAsString());
        world.store().transaction(tx -> {
            assertThat(tx.registryPrefix().map(Prefix::bits))
                    .contains(MEANING.get("registry_prefix").getAsString());
            assertThat(ParameterPublisher.number(tx.version()))
                    .isEqualTo(MEANING.get("version_number").getAsLong());
            assertThat(tx.lastSerial() + 1)
                    .isEqualTo(MEANING.get("next_certificate_serial").getAsLong());
            assertThat(tx.lowestFreeSubjectSerial())
                    .isEqualTo(MEANING.get("next_subject_serial").getAsLong());
            assertThat(tx.revokedSerials().stream().map(Object::toString).toList())
                    .isEqualTo(Vectors.strings(MEANING.get("crl")));
            assertThat(tx.freeBlocks().stream().map(Prefix::bits).sorted().toList())
                    .isEqualTo(Vectors.strings(MEANING.get("free_prefixes")).stream()
                            .sorted()
                            .toList());
            for (String reserved : Vectors.strings(MEANING.get("reserved_prefixes"))) {
                assertThat(tx.takenBlockAround(Prefix.ofBits(reserved)).map(Prefix::bits))
                        .contains(reserved);
                assertThat(tx.certificate(Prefix.ofBits(reserved))).isEmpty();
            }
            return tx;
        });
    }

    private static void compareNodes(RecordedRegistry world) {
        Network network = world.authority.network();
        for (JsonObject node : Vectors.objects(MEANING.get("nodes"))) {
            Prefix prefix = Prefix.ofBits(node.get("prefix").getAsString());
            assertThat(prefix.cn()).isEqualTo(node.get("cn").getAsString());
            assertThat(network.subnet(prefix).mainAddress().toString())
                    .isEqualTo(node.get("node_ip").getAsString());
            CertificateRow row =
                    world.store().read(view -> view.certificate(prefix)).orElseThrow();
            assertThat(Long.toString(row.serial())).isEqualTo(node.get("serial").getAsString());
            assertThat(row.subjectSerial())
                    .isEqualTo(OptionalLong.of(node.get("subject_serial").getAsLong()));
            assertThat(row.endUnixSeconds()).isEqualTo(node.get("not_after").getAsLong());
            boolean revoked = world.store().read(view -> view.isRevoked(row.serial()));
            assertThat(revoked).isEqualTo(node.get("revoked").getAsBoolean());
            Certificate certificate = Certificate.ofPem(row.pem()).orElseThrow();
            assertThat(certificate.notBefore().getEpochSecond())
                    .isEqualTo(node.get("not_before").getAsLong());
            RsaPrivateKey key =
                    RsaPrivateKey.ofPem(node.get("key").getAsString()).orElseThrow();
            assertThat(key.publicKey()).isEqualTo(certificate.publicKey());
            if (!node.get("email").isJsonNull()) {
                Optional<Prefix> found = world.store()
                        .read(view -> view.prefixOfEmail(node.get("email").getAsString()));
                assertThat(found).contains(prefix);
            }
        }
    }

    /** What would be allocated next, each length alone. */
    private static void compareAllocations(RecordedRegistry world) {
        int max = world.authority.network().maxPrefixLength();
        Map<Integer, String> expected = new TreeMap<>();
        for (JsonObject next : Vectors.objects(MEANING.get("next_prefix"))) {
            assertThat(next.get("reference_raises").isJsonNull())
                    .isEqualTo(!next.get("prefix").isJsonNull());
            expected.put(next.get("length").getAsInt(), next.get("prefix").getAsString());
        }
        expected.forEach((length, prefix) -> {
            Bytes undo = Bytes.ofLatin1("undo");
            try {
                world.store().transaction(tx -> {
                    assertThat(new PrefixAllocator(max)
                                    .allocate(tx, Prefix.EMPTY, length)
                                    .map(Prefix::bits))
                            .contains(prefix);
                    throw new IllegalStateException(undo.toLatin1());
                });
            } catch (IllegalStateException e) {
                assertThat(e).hasMessage("undo");
            }
        });
    }
}
