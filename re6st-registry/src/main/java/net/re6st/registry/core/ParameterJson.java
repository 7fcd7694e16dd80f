package net.re6st.registry.core;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A JSON object as the original writes it: {@code ", "} and {@code ": "} between, only ASCII. The text matters, because
 * texts are compared to see whether parameters have changed.
 */
final class ParameterJson {
    private final Map<String, String> members = new LinkedHashMap<>();

    ParameterJson text(String name, String value) {
        members.put(name, quote(value));
        return this;
    }

    ParameterJson number(String name, long value) {
        members.put(name, Long.toString(value));
        return this;
    }

    /** A number that is written already. */
    ParameterJson number(String name, String decimal) {
        members.put(name, decimal);
        return this;
    }

    ParameterJson flag(String name, boolean value) {
        members.put(name, Boolean.toString(value));
        return this;
    }

    ParameterJson numbers(String name, List<Long> values) {
        members.put(name, values.toString());
        return this;
    }

    ParameterJson texts(String name, List<String> values) {
        members.put(name, values.stream().map(ParameterJson::quote).toList().toString());
        return this;
    }

    ParameterJson nothing(String name) {
        members.put(name, "null");
        return this;
    }

    /** The members in the order they were added. */
    String inOrder() {
        return write(members);
    }

    /** The members ordered by name: equal objects give equal texts. */
    String canonical() {
        SortedMap<String, String> sorted = new TreeMap<>(members);
        return write(sorted);
    }

    private static String write(Map<String, String> members) {
        return members.entrySet().stream()
                .map(member -> quote(member.getKey()) + ": " + member.getValue())
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c >= ' ' && c < 127) {
                quoted.append(c);
            } else {
                quoted.append(String.format("\\u%04x", (int) c));
            }
        }
        return quoted.append('"').toString();
    }
}
