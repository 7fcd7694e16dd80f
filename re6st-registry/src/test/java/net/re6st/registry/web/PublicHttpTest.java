package net.re6st.registry.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What everybody sees of the real registry, with the administration off. */
class PublicHttpTest {
    @TempDir
    private Path directory;

    @Test
    void theAdministrationIsOffByDefault() throws Exception {
        try (RunningRegistry registry = RunningRegistry.start(directory, false)) {
            for (String path : List.of("/admin", "/admin/", "/admin/login", "/admin/log-in", "/admin/nodes")) {
                assertThat(registry.get(path).status()).as(path).isEqualTo(404);
                assertThat(registry.post(path, registry.own(), "a=b").status())
                        .as(path)
                        .isEqualTo(404);
            }
            String page = registry.get("/").body();
            assertThat(page)
                    .contains("re6st-conf --registry http://" + registry.host() + "/ --fingerprint sha256:")
                    .doesNotContain("Administration");
            assertThat(registry.get("/", "Host", "evil\"><b>").body()).doesNotContain("evil");
        }
    }

    @Test
    void showsTheAdministratorsOwnFiles() throws Exception {
        Path home = Files.createDirectories(directory.resolve("home/deep"));
        Files.writeString(directory.resolve("home/index.html"), "<h1>Ours</h1>");
        Files.writeString(directory.resolve("home/getCa"), "not shown");
        Files.writeString(home.resolve("a b.css"), "b {}");
        Files.writeString(directory.resolve("home/.secret"), "secret");
        Files.createSymbolicLink(directory.resolve("home/link.txt"), directory.resolve("ca.key"));
        try (RunningRegistry registry = RunningRegistry.start(directory, true, "--home=home")) {
            assertThat(registry.get("/").body()).isEqualTo("<h1>Ours</h1>");
            assertThat(registry.get("/index.html").header("content-type")).isEqualTo("text/html; charset=utf-8");
            assertThat(registry.get("/deep/a%20b.css").header("content-type")).isEqualTo("text/css; charset=utf-8");
            assertThat(registry.get("/deep/a%20b.css").header("content-security-policy"))
                    .startsWith("default-src 'self';")
                    .contains("frame-ancestors 'none'");
            assertThat(registry.get("/getCa").body()).startsWith("-----BEGIN");
            assertThat(registry.get("/hello?client_prefix=x").status()).isEqualTo(400);
            assertHidden(registry);
            assertThat(registry.get("/admin/login").status()).isEqualTo(200);
        }
    }

    private static void assertHidden(RunningRegistry registry) throws IOException {
        for (String path : List.of(
                "/deep",
                "/deep/",
                "/.secret",
                "/link.txt",
                "/../ca.key",
                "/deep/../../ca.key",
                "/%2e%2e/ca.key",
                "/..%2fca.key",
                "/deep/%2e%2e%2f%2e%2e%2fca.key",
                "/..\\ca.key",
                "/index.html%00",
                "/index.html/",
                "/nothing")) {
            RunningRegistry.Answer answer = registry.get(path);
            assertThat(answer.status()).as(path).isIn(400, 404);
            assertThat(answer.body()).as(path).doesNotContain("PRIVATE").doesNotContain("secret");
        }
    }

    @Test
    void refusesAPasswordThatOthersCanRead() throws Exception {
        Files.writeString(directory.resolve("open"), "long enough to be good\n");
        directory.resolve("open").toFile().setReadable(true, false);
        assertThat(org.assertj.core.api.Assertions.catchThrowable(
                        () -> RunningRegistry.start(directory, false, "--admin-password-file=open")))
                .hasMessageContaining("chmod 600 open");
    }
}
