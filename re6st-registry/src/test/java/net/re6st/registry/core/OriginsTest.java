package net.re6st.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;

class OriginsTest {
    private static final String FIREFOX =
            "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    private static final String NOT_FROM_THERE = "not from there";
    private static final String WRONG_NAME = "not by this name: see --host";
    private static final String FOREIGN = "not from a page of another site";
    private static final String SILENT_BROWSER =
            "not from a browser that does not say on which page: use localhost, https or re6st-registry";

    private final Origins origins = new Origins(
            Set.of("127.0.0.1", "::1", "192.0.2.1"), Set.of("192.0.2.80", "::1"), Set.of("re6st.example.org"));

    /** A caller with these headers, each {@code Name: value}. */
    private static Caller caller(String peer, String... headers) {
        return Caller.of(peer, name -> {
            List<String> values = new ArrayList<>();
            for (String header : headers) {
                if (header.startsWith(name + ": ")) {
                    values.add(header.substring(name.length() + 2));
                }
            }
            return values;
        });
    }

    private void accepts(String peer, String... headers) {
        assertThat(origins.refusal(caller(peer, headers)))
                .as(List.of(headers).toString())
                .isEmpty();
    }

    private void refuses(String reason, String peer, String... headers) {
        assertThat(origins.refusal(caller(peer, headers)))
                .as(List.of(headers).toString())
                .contains(reason);
    }

    @Test
    void acceptsProgramsAtAuthorizedAddresses() {
        accepts("127.0.0.1");
        accepts("192.0.2.1", "Host: 127.0.0.1:8080", "User-Agent: curl/8.5");
        accepts("127.0.0.1", "X-Forwarded-For: 192.0.2.1");
        accepts("127.0.0.1", "X-Forwarded-For: ");
        refuses(NOT_FROM_THERE, "192.0.2.2");
        refuses(NOT_FROM_THERE, "127.0.0.1", "X-Forwarded-For: 192.0.2.2");
        refuses(NOT_FROM_THERE, "127.0.0.1", "X-Forwarded-For: 127.0.0.1, 192.0.2.1");
        refuses(NOT_FROM_THERE, "127.0.0.1", "X-Forwarded-For: 192.0.2.1", "X-Forwarded-For: 127.0.0.1");
        refuses(NOT_FROM_THERE, "");
    }

    @Test
    void believesProxiesOnlyWhenTheySayForWhomTheyAsk() {
        accepts("192.0.2.80", "X-Forwarded-For: 127.0.0.1");
        refuses(NOT_FROM_THERE, "192.0.2.80");
        refuses(NOT_FROM_THERE, "192.0.2.80", "X-Forwarded-For: 192.0.2.80");
        refuses(NOT_FROM_THERE, "192.0.2.80", "X-Forwarded-For: 198.51.100.1");
        // Authorized and a proxy: the proxy that forgets the header gives nobody its own rights.
        refuses(NOT_FROM_THERE, "::1");
        accepts("::1", "X-Forwarded-For: ::1");
    }

    @Test
    void acceptsAddressesLocalhostAndKnownNamesAsHost() {
        for (String host : List.of(
                "localhost",
                "LocalHost:8080",
                "localhost.",
                "ip6-localhost",
                "127.0.0.1",
                "198.51.100.7:81",
                "[::1]",
                "[2001:db8::1]:8080",
                "re6st.example.org",
                "RE6ST.Example.Org.:80")) {
            accepts("127.0.0.1", "Host: " + host);
        }
    }

    @Test
    void refusesNamesThatMayHaveBeenBoundToOurAddress() {
        for (String host : List.of(
                "evil.example",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "evil-re6st.example.org",
                "evil.localhost",
                "127.1",
                "2130706433",
                "0x7f.0.0.1",
                "[::1",
                "::1",
                "[evil]",
                "localhost:http",
                "localhost:99999",
                "localhost,evil.example",
                "localhost@evil.example",
                "localhost/",
                "",
                ":80")) {
            refuses(WRONG_NAME, "127.0.0.1", "Host: " + host);
            refuses(WRONG_NAME, "127.0.0.1", "Host: localhost", "X-Forwarded-Host: " + host);
        }
        refuses(WRONG_NAME, "127.0.0.1", "Host: localhost", "Host: evil.example");
    }

