package net.re6st.registry.web;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import net.re6st.net.Bytes;
import net.re6st.registry.core.Caller;
import net.re6st.registry.core.PercentCode;

/**
 * A request for a page, before anything is decided about it.
 *
 * @param path as sent, without the query
 * @param cookies the values of {@code Cookie}
 * @param isSecure whether the browser came by TLS
 */
public record PageRequest(
        String method,
        String path,
        Map<String, String> query,
        Map<String, String> form,
        List<String> cookies,
        Optional<String> host,
        Optional<String> origin,
        Optional<String> ifNoneMatch,
        Caller caller,
        boolean isSecure) {
    private static final int MAX_FIELDS = 64;

    /** The longest body of a request. */
    public static final int MAX_BODY_BYTES = 16 * 1024;

    private static final String FORM_TYPE = "application/x-www-form-urlencoded";

    /**
     * Reads a request.
     *
     * @param target a path that begins with a slash, and maybe a query
     * @param header gives all values of a name, in any case
     */
    public static PageRequest of(
            String method,
            String target,
            Function<String, List<String>> header,
            Bytes body,
            Caller caller,
            boolean isSecure) {
        int question = target.indexOf('?');
        boolean isForm = first(header, "Content-Type")
                .filter(type -> type.split(";", 2)[0].strip().equalsIgnoreCase(FORM_TYPE))
                .isPresent();
        return new PageRequest(
                method,
                question < 0 ? target : target.substring(0, question),
                question < 0 ? Map.of() : fields(target.substring(question + 1)),
                isForm ? fields(new String(body.toArray(), StandardCharsets.ISO_8859_1)) : Map.of(),
                header.apply("Cookie"),
                first(header, "Host"),
                first(header, "Origin"),
                first(header, "If-None-Match"),
                caller,
                isSecure || header.apply("X-Forwarded-Proto").equals(List.of("https")));
    }

    /** Empty unless there is exactly one. */
    private static Optional<String> first(Function<String, List<String>> header, String name) {
        List<String> values = header.apply(name);
        return values.size() == 1 ? Optional.of(values.get(0)) : Optional.empty();
    }

    private static Map<String, String> fields(String encoded) {
        Map<String, String> fields = new HashMap<>();
        List<String> pairs = new ArrayList<>(List.of(encoded.split("&", MAX_FIELDS + 1)));
        for (String pair : pairs.subList(0, Math.min(MAX_FIELDS, pairs.size()))) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                PercentCode.decode(pair.substring(0, equals), true)
                        .ifPresent(name -> PercentCode.decode(pair.substring(equals + 1), true)
                                .ifPresent(value -> fields.put(name, value)));
            }
        }
        return fields;
    }

    boolean isReading() {
        return method.equals("GET") || method.equals("HEAD");
    }

    String query(String name) {
        return query.getOrDefault(name, "");
    }

    String form(String name) {
        return form.getOrDefault(name, "");
    }

    /** The value of a cookie; empty unless exactly one has this name. */
    Optional<String> cookie(String name) {
        List<String> values = cookies.stream()
                .flatMap(line -> List.of(line.split(";")).stream())
                .map(String::strip)
                .filter(pair -> pair.startsWith(name + "="))
                .map(pair -> pair.substring(name.length() + 1))
                .toList();
        return values.size() == 1 ? Optional.of(values.get(0)) : Optional.empty();
    }
}
