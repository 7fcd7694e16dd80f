package net.re6st.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import net.re6st.crypto.RsaPrivateKey;
import net.re6st.net.Bytes;
import net.re6st.testing.Vectors;

/** Compares the parameters sent to a node: equal, name by name and in order, but for the padding of encrypted keys. */
final class RecordedParameters {
    private static final double CLOCK_PRECISION = 2e-6;
    private static final int MAX_BYTES = 1 << 20;

    private RecordedParameters() {}

    static void compare(JsonObject exchange, Bytes recorded, Bytes ours, RsaPrivateKey key, JsonObject database) {
        JsonObject expected = exchange.getAsJsonObject("json");
        assertThat(parse(inflate(recorded))).isEqualTo(expected);
        compare(expected, parse(inflate(ours)), key, database);
        if (exchange.has("babel_hmac")) {
            JsonObject plain = exchange.getAsJsonObject("babel_hmac");
            for (String name : plain.keySet()) {
                String member = expected.has(name) ? name : "babel_hmac_" + name;
                Optional<String> opened =
                        expected.has(member) ? Optional.of(open(expected, member, key)) : Optional.empty();
                JsonElement value = plain.get(name);
                assertThat(opened).isEqualTo(value.isJsonNull() ? Optional.empty() : Optional.of(value.getAsString()));
            }
        }
    }

    static void compare(JsonObject expected, JsonObject ours, RsaPrivateKey key, JsonObject database) {
        List<String> names = new ArrayList<>(expected.keySet());
        boolean persists = ours.has("valid_until") && !expected.has("valid_until");
        if (persists) {
            // Ours keeps the date over a restart, the original forgets it.
            assertThat(ours.get("valid_until").getAsDouble()).isCloseTo(validUntil(database), within());
            ours.remove("valid_until");
        }
        assertThat(new ArrayList<>(ours.keySet())).isEqualTo(names);
        for (String name : names) {
            if (name.startsWith("babel_hmac_")) {
                assertThat(open(ours, name, key)).as(name).isEqualTo(open(expected, name, key));
            } else if (name.equals("valid_until")) {
                assertThat(ours.get(name).getAsDouble())
                        .isCloseTo(expected.get(name).getAsDouble(), within());
            } else {
                assertThat(ours.get(name)).as(name).isEqualTo(expected.get(name));
            }
        }
    }

    private static org.assertj.core.data.Offset<Double> within() {
        return org.assertj.core.data.Offset.offset(CLOCK_PRECISION);
    }

    private static double validUntil(JsonObject database) {
        return Vectors.rows(database.get("config")).stream()
                .filter(row -> row.get(0).getAsString().equals("valid_until"))
                .findFirst()
                .orElseThrow()
                .get(1)
                .getAsJsonObject()
                .get("value")
                .getAsDouble();
    }

    private static String open(JsonObject json, String name, RsaPrivateKey key) {
        String text = json.get(name).getAsString();
        if (text.isEmpty()) {
            return "";
        }
        return key.decrypt(Bytes.copyOf(Base64.getDecoder().decode(text)))
                .orElseThrow()
                .toHex();
    }

    static JsonObject parse(String text) {
        return JsonParser.parseString(text).getAsJsonObject();
    }

    static String inflate(Bytes compressed) {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(compressed.toArray());
            byte[] buffer = new byte[MAX_BYTES];
            int size = inflater.inflate(buffer);
            assertThat(inflater.finished()).isTrue();
            assertThat(inflater.getRemaining()).isZero();
            return new String(buffer, 0, size, StandardCharsets.UTF_8);
        } catch (DataFormatException e) {
            throw new AssertionError(e);
        } finally {
            inflater.end();
        }
    }
}
