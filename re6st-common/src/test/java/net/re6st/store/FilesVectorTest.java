package net.re6st.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.re6st.config.NetworkParameters;
import net.re6st.config.Parameter;
import net.re6st.config.Value;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.crypto.Credentials;
import net.re6st.crypto.RsaPrivateKey;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;
import net.re6st.testing.KeyFacts;
import net.re6st.testing.Vectors;
import net.re6st.wire.PackedInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The peer databases of files.json: what is in them, what we read from them, and that we write the same. */
class FilesVectorTest {
    private final JsonObject file = Vectors.json("files.json");

    @TempDir
    Path directory;

    @Test
    void readsAndWritesTheDatabaseOfTheOriginal() throws Exception {
        JsonObject cache = file.getAsJsonObject("cache");
        assertThat(Vectors.unknownKeys(
                        cache, List.of("file", "pragma", "tables", "node", "loaded", "peers", "own_address")))
                .isEmpty();
        NetworkParameters parameters = check(cache);
        checkNode(cache.getAsJsonObject("node"), parameters);
    }

    @Test
    void readsTheOldForm() throws Exception {
        JsonObject cache = file.getAsJsonObject("cache_old");
        assertThat(Vectors.unknownKeys(cache, List.of("file", "pragma", "tables", "loaded")))
                .isEmpty();
        check(cache);
    }

    /** Of the database, as it is, as we understand it, and as we would write it. */
    private NetworkParameters check(JsonObject cache) throws Exception {
        Path path = Vectors.copy(cache.get("file").getAsString(), directory);
        checkRaw(path, cache, true);
        NetworkParameters parameters;
        try (SqliteStore store = SqliteStore.open(path)) {
            parameters = store.parameters().orElseThrow();
            checkPeers(store, cache);
        }
        checkParameters(parameters, cache);
        checkRaw(path, cache, true);

        Path copy = directory.resolve("copy.db");
        try (SqliteStore original = SqliteStore.open(path);
                SqliteStore store = SqliteStore.open(copy)) {
            original.peers().forEach(store::putPeer);
            if (!original.ownAddresses().isEmpty()) {
                store.putPeer(Prefix.EMPTY, original.ownAddresses());
            }
            store.putParameters(parameters);
        }
        if (cache.has("peers")) {
            checkRaw(copy, cache, false);
        }
        return parameters;
    }

    private static void checkPeers(SqliteStore store, JsonObject cache) {
        JsonArray rows = cache.getAsJsonObject("tables").getAsJsonObject("peer").getAsJsonArray("rows");
        Map<String, String> peers = new TreeMap<>();
        store.peers().forEach((prefix, address) -> peers.put(prefix.bits(), address));
        if (cache.has("peers")) {
            Map<String, String> expected = new TreeMap<>();
            cache.getAsJsonObject("peers")
                    .entrySet()
                    .forEach(peer -> expected.put(peer.getKey(), peer.getValue().getAsString()));
            assertThat(peers).isEqualTo(expected);
            assertThat(store.ownAddresses()).isEqualTo(cache.get("own_address").getAsString());
        } else {
            assertThat(rows).isEmpty();
            assertThat(peers).isEmpty();
            assertThat(store.ownAddresses()).isEmpty();
        }
    }

    private static void checkParameters(NetworkParameters parameters, JsonObject cache) {
        JsonObject loaded = cache.getAsJsonObject("loaded");
        Set<String> understood = new TreeSet<>(parameters.values().keySet());
        // The original forgets this one; ours survives a restart.
        understood.remove(Parameter.VALID_UNTIL.text());
        for (Map.Entry<String, JsonElement> one : loaded.entrySet()) {
            JsonObject expected = one.getValue().getAsJsonObject();
            assertThat(Vectors.unknownKeys(expected, List.of("type", "value", "hex")))
                    .isEmpty();
            assertThat(described(parameters, one.getKey(), expected.get("type").getAsString()))
                    .as(one.getKey())
                    .isEqualTo(expected);
            understood.remove(one.getKey());
        }
        assertThat(understood).isEmpty();
    }

    /** A parameter as we understand it, in the form of the vectors. */
    private static JsonObject described(NetworkParameters parameters, String name, String type) {
        JsonObject described = new JsonObject();
        described.addProperty("type", type);
        Value value = parameters.values().get(name);
        switch (type) {
            case "set":
                assertThat(name).isEqualTo("crl");
                described.add("value", array(parameters.crl()));
                break;
            case "list":
                assertThat(name).isEqualTo("same_country");
                described.add("value", array(parameters.sameCountry()));
                break;
            case "bool":
                assertThat(name).isEqualTo("encrypt");
                described.add("value", new JsonPrimitive(parameters.encrypt()));
                break;
            case "integer":
                described.addProperty(
                        "value",
                        value == null
                                ? Integer.toString(parameters.delayRestartSeconds())
                                : ((Value.Whole) value).number().toString());
                assertThat(value != null || name.equals("delay_restart")).isTrue();
                break;
            case "blob":
                described.addProperty("hex", ((Value.Blob) value).bytes().toHex());
                break;
            case "text":
                described.addProperty("value", ((Value.Text) value).text());
                break;
            default:
                throw new AssertionError("unknown type " + type);
        }
        return described;
    }

