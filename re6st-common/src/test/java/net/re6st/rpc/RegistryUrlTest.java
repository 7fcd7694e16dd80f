package net.re6st.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;

class RegistryUrlTest {
    @Test
    void keepsTheBasePathWithoutTrailingSlashes() {
        RegistryUrl url = RegistryUrl.parse("http://[2001:db8::1]:8080/a/b//").orElseThrow();
        assertThat(url).isEqualTo(new RegistryUrl(false, "2001:db8::1", 8080, "/a/b"));
        assertThat(url.hostHeader()).isEqualTo("[2001:db8::1]:8080");
    }

    @Test
    void leavesOutTheDefaultPort() {
        assertThat(RegistryUrl.parse("https://example.org:443").orElseThrow().hostHeader())
                .isEqualTo("example.org");
        assertThat(RegistryUrl.parse("http://example.org:443").orElseThrow().hostHeader())
                .isEqualTo("example.org:443");
    }

    @Test
    void refusesOtherSchemesAndParts() {
        for (String text : new String[] {
            "",
            "example.org",
            "ftp://example.org",
            "http://",
            "http:///x",
            "http://a@example.org",
            "http://example.org/?x",
            "http://example.org/#x",
            "http://example.org:0",
            "http://example.org:65536",
            "http://exa mple.org",
            "http://example.org/\r\nX: y",
            "http://exämple.org"
        }) {
            assertThat(RegistryUrl.parse(text)).as(text).isEmpty();
        }
    }

    @Test
    void survivesAnyText() {
        Seeds.forEach(10_000, (seed, random) -> {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "http://" : "");
            for (int i = random.nextInt(20); i > 0; i--) {
                text.append(
                        random.nextBoolean() ? (char) random.nextInt(128) : "[]:/@?#%a1.".charAt(random.nextInt(11)));
            }
            RegistryUrl.parse(text.toString())
                    .ifPresent(url -> assertThat(url.hostHeader()).doesNotContain(" ", "\r", "\n", "/"));
        });
    }
}
