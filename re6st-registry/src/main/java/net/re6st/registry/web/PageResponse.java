package net.re6st.registry.web;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import net.re6st.net.Bytes;

/** An answer to a request for a page, with the headers that bound what a browser does with it. */
public record PageResponse(int status, Map<String, String> headers, Bytes body) {
    static final int OK = 200;
    static final int SEE_OTHER = 303;
    static final int NOT_MODIFIED = 304;
    static final int FORBIDDEN = 403;
    static final int NOT_FOUND = 404;
    static final int METHOD_NOT_ALLOWED = 405;
    static final int CONFLICT = 409;
    static final int TOO_LARGE = 413;
    static final int TOO_MANY_REQUESTS = 429;

    /** Everything of a page comes from here, and nothing of it is in the page's text. */
    private static final String STRICT = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self';"
            + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /** For files of the administrator's own: scripts from here only, for they could reach the administration's pages. */
    private static final String OWN_FILES =
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
                    + " object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    public PageResponse {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    private static PageResponse of(int status, String type, String policy, Bytes body) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", type);
        headers.put("Content-Security-Policy", policy);
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("X-Frame-Options", "DENY");
        // Not "no-referrer": browsers would then send "Origin: null" with our own forms.
        headers.put("Referrer-Policy", "same-origin");
        headers.put("Cross-Origin-Opener-Policy", "same-origin");
        headers.put("Cross-Origin-Resource-Policy", "same-origin");
        headers.put("Cache-Control", "no-store");
        return new PageResponse(status, headers, body);
    }

    static PageResponse html(int status, Bytes text) {
        return of(status, "text/html; charset=utf-8", STRICT, text);
    }

    static PageResponse json(String text) {
        return of(OK, "application/json", STRICT, Bytes.copyOf(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** One of our own files; a browser asks whether it is still the same, as another version of the program may run. */
    static PageResponse asset(String type, Bytes content) {
        return of(OK, type, STRICT, content).with("Cache-Control", "no-cache");
    }

    /** A file of the administrator's. */
    public static PageResponse file(String type, Bytes content) {
        return of(OK, type, OWN_FILES, content).with("Cache-Control", "no-cache");
    }

    /** Plain text in place of a page. */
    public static PageResponse text(int status, String text) {
        return of(
                status,
                "text/plain; charset=utf-8",
                STRICT,
                Bytes.copyOf((text + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    /** Where to go on; relative, for a proxy may have put us below a path. */
    static PageResponse seeOther(String location) {
        return text(SEE_OTHER, "see " + location).with("Location", location);
    }

    PageResponse with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new PageResponse(status, more, body);
    }
}
