package net.re6st.registry.core;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import net.re6st.rpc.RegistryApi;

/**
 * What a request asks for: {@code /METHOD?NAME=VALUE&...}, parsed strictly. The method is literal, values are url-encoded
 * (invalid UTF-8 in them is replaced), the last of a repeated argument counts.
 */
final class RpcTarget {
    private static final int MAX_LENGTH = 65_536;
    private static final int MAX_ARGUMENTS = 32;

    private final String text;
    private final int queryStart;

    private RpcTarget(String text) {
        this.text = text;
        this.queryStart = text.indexOf('?');
    }

    /** Empty unless the text is printable ASCII and begins with a slash. */
    static Optional<RpcTarget> of(String target) {
        if (target.length() > MAX_LENGTH || !target.startsWith("/")) {
            return Optional.empty();
        }
        if (target.chars().anyMatch(c -> c <= ' ' || c >= 127)) {
            return Optional.empty();
        }
        // Compat: a base path of "/" makes the original's client send two slashes; it signs one.
        int start = 0;
        while (target.startsWith("/", start + 1)) {
            start++;
        }
        return Optional.of(new RpcTarget(target.substring(start)));
    }

    /** What the MAC of the request covers. */
    String signed() {
        return text;
    }

    Optional<RegistryApi> method() {
        return RegistryApi.named(queryStart < 0 ? text.substring(1) : text.substring(1, queryStart));
    }

    /** The arguments of {@code method}, defaults filled in; empty if they are not what it takes. */
    Optional<Map<String, String>> arguments(RegistryApi method) {
        Map<String, String> arguments = new HashMap<>();
        if (queryStart >= 0) {
            String[] pairs = text.substring(queryStart + 1).split("&", MAX_ARGUMENTS + 1);
            if (pairs.length > MAX_ARGUMENTS) {
                return Optional.empty();
            }
            for (String pair : pairs) {
                int equals = pair.indexOf('=');
                Optional<String> name = equals < 0 ? Optional.empty() : decode(pair.substring(0, equals));
                Optional<String> value = decode(pair.substring(equals + 1));
                if (name.isEmpty() || value.isEmpty()) {
                    return Optional.empty();
                }
                arguments.put(name.get(), value.get());
            }
        }
        for (RegistryApi.Argument argument : method.arguments()) {
            argument.defaultValue().ifPresent(value -> arguments.putIfAbsent(argument.name(), value));
            if (!arguments.containsKey(argument.name())) {
                return Optional.empty();
            }
        }
        return arguments.size() == method.arguments().size() ? Optional.of(arguments) : Optional.empty();
    }

    private static Optional<String> decode(String encoded) {
        if (encoded.indexOf('%') < 0) {
            return Optional.of(encoded.replace('+', ' '));
        }
        // What is no UTF-8 is replaced, not refused.
        return PercentCode.bytes(encoded, true).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }
}
