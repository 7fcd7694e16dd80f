package net.re6st.registry.core;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Who makes a request and on whose page, as the connection and the headers say. Nothing but {@code peer} and the
 * certificate is proven.
 *
 * @param peer the address of the connection's other end
 * @param forwardedFor the values of {@code X-Forwarded-For}
 * @param hosts under which names the registry was asked: {@code Host} and {@code X-Forwarded-Host}
 * @param sources which pages made the request: {@code Origin} and {@code Referer}
 * @param fetchSites what a browser says about the page: {@code Sec-Fetch-Site}
 * @param isBrowser whether a browser made the request
 * @param certificateSubject whom the certificate names that the caller proved to have by TLS; {@code --tls-client-ca}'s alone
 */
public record Caller(
        String peer,
        List<String> forwardedFor,
        List<String> hosts,
        List<String> sources,
        List<String> fetchSites,
        boolean isBrowser,
        Optional<String> certificateSubject) {

    /** The caller at {@code peer} with these headers; {@code header} gives all values of a name, in any case. */
    public static Caller of(String peer, Function<String, List<String>> header) {
        // Pages can't change this header on requests to other sites, and all browsers begin it like this.
        boolean isBrowser = header.apply("User-Agent").stream().anyMatch(value -> value.startsWith("Mozilla/"));
        return new Caller(
                peer,
                header.apply("X-Forwarded-For"),
                join(header.apply("Host"), header.apply("X-Forwarded-Host")),
                join(header.apply("Origin"), header.apply("Referer")),
                header.apply("Sec-Fetch-Site"),
                isBrowser,
                Optional.empty());
    }

    /** The same, who showed a certificate. */
    public Caller withCertificate(Optional<String> subject) {
        return new Caller(peer, forwardedFor, hosts, sources, fetchSites, isBrowser, subject);
    }

    /** A program without any of these headers. */
    public static Caller at(String peer) {
        return of(peer, name -> List.of());
    }

    private static List<String> join(List<String> some, List<String> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }
}
