package net.re6st.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.crypto.Rsa;
import net.re6st.crypto.RsaPrivateKey;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;
import net.re6st.registry.os.Database;
import net.re6st.registry.os.Engine;
import net.re6st.registry.port.CertificateRow;
import net.re6st.testing.Vectors;
import net.re6st.wire.LocalMessage;
import net.re6st.wire.PackedInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The published parameters, as recorded: which changes make a new version, its signature, what nodes get. */
class NetconfigVectorTest {
    private static final JsonObject FILE = Vectors.json("netconfig.json");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(Engine.class)
    void publishesAsRecorded(Engine engine) {
        Vectors.forEach(FILE, "progressions", progression -> {
            assertThat(Vectors.unknownKeys(progression, List.of("ca", "node_key", "steps")))
                    .isEmpty();
            Database place = engine.make(directory);
            try (RecordedRegistry world = new RecordedRegistry(progression.getAsJsonObject("ca"), place);
                    RecordedDatabase database = open(world)) {
                RsaPrivateKey nodeKey = RsaPrivateKey.ofPem(
                                progression.get("node_key").getAsString())
                        .orElseThrow();
                JsonArray before = new JsonArray();
                for (JsonObject step : Vectors.objects(progression.get("steps"))) {
                    replay(step, world, database, nodeKey, before);
                    before = step.getAsJsonArray("config_rows");
                }
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    private static RecordedDatabase open(RecordedRegistry world) throws Exception {
        world.open();
        return new RecordedDatabase(world.database);
    }

    private static void replay(
            JsonObject step,
            RecordedRegistry world,
            RecordedDatabase database,
            RsaPrivateKey nodeKey,
            JsonArray before) {
        assertThat(Vectors.unknownKeys(
                        step,
                        List.of(
                                "note",
                                "options",
                                "revoke",
                                "sent_to_registry_node",
                                "version_number",
                                "version_blob",
                                "last_config",
                                "json_text",
                                "body",
                                "config_rows")))
                .isEmpty();
        JsonArray rows = step.getAsJsonArray("config_rows");
        world.sent.clear();
        if (before.isEmpty()) {
            fill(rows, world, database);
        }
        NetworkOptions options = RecordedRegistry.network(step.getAsJsonObject("options"));
        RegistrySettings settings = RecordedRegistry.settings(step.getAsJsonObject("options"), Communities.NONE, "");
        world.start(settings, Optional.empty());
        // Each step starts the registry anew, revokes, or takes a step of the rotation.
        world.registry.start(RecordedRegistry.at(0));
        if (Vectors.has(step, "revoke")) {
            revoke(step.get("revoke").getAsLong(), world);
        } else if (isRotation(before, rows)) {
            rotate(rows, before, world);
        }
        List<String> announced = new ArrayList<>();
        for (JsonArray message : Vectors.rows(step.get("sent_to_registry_node"))) {
            announced.add(message.get(0).getAsString() + "/" + message.get(1).getAsInt());
        }
        assertThat(world.sent.stream().map(NetconfigVectorTest::shown).toList()).isEqualTo(announced);
        compare(
                step,
                world,
                database,
                nodeKey,
                new ParameterPublisher(options, data -> data, new AuditLog(data -> data)));
    }

    private static String shown(String datagram) {
        LocalMessage message = LocalMessage.decode(Bytes.ofHex(datagram)).orElseThrow();
        assertThat(message.message().payload().isEmpty()).isTrue();
        return message.node().bits() + "/" + message.message().code();
    }

    /** A network that has certificates, and no version yet. */
    private static void fill(JsonArray rows, RecordedRegistry world, RecordedDatabase database) {
        for (JsonArray row : Vectors.rows(rows)) {
            if (List.of("babel_hmac0", "prefix", "serial").contains(row.get(0).getAsString())) {
                database.insertConfig(row.get(0).getAsString(), row.get(1).getAsJsonObject());
            }
        }
        long last = world.store().read(view -> view.lastSerial());
        world.store().transaction(tx -> {
            PrefixAllocator allocator = new PrefixAllocator(80);
            for (long serial = 1; serial <= last; serial++) {
                Prefix prefix = allocator.allocate(tx, Prefix.EMPTY, 16).orElseThrow();
                tx.storeCertificate(new CertificateRow(
                        prefix, "serial " + serial, serial, java.util.OptionalLong.of(serial - 1), Long.MAX_VALUE / 4));
            }
            return last;
        });
    }

    private static void revoke(long serial, RecordedRegistry world) {
        assertThat(world.registry
                        .administration()
                        .answer(
                                net.re6st.rpc.RegistryApi.REVOKE,
                                java.util.Map.of("cn_or_serial", Long.toString(serial)),
                                RecordedRegistry.occasion(0))
                        .status())
                .as("revoke " + serial)
                .isEqualTo(204);
    }

    private static List<String> keys(JsonArray rows) {
        return Vectors.rows(rows).stream()
                .filter(row -> row.get(0).getAsString().startsWith("babel_hmac"))
                .map(JsonArray::toString)
                .toList();
    }

    private static boolean isRotation(JsonArray before, JsonArray rows) {
        return !before.isEmpty() && !keys(before).equals(keys(rows));
    }

    private static void rotate(JsonArray rows, JsonArray before, RecordedRegistry world) {
        double validUntil = 3600;
        for (JsonArray row : Vectors.rows(rows)) {
            String name = row.get(0).getAsString();
            if (name.equals("valid_until")) {
                validUntil = row.get(1).getAsJsonObject().get("value").getAsDouble();
            } else if (name.equals("babel_hmac1") && !keys(before).toString().contains("babel_hmac1")) {
                world.random.nextBytesAre(
                        Bytes.ofHex(row.get(1).getAsJsonObject().get("hex").getAsString())
                                .toArray());
            }
        }
        world.registry
                .administration()
                .answer(
                        net.re6st.rpc.RegistryApi.UPDATE_HMAC,
                        java.util.Map.of(),
                        RecordedRegistry.occasion(validUntil - 3600));
    }

    private static void compare(
            JsonObject step,
            RecordedRegistry world,
            RecordedDatabase database,
            RsaPrivateKey nodeKey,
            ParameterPublisher publisher) {
        JsonObject content = database.content();
        JsonObject expected = content.deepCopy();
        expected.add("config", step.get("config_rows"));
        RecordedDatabase.assertSame(content, expected);
        Bytes version = world.store().read(view -> view.version()).orElseThrow();
        assertThat(version.toHex()).isEqualTo(step.get("version_blob").getAsString());
        assertThat(ParameterPublisher.number(Optional.of(version)))
                .isEqualTo(step.get("version_number").getAsLong());
        Optional<String> lastConfig = world.store().read(view -> view.lastConfig());
        assertThat(lastConfig).contains(step.get("last_config").getAsString());
        Bytes recorded = Bytes.ofHex(step.get("body").getAsString());
        assertThat(RecordedParameters.inflate(recorded))
                .isEqualTo(step.get("json_text").getAsString());
        ParameterPublisher.Snapshot snapshot =
                world.store().read(ParameterPublisher::snapshot).orElseThrow();
        Bytes ours =
                publisher.forNode(snapshot, nodeKey.publicKey(), (key, text) -> Rsa.encrypt(key, text, world.random));
        RecordedParameters.compare(
                RecordedParameters.parse(step.get("json_text").getAsString()),
                RecordedParameters.parse(RecordedParameters.inflate(ours)),
                nodeKey,
                content);
    }

    @Test
    void signsVersionsAsRecorded() {
        JsonObject increase = FILE.getAsJsonObject("increase");
        RsaPrivateKey key = RsaPrivateKey.ofPem(
                        increase.getAsJsonObject("ca").get("key").getAsString())
                .orElseThrow();
        CertificateAuthority authority = authority(increase);
        for (JsonObject one : Vectors.objects(increase.get("cases"))) {
            Bytes before = PackedInteger.encode(one.get("before").getAsLong());
            assertThat(ParameterPublisher.number(Optional.of(before)) + 1)
                    .isEqualTo(one.get("after").getAsLong());
            Bytes number = PackedInteger.encode(one.get("after").getAsLong());
            Bytes blob = number.plus(key.sign(number));
            assertThat(blob.toHex()).isEqualTo(one.get("blob").getAsString());
            assertThat(verifies(authority, blob)).isTrue();
        }
    }

    private static CertificateAuthority authority(JsonObject increase) {
        return CertificateAuthority.ofPem(
                        increase.getAsJsonObject("ca").get("pem").getAsString())
                .orElseThrow();
    }

    @Test
    void refusesVersionsAsRecorded() {
        JsonObject increase = FILE.getAsJsonObject("increase");
        List<String> good = Vectors.objects(increase.get("cases")).stream()
                .map(one -> one.get("blob").getAsString())
                .toList();
        Vectors.forEach(FILE, "verify_bad", one -> {
            assertThat(one.get("reference_raises").getAsString()).isEqualTo("VerifyError");
            assertThat(good).doesNotContain(one.get("blob").getAsString());
            assertThat(verifies(authority(increase), Bytes.ofHex(one.get("blob").getAsString())))
                    .isFalse();
        });
    }

    private static boolean verifies(CertificateAuthority authority, Bytes blob) {
        return PackedInteger.decode(blob, 0)
                .filter(number -> authority.verify(blob.slice(0, number.size()), blob.from(number.size())))
                .isPresent();
    }
}