    @Test
    void refusesWhatPagesOfOtherSitesCause() {
        for (String site : List.of("cross-site", "same-site", "", "Same-Origin", "anything")) {
            refuses(FOREIGN, "127.0.0.1", "Host: localhost", "Sec-Fetch-Site: " + site);
        }
        for (String page : List.of(
                "http://evil.example",
                "null",
                "",
                "http://localhost:8080",
                "https://localhost:80",
                "http://localhost.evil.example",
                "http://evil@localhost",
                "http://127.0.0.1",
                "file:///etc/passwd",
                "http:localhost",
                "localhost")) {
            refuses(FOREIGN, "127.0.0.1", "Host: localhost", "Origin: " + page);
            refuses(FOREIGN, "127.0.0.1", "Host: localhost", "Referer: " + page);
            refuses(FOREIGN, "127.0.0.1", "Host: localhost", "Origin: http://localhost", "Referer: " + page);
        }
        refuses(FOREIGN, "127.0.0.1", "Origin: http://localhost");
    }

    @Test
    void acceptsItsOwnPages() {
        accepts("127.0.0.1", "Host: localhost", "Origin: http://localhost", FIREFOX);
        accepts("127.0.0.1", "Host: localhost:80", "Referer: http://localhost/admin/?x=http://evil", FIREFOX);
        accepts("127.0.0.1", "Host: localhost:8080", "Origin: http://LOCALHOST:8080");
        accepts("127.0.0.1", "Host: [::1]:8080", "Referer: http://[::1]:8080/");
        accepts("127.0.0.1", "Host: localhost", "Sec-Fetch-Site: none", FIREFOX);
        accepts("127.0.0.1", "Host: localhost", "Sec-Fetch-Site: same-origin", FIREFOX);
    }

    @Test
    void comparesPagesWithTheNameThatAProxyWasAskedFor() {
        String forwarded = "X-Forwarded-For: 127.0.0.1";
        accepts("192.0.2.80", forwarded, "Host: re6st.example.org", "Origin: https://re6st.example.org");
        accepts(
                "192.0.2.80",
                forwarded,
                "Host: 127.0.0.1:8080",
                "X-Forwarded-Host: re6st.example.org",
                "Origin: https://re6st.example.org");
        refuses(FOREIGN, "192.0.2.80", forwarded, "Host: 127.0.0.1:8080", "Origin: https://re6st.example.org");
    }

    @Test
    void refusesBrowsersThatDoNotSayWhereARequestComesFrom() {
        refuses(SILENT_BROWSER, "192.0.2.1", "Host: 192.0.2.7", FIREFOX);
        accepts("192.0.2.1", "Host: 192.0.2.7", "Referer: http://192.0.2.7/admin/", FIREFOX);
    }

    @Test
    void canDoWithoutAnyAuthorizedAddress() {
        Origins none = new Origins(Set.of(), Set.of(), Set.of());
        assertThat(none.refusal(caller("127.0.0.1"))).isPresent();
        assertThat(none.client(caller("127.0.0.1", "X-Forwarded-For: 192.0.2.9")))
                .isEqualTo("127.0.0.1");
    }

    @Test
    void neverTakesAClientsAddressFromTheHostHeaderOrFromStrangers() {
        assertThat(origins.client(caller("127.0.0.1", "X-Forwarded-For:  192.0.2.1 , 192.0.2.2")))
                .isEqualTo("192.0.2.1");
        assertThat(origins.client(caller("192.0.2.80", "X-Forwarded-For: 192.0.2.9")))
                .isEqualTo("192.0.2.9");
        assertThat(origins.client(caller("198.51.100.1", "X-Forwarded-For: 192.0.2.1")))
                .isEqualTo("198.51.100.1");
        assertThat(origins.client(caller("127.0.0.1", "Host: 192.0.2.1"))).isEqualTo("127.0.0.1");
    }

    @Test
    void decidesWhateverTheHeadersAre() {
        Seeds.forEach(5000, (seed, random) -> {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "http://" : "");
            for (int i = random.nextInt(12); i > 0; i--) {
                text.append("[]:/.@a1, %\u00e9".charAt(random.nextInt(12)));
            }
            Caller caller = caller("127.0.0.1", "Host: " + text, "Origin: " + text, "Referer: " + text);
            assertThat(origins.isPrivate(caller) || origins.refusal(caller).isPresent())
                    .isTrue();
        });
    }
}