    private static JsonArray array(Iterable<?> values) {
        JsonArray array = new JsonArray();
        for (Object value : values) {
            array.add(value instanceof Number number ? new JsonPrimitive(number) : new JsonPrimitive(value.toString()));
        }
        return array;
    }

    private void checkNode(JsonObject node, NetworkParameters parameters) {
        assertThat(Vectors.unknownKeys(node, List.of("prefix", "cert", "key"))).isEmpty();
        JsonObject ca = file.getAsJsonObject("ca");
        assertThat(Vectors.unknownKeys(ca, List.of("pem", "key"))).isEmpty();
        CertificateAuthority authority =
                CertificateAuthority.ofPem(ca.get("pem").getAsString()).orElseThrow();
        RsaPrivateKey key = KeyFacts.checked(ca.get("key").getAsString());
        assertThat(authority.certificate().pem()).isEqualTo(ca.get("pem").getAsString());
        assertThat(authority.certificate().publicKey()).isEqualTo(key.publicKey());

        Credentials own = Credentials.ofPem(
                        node.get("cert").getAsString(), node.get("key").getAsString())
                .orElseThrow();
        assertThat(own.certificate().pem()).isEqualTo(node.get("cert").getAsString());
        KeyFacts.checked(node.get("key").getAsString());
        assertThat(own.prefix().bits()).isEqualTo(node.get("prefix").getAsString());
        assertThat(authority.certificate().subject())
                .isEqualTo(own.certificate().issuer());

        Bytes version = parameters.version();
        int number = PackedInteger.decode(version, 0).orElseThrow().size();
        assertThat(authority.verify(version.slice(0, number), version.from(number)))
                .isTrue();
    }

    /** Compares the file itself with the record; the order of rows only where it was written by the original. */
    private static void checkRaw(Path path, JsonObject cache, boolean inOrder) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path);
                Statement statement = connection.createStatement()) {
            JsonObject pragmas = cache.getAsJsonObject("pragma");
            for (String name : pragmas.keySet()) {
                try (ResultSet row = statement.executeQuery("PRAGMA " + name)) {
                    assertThat(row.getString(1))
                            .as(name)
                            .isEqualTo(pragmas.get(name).getAsString());
                }
            }
            JsonObject tables = cache.getAsJsonObject("tables");
            List<String> creates = new ArrayList<>();
            for (String table : tables.keySet()) {
                JsonObject one = tables.getAsJsonObject(table);
                assertThat(Vectors.unknownKeys(one, List.of("rows", "create"))).isEmpty();
                creates.add(one.get("create").getAsString());
                try (ResultSet rows = statement.executeQuery("SELECT * FROM " + table + " ORDER BY rowid")) {
                    List<JsonElement> expected = new ArrayList<>();
                    one.getAsJsonArray("rows").forEach(expected::add);
                    List<JsonElement> actual = typed(rows);
                    if (inOrder) {
                        assertThat(actual).isEqualTo(expected);
                    } else {
                        assertThat(actual).containsExactlyInAnyOrderElementsOf(expected);
                    }
                }
            }
            try (ResultSet rows = statement.executeQuery("SELECT sql FROM sqlite_master WHERE type = 'table'")) {
                List<String> actual = new ArrayList<>();
                while (rows.next()) {
                    actual.add(rows.getString(1));
                }
                assertThat(actual).containsExactlyInAnyOrderElementsOf(creates);
            }
            assertThat(CacheFile.schema()).containsExactlyInAnyOrderElementsOf(creates);
        }
    }

    private static List<JsonElement> typed(ResultSet rows) throws SQLException {
        List<JsonElement> all = new ArrayList<>();
        while (rows.next()) {
            JsonArray row = new JsonArray();
            for (int i = 1; i <= 2; i++) {
                JsonObject cell = new JsonObject();
                Object value = rows.getObject(i);
                if (value instanceof byte[] blob) {
                    cell.addProperty("type", "blob");
                    cell.addProperty("hex", Bytes.copyOf(blob).toHex());
                } else {
                    cell.addProperty(
                            "type", value instanceof String ? "text" : value instanceof Double ? "real" : "integer");
                    cell.addProperty(
                            "value",
                            value instanceof Double real
                                    ? new BigDecimal(real.toString()).toPlainString()
                                    : String.valueOf(value));
                }
                row.add(cell);
            }
            all.add(row);
        }
        return all;
    }
}
