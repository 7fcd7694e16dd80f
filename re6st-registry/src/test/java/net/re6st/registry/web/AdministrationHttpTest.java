package net.re6st.registry.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.re6st.crypto.Certificate;
import net.re6st.crypto.CertificateRequest;
import net.re6st.crypto.DistinguishedName;
import net.re6st.crypto.RsaPrivateKey;
import net.re6st.net.Prefix;
import net.re6st.registry.web.RunningRegistry.Answer;
import net.re6st.rpc.RegistryApi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real registry: each change is refused in every way but the right one, and each page has the headers that bound it. */
class AdministrationHttpTest {
    private static final String POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self';"
            + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    private static final Pattern INLINE =
            Pattern.compile("<style|\\sstyle=|\\son[a-z]+=|<script(?! src=\")|javascript:");

    @TempDir
    private static Path directory;

    private static RunningRegistry registry;
    private static String cn = "";
    private static String registryNode = "";

    @BeforeAll
    static void start() throws Exception {
        registry = RunningRegistry.start(directory, true, "--anonymous-prefix-length=16", "--prefix-length=16");
        registryNode = join();
        cn = join();
        assertThat(registry.get("/admin/nodes", "Cookie", registry.logIn()).body())
                .contains("confirm-revoke?cn=" + registryNode + "\"", "confirm-revoke?cn=" + cn + "\"");
    }

    private static String join() throws IOException {
        String request = CertificateRequest.create(
                        DistinguishedName.EMPTY, RsaPrivateKey.generate(2048, new java.security.SecureRandom()))
                .pem();
        return Certificate.ofPem(registry.get(RegistryApi.REQUEST_CERTIFICATE.target("", request))
                        .body())
                .flatMap(Certificate::prefix)
                .orElseThrow()
                .cn();
    }

    /** The serial that a form shows; empty if there is no such form. */
    private static String shown(String node, String cookie) throws IOException {
        Matcher matcher = Pattern.compile("name=\"shown\" value=\"([0-9]+)\"")
                .matcher(registry.get("/admin/confirm-revoke?cn=" + node, "Cookie", cookie)
                        .body());
        return matcher.find() ? matcher.group(1) : "";
    }

    @AfterAll
    static void stop() {
        registry.close();
    }

    /** What each action needs; the compiler misses a new one here. */
    private static Map<String, String> rightForm(AdminAction action, String cookie) throws IOException {
        String token = registry.get("/admin/tokens", "Cookie", cookie).formToken();
        Map<String, String> form = new LinkedHashMap<>();
        form.put(
                "form",
                action == AdminAction.LOG_IN ? registry.get("/admin/login").formToken() : token);
        switch (action) {
            case LOG_IN -> form.put("password", RunningRegistry.PASSWORD.replace(" ", "+"));
            case LOG_OUT -> {}
            case ADD_TOKEN -> form.put("email", "new%40example.com");
            case DELETE_TOKEN -> form.put("token", "abcdefgh");
            case REVOKE -> {
                form.put("cn", cn);
                form.put("shown", shown(cn, cookie));
            }
            case ROTATE_KEYS -> form.put("state", state(cookie));
        }
        return form;
    }

