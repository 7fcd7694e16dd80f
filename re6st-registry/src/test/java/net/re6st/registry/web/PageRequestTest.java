package net.re6st.registry.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import net.re6st.net.Bytes;
import net.re6st.registry.core.Caller;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;

/** Requests as anybody may write them. */
class PageRequestTest {
    @Test
    void readsQueriesFormsAndCookies() {
        PageRequest request = request(
                "/admin/nodes?q=a%20b+c&sort=end&broken=%zz&=x&plain",
                Map.of(
                        "Content-Type", List.of("application/x-www-form-urlencoded; charset=UTF-8"),
                        "Cookie", List.of("a=1; re6st-12=secret", "b=2")),
                "email=m%C3%BCller%40example.com&bad=%ff");
        assertThat(request.path()).isEqualTo("/admin/nodes");
        assertThat(request.query()).isEqualTo(Map.of("q", "a b c", "sort", "end"));
        assertThat(request.form()).isEqualTo(Map.of("email", "müller@example.com"));
        assertThat(request.cookie("re6st-12")).contains("secret");
        assertThat(request.cookie("re6st")).isEmpty();
        assertThat(request.query("nothing")).isEmpty();
    }

    @Test
    void takesNothingThatIsThereTwice() {
        PageRequest request = request(
                "/",
                Map.of(
                        "Cookie",
                        List.of("a=1; a=2"),
                        "Origin",
                        List.of("http://a", "http://b"),
                        "Host",
                        List.of("a", "b")),
                "");
        assertThat(request.cookie("a")).isEmpty();
        assertThat(request.origin()).isEmpty();
        assertThat(request.host()).isEmpty();
    }

    @Test
    void readsFormsOfTheOneTypeOnly() {
        assertThat(request("/", Map.of("Content-Type", List.of("text/plain")), "a=b")
                        .form())
                .isEmpty();
        assertThat(request("/", Map.of(), "a=b").form()).isEmpty();
    }

    @Test
    void readsWhateverComes() {
        Seeds.forEach(2000, (seed, random) -> {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(60); i > 0; i--) {
                text.append("%&=+;?/ab0fF\u00ff".charAt(random.nextInt(13)));
            }
            PageRequest request = request(
                    "/" + text,
                    Map.of(
                            "Content-Type", List.of("application/x-www-form-urlencoded"),
                            "Cookie", List.of(text.toString())),
                    text.toString());
            assertThat(request.path()).startsWith("/");
            request.cookie("a");
        });
    }

    private static PageRequest request(String target, Map<String, List<String>> headers, String body) {
        return PageRequest.of(
                "POST",
                target,
                name -> headers.getOrDefault(name, List.of()),
                Bytes.ofLatin1(body),
                Caller.at("::1"),
                false);
    }
}
