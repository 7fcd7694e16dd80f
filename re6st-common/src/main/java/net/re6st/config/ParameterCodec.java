package net.re6st.config;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import net.re6st.net.Bytes;

/**
 * The two forms of network parameters outside the program: what the registry sends, and the rows of table {@code config} in
 * the peer database.
 */
final class ParameterCodec {
    private static final int MAX_JSON_BYTES = 4 << 20;
    private static final int MAX_PARAMETERS = 1000;
    private static final int MAX_WHOLE_BITS = 63;

    /** Names the parameters whose text is base64 of bytes. */
    private static final String BINARY_NAMES = "";

    private static final String JSON_SUFFIX = ":json";

    private ParameterCodec() {}

    static Optional<SortedMap<String, Value>> decode(Bytes body, Function<Bytes, Optional<Bytes>> decrypt) {
        return Zlib.inflate(body, MAX_JSON_BYTES)
                .flatMap(ParameterCodec::utf8)
                .flatMap(Json::parse)
                .flatMap(json -> json instanceof Value.Members members
                        ? new Decoding(members.members(), decrypt).result()
                        : Optional.empty());
    }

    private static Optional<String> utf8(Bytes bytes) {
        try {
            return Optional.of(
                    StandardCharsets.UTF_8.newDecoder().decode(bytes.toBuffer()).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** One document being read. */
    private record Decoding(Map<String, Value> members, Function<Bytes, Optional<Bytes>> decrypt) {
        Optional<SortedMap<String, Value>> result() {
            Optional<Set<String>> binaryNames = binaryNames();
            if (members.size() > MAX_PARAMETERS || binaryNames.isEmpty()) {
                return Optional.empty();
            }
            SortedMap<String, Value> values = new TreeMap<>();
            for (Map.Entry<String, Value> member : members.entrySet()) {
                String name = member.getKey();
                if (!name.equals(BINARY_NAMES)) {
                    Optional<Value> value =
                            value(name, member.getValue(), binaryNames.get().contains(name));
                    if (value.isEmpty()) {
                        return Optional.empty();
                    }
                    values.put(name, value.get());
                }
            }
            return Optional.of(values);
        }

        private Optional<Set<String>> binaryNames() {
            Set<String> names = new HashSet<>();
            Value list = members.get(BINARY_NAMES);
            if (list instanceof Value.Items items) {
                for (Value item : items.items()) {
                    if (!(item instanceof Value.Text name)) {
                        return Optional.empty();
                    }
                    names.add(name.text());
                }
            } else if (list != null) {
                return Optional.empty();
            }
            return Optional.of(names);
        }

        private Optional<Value> value(String name, Value value, boolean binary) {
            boolean absent = value instanceof Value.Null || value.equals(Value.of(""));
            if (Parameter.isSecret(name) && !absent) {
                return base64(value).flatMap(decrypt).map(Value::of);
            } else if (binary) {
                return base64(value).map(Value::of);
            } else if (value instanceof Value.Whole whole && whole.number().bitLength() > MAX_WHOLE_BITS) {
                return Optional.empty();
            }
            return Optional.of(value);
        }

        /** Compat: as the original does, characters that are not of the alphabet are skipped. */
        private static Optional<Bytes> base64(Value value) {
            if (!(value instanceof Value.Text text)) {
                return Optional.empty();
            }
            try {
                byte[] ascii = text.text().getBytes(StandardCharsets.US_ASCII);
                return Optional.of(Bytes.copyOf(Base64.getMimeDecoder().decode(ascii)));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }
    }

    static SortedMap<String, Value> toRows(Map<String, Value> values) {
        SortedMap<String, Value> rows = new TreeMap<>();
        for (Map.Entry<String, Value> entry : values.entrySet()) {
            String name = entry.getKey();
            Value value = entry.getValue();
            if (value instanceof Value.Items || value instanceof Value.Members) {
                rows.put(name + JSON_SUFFIX, Value.of(Json.write(value)));
            } else if (!name.equals(Parameter.DELAY_RESTART.text())) {
                rows.put(name, stored(value));
            }
        }
        return rows;
    }

    private static Value stored(Value value) {
        if (value instanceof Value.Flag flag) {
            return Value.of(flag.on() ? 1 : 0);
        }
        return value instanceof Value.Real real && Double.isNaN(real.number()) ? new Value.Null() : value;
    }

    /** Rows that can't be read have no effect. */
    static SortedMap<String, Value> fromRows(Map<String, Value> rows) {
        SortedMap<String, Value> values = new TreeMap<>();
        String crl = Parameter.CRL.text();
        for (Map.Entry<String, Value> row : rows.entrySet()) {
            String name = row.getKey();
            Value value = row.getValue();
            // Compat: old caches hold the revocation list without the suffix.
            boolean isJson = name.endsWith(JSON_SUFFIX) || (name.equals(crl) && !rows.containsKey(crl + JSON_SUFFIX));
            if (isJson) {
                String plain = name.equals(crl) ? name : name.substring(0, name.length() - JSON_SUFFIX.length());
                parse(value).ifPresent(json -> values.put(plain, json));
            } else if (!name.equals(crl) && !name.equals(Parameter.DELAY_RESTART.text())) {
                values.putIfAbsent(name, value);
            }
        }
        return values;
    }

    private static Optional<Value> parse(Value row) {
        return row instanceof Value.Text text && text.text().length() <= MAX_JSON_BYTES
                ? Json.parse(text.text())
                : Optional.empty();
    }

    /** The name of the parameter that a row belongs to. */
    static String parameterName(String rowName) {
        return rowName.endsWith(JSON_SUFFIX) ? rowName.substring(0, rowName.length() - JSON_SUFFIX.length()) : rowName;
    }
}