    private static String state(String cookie) throws IOException {
        Matcher matcher = Pattern.compile("name=\"state\" value=\"([a-z-]+)\"")
                .matcher(registry.get("/admin/keys", "Cookie", cookie).body());
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    private static String encode(Map<String, String> form) {
        List<String> pairs = new ArrayList<>();
        form.forEach((name, value) -> pairs.add(name + "=" + value));
        return String.join("&", pairs);
    }

    /** The audit log tells of every change. */
    private static int changes(String cookie) throws IOException {
        Answer answer = registry.get("/admin/audit", "Cookie", cookie);
        assertThat(answer.status()).isEqualTo(200);
        return answer.body().split("<tr>", -1).length;
    }

    @Test
    void refusesEveryChangeUnlessEverythingIsRight() throws IOException {
        String watcher = registry.logIn();
        int before = changes(watcher);
        for (AdminAction action : AdminAction.values()) {
            String cookie = registry.logIn();
            String path = "/admin/" + action.path();
            Map<String, String> form = rightForm(action, cookie);
            String body = encode(form);
            Map<String, String> right = registry.own("Cookie", cookie);

            for (Map<String, String> headers : wrongHeaders(cookie)) {
                assertThat(registry.post(path, headers, body).status())
                        .as("%s with %s", action, headers)
                        .isEqualTo(403);
            }
            if (action != AdminAction.LOG_IN) {
                for (String other : List.of("re6st-0=1", cookie + "0", cookie.replaceAll("=.*", "="))) {
                    assertThat(registry.post(path, registry.own("Cookie", other), body)
                                    .status())
                            .as("%s with another cookie", action)
                            .isEqualTo(403);
                }
                assertThat(registry.post(path, registry.own(), body).status())
                        .as("%s without login", action)
                        .isEqualTo(403);
            }
            for (String token : List.of(
                    "",
                    "0".repeat(64),
                    registry.get("/admin/tokens", "Cookie", watcher).formToken())) {
                form.put("form", token);
                assertThat(registry.post(path, right, encode(form)).status())
                        .as("%s with the form's token \"%s\"", action, token)
                        .isEqualTo(403);
            }
            form.remove("form");
            assertThat(registry.post(path, right, encode(form)).status())
                    .as("%s without the form's token", action)
                    .isEqualTo(403);
            for (String method : List.of("GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS")) {
                Answer answer = registry.send(method, path + "?" + body, right, "");
                assertThat(answer.status()).as("%s by %s", action, method).isEqualTo(405);
                assertThat(answer.header("allow")).isEqualTo("POST");
            }
        }
        assertThat(changes(watcher)).isEqualTo(before);
    }

    private static List<Map<String, String>> wrongHeaders(String cookie) {
        List<Map<String, String>> all = new ArrayList<>();
        String host = registry.host();
        for (String[] wrong : new String[][] {
            {"Origin", "http://evil.example"},
            {"Origin", "null"},
            {"Origin", "http://127.0.0.1:1"},
            {"Origin", "http://" + host + ".evil.example"},
            {"Referer", "http://evil.example/page"},
            {"Sec-Fetch-Site", "cross-site"},
            {"Sec-Fetch-Site", "same-site"},
            {"X-Forwarded-For", "192.0.2.7"},
            {"X-Forwarded-For", "127.0.0.1, 192.0.2.7"},
            {"Host", "evil.example:" + registry.port}
        }) {
            all.add(registry.own("Cookie", cookie, wrong[0], wrong[1]));
        }
        Map<String, String> withoutOrigin = registry.own("Cookie", cookie);
        withoutOrigin.remove("Origin");
        all.add(withoutOrigin);
        Map<String, String> rebound =
                registry.own("Cookie", cookie, "Host", "evil.example", "Origin", "http://evil.example");
        all.add(rebound);
        return all;
    }

    @Test
    void makesEveryChangeThatIsRight() throws IOException {
        for (AdminAction action : AdminAction.values()) {
            String cookie = registry.logIn();
            Answer answer = registry.post(
                    "/admin/" + action.path(), registry.own("Cookie", cookie), encode(rightForm(action, cookie)));
            assertThat(answer.status()).as("%s: %s", action, answer.body()).isEqualTo(303);
            if (action == AdminAction.LOG_OUT) {
                assertThat(registry.get("/admin/nodes", "Cookie", cookie).status())
                        .isEqualTo(303);
            }
        }
        String log = registry.get("/admin/audit", "Cookie", registry.logIn()).body();
        assertThat(log).contains("token-added", "node-revoked", "key-rotated", "login admin from 127.0.0.1");
    }

    @Test
    void revokesACertificateByItsSerialAndKeepsTheNode() throws IOException {
        String request = CertificateRequest.create(
                        DistinguishedName.EMPTY, RsaPrivateKey.generate(2048, new java.security.SecureRandom()))
                .pem();
        String issued = registry.get(RegistryApi.REQUEST_CERTIFICATE.target("", request))
                .body();
        Certificate certificate = Certificate.ofPem(issued).orElseThrow();
        String serial = certificate.serial().toString();
        String owner = certificate.prefix().orElseThrow().cn();
        String cookie = registry.logIn();
        Answer found = registry.get("/admin/confirm-revoke?serial=" + serial, "Cookie", cookie);
        assertThat(found.body()).contains("Revoke certificate " + serial, owner);
        for (String nothing : List.of("999", "x", "-1", "1".repeat(30))) {
            assertThat(registry.get("/admin/confirm-revoke?serial=" + nothing, "Cookie", cookie)
                            .status())
                    .as(nothing)
                    .isEqualTo(404);
        }
        String body = "form=" + found.formToken() + "&cn=" + owner.replace("/", "%2F") + "&serial=" + serial;
        Answer done = registry.post("/admin/revoke", registry.own("Cookie", cookie), body);
        assertThat(done.header("location")).isEqualTo("nodes?done=certificate-revoked");
        assertThat(registry.get("/admin/" + done.header("location"), "Cookie", cookie)
                        .body())
                .contains("The certificate is revoked", owner);
        assertThat(registry.get("/admin/confirm-revoke?serial=" + serial, "Cookie", cookie)
                        .body())
                .doesNotContain("Revoke certificate " + serial);
        assertThat(registry.get("/admin/audit", "Cookie", cookie).body())
                .contains("certificate-revoked", "serial " + serial);
    }

    @Test
    void revokesNoPrefixThatIsSomebodyElsesByNow() throws IOException {
        String node = join();
        String cookie = registry.logIn();
        String form = "form=" + registry.get("/admin/tokens", "Cookie", cookie).formToken() + "&cn=" + node + "&shown=";
        String serial = shown(node, cookie);
        for (String other : List.of("", "x", serial + "0")) {
            Answer refused = registry.post("/admin/revoke", registry.own("Cookie", cookie), form + other);
            assertThat(refused.status()).as(other).isEqualTo(409);
            assertThat(refused.body()).contains("has another certificate by now");
        }
        assertThat(registry.post("/admin/revoke", registry.own("Cookie", cookie), form + serial)
                        .status())
                .isEqualTo(303);
    }

    @Test
    void keepsThePrefixOfTheRegistrysNode() throws IOException {
        String cookie = registry.logIn();
        Answer page = registry.get("/admin/confirm-revoke?cn=" + registryNode, "Cookie", cookie);
        Matcher certificate = Pattern.compile("Revoke certificate ([0-9]+)").matcher(page.body());
        assertThat(certificate.find()).isTrue();
        assertThat(shown(registryNode, cookie)).isEmpty();
        Answer refused = registry.post(
                "/admin/revoke",
                registry.own("Cookie", cookie),
                "form=" + page.formToken() + "&cn=" + registryNode + "&shown=" + certificate.group(1));
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.body()).contains("revoke its serial " + certificate.group(1));
    }

    /** Both looked at the page before either was done. */
    @Test
    void takesOneStepForTwoClicksAtATime() throws Exception {
        String cookie = registry.logIn();
        String before = state(cookie);
        String form = encode(rightForm(AdminAction.ROTATE_KEYS, cookie));
        List<CompletableFuture<Integer>> clicks = new ArrayList<>();
        try (Connection held = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("registry.db"));
                Statement statement = held.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            for (int i = 0; i < 2; i++) {
                clicks.add(CompletableFuture.supplyAsync(() -> click(cookie, form)));
            }
            // Time for both to come as far as they do without writing.
            Thread.sleep(1000);
            statement.execute("ROLLBACK");
        }
        assertThat(clicks.stream().map(CompletableFuture::join)).containsExactlyInAnyOrder(303, 409);
        assertThat(state(cookie)).isNotEqualTo(before);
    }

    private static int click(String cookie, String form) {
        try {
            return registry.post("/admin/rotate-keys", registry.own("Cookie", cookie), form)
                    .status();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void takesNoStepTwice() throws IOException {
        String cookie = registry.logIn();
        Map<String, String> form = rightForm(AdminAction.ROTATE_KEYS, cookie);
        form.put("state", "at-rest".equals(form.get("state")) ? "new-used" : "at-rest");
        assertThat(registry.post("/admin/rotate-keys", registry.own("Cookie", cookie), encode(form))
                        .status())
                .isEqualTo(409);
    }

    @Test
    void everyPageNeedsALogin() throws IOException {
        String cookie = registry.logIn();
        for (AdminView view : AdminView.values()) {
            String path = "/admin/" + view.path();
            if (view != AdminView.LOGIN) {
                assertThat(registry.get(path).header("location")).as(path).isEqualTo("login");
                assertThat(registry.get(path, "X-Forwarded-For", "192.0.2.7", "Cookie", cookie)
                                .status())
                        .as(path)
                        .isEqualTo(403);
            }
            assertThat(registry.post(path, registry.own("Cookie", cookie), "a=b")
                            .status())
                    .as(path)
                    .isEqualTo(405);
        }
    }

    @Test
    void tellsOfACertificateThatTwoMachinesUse() throws Exception {
        String cookie = registry.logIn();
        String request = CertificateRequest.create(
                        DistinguishedName.EMPTY, RsaPrivateKey.generate(2048, new java.security.SecureRandom()))
                .pem();
        Prefix node = Certificate.ofPem(registry.get(RegistryApi.REQUEST_CERTIFICATE.target("", request))
                        .body())
                .flatMap(Certificate::prefix)
                .orElseThrow();
        String page = "/admin/node?cn=" + node.cn();
        assertThat(registry.get("/metrics").body()).contains("re6st_registry_nodes_cloned 0.0");
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("registry.db"));
                Statement statement = database.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 20000");
            statement.execute(
                    "INSERT INTO re6st_clash VALUES ('" + node.bits() + "', 3, unixepoch(), '192.0.2.1', '<b>')");
            assertThat(registry.get("/admin/", "Cookie", cookie).body())
                    .contains("nodes?q=cloned", "1 certificate on two machines");
            assertThat(registry.get("/admin/nodes?q=cloned", "Cookie", cookie).body())
                    .contains("tag bad\">cloned");
            assertThat(registry.get(page, "Cookie", cookie).body())
                    .contains("Two machines have its certificate", "3 times", "192.0.2.1", "&lt;b&gt;");
            assertThat(registry.get("/metrics").body()).contains("re6st_registry_nodes_cloned 1.0");
            statement.execute("DELETE FROM re6st_clash");
        }
        assertThat(registry.get(page, "Cookie", cookie).body()).doesNotContain("Two machines");
    }

    @Test
    void everyPageIsBounded() throws IOException {
        String cookie = registry.logIn();
        List<String> paths = new ArrayList<>(List.of(
                "/",
                "/admin/login",
                "/admin/nothing",
                "/admin/node?cn=" + cn,
                "/admin/confirm-revoke?cn=" + cn,
                "/-/nothing"));
        for (AdminView view : AdminView.values()) {
            paths.add("/admin/" + view.path());
        }
        for (Asset asset : Asset.values()) {
            paths.add("/-/" + asset.fileName());
        }
        for (String path : paths) {
            Answer answer = registry.get(path, "Cookie", cookie);
            assertThat(answer.header("content-security-policy")).as(path).isEqualTo(POLICY);
            assertThat(answer.header("x-content-type-options")).as(path).isEqualTo("nosniff");
            assertThat(answer.header("x-frame-options")).as(path).isEqualTo("DENY");
            assertThat(answer.header("referrer-policy")).as(path).isEqualTo("same-origin");
            assertThat(answer.header("cross-origin-opener-policy")).as(path).isEqualTo("same-origin");
            assertThat(answer.header("cross-origin-resource-policy")).as(path).isEqualTo("same-origin");
            assertThat(answer.header("server")).as(path).isEmpty();
            if (answer.header("content-type").startsWith("text/html")) {
                assertThat(answer.body()).as(path).startsWith("<!DOCTYPE html>").doesNotContainPattern(INLINE);
                assertThat(answer.header("cache-control")).as(path).isEqualTo("no-store");
            }
        }
    }

    @Test
    void cookiesAreForThisSiteAndForHttpOnly() throws IOException {
        String form = registry.get("/admin/login").formToken();
        String body = "form=" + form + "&password=" + RunningRegistry.PASSWORD.replace(" ", "+");
        assertThat(registry.post("/admin/log-in", registry.own(), body).header("set-cookie"))
                .matches("re6st-[0-9a-f]{8}=[0-9a-f]{64}; HttpOnly; SameSite=Strict");
        assertThat(registry.post("/admin/log-in", registry.own("X-Forwarded-Proto", "https"), body)
                        .header("set-cookie"))
                .endsWith("; Secure");
    }

    @Test
    void textsOfOthersAreEscaped() throws IOException {
        String email = "\"><script>alert(1)</script>@example.com";
        assertThat(registry.get(RegistryApi.ADD_TOKEN.target(email, "'<b>$(id)"))
                        .status())
                .isEqualTo(204);
        String cookie = registry.logIn();
        String page = registry.get("/admin/tokens", "Cookie", cookie).body();
        assertThat(page)
                .contains("&lt;script&gt;alert(1)")
                .doesNotContain("<script>alert")
                .doesNotContain("<b>$(id)");
        String search = registry.get("/admin/nodes?q=%22%3E%3Cscript%3Ealert(2)", "Cookie", cookie)
                .body();
        assertThat(search).contains("alert(2)").doesNotContain("<script>alert(2)");
    }

    @Test
    void guessingIsSlowedDown() throws IOException {
        // From another address than the other tests, which log in.
        Map<String, String> headers = registry.own("X-Forwarded-For", "::1");
        String body = "form=" + registry.get("/admin/login").formToken() + "&password=";
        for (int i = 0; i < LoginAttempts.PER_ADDRESS; i++) {
            assertThat(registry.post("/admin/log-in", headers, body + "guess" + i)
                            .status())
                    .isEqualTo(403);
        }
        Answer answer = registry.post("/admin/log-in", headers, body + RunningRegistry.PASSWORD.replace(" ", "+"));
        assertThat(answer.status()).isEqualTo(429);
        assertThat(Integer.parseInt(answer.header("retry-after"))).isBetween(1, 900);
        assertThat(registry.logIn()).isNotEmpty();
    }

    @Test
    void refusesLargeForms() throws IOException {
        assertThat(registry.post("/admin/log-in", registry.own(), "a=" + "x".repeat(PageRequest.MAX_BODY_BYTES))
                        .status())
                .isEqualTo(413);
    }

    @Test
    void callsAreAsTheyWere() throws IOException {
        assertThat(registry.get("//getCa").body()).startsWith("-----BEGIN CERTIFICATE");
        assertThat(registry.get("/nothing").status()).isEqualTo(400);
        assertThat(registry.get("/a/b").status()).isEqualTo(400);
        assertThat(registry.get("//").status()).isEqualTo(400);
        assertThat(registry.get("/administration").status()).isEqualTo(400);
        assertThat(registry.send("POST", "/", registry.own(), "a=b").status()).isEqualTo(501);
        assertThat(registry.send("POST", "/getCa", registry.own(), "").status()).isEqualTo(501);
        assertThat(registry.get("/").header("content-type")).startsWith("text/html");
    }
}
