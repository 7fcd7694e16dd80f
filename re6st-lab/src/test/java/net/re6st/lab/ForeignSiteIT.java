package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.ColorScheme;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.re6st.rpc.RegistryApi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A browser on the registry's own host shows a page of somebody else's, which tries to make private calls: by every way in
 * which a page can make a GET request, and under a name of its own that leads to the registry.
 */
@ExtendWith(KeepLogs.class)
final class ForeignSiteIT {
    private static final boolean ALL = Boolean.getBoolean("re6st.all");
    private static final int PORT = 8000;
    private static final String EVIL = "http://evil.example:" + PORT + "/";

    /** What the page does with an address, by name. */
    private static final Map<String, String> WAYS = new TreeMap<>(Map.of(
            "fetch", "fetch(url, {mode: 'no-cors'})",
            "fetch with credentials", "fetch(url, {mode: 'no-cors', credentials: 'include'})",
            "fetch without referrer", "fetch(url, {mode: 'no-cors', referrerPolicy: 'no-referrer'})",
            "image", "new Image().src = url",
            "script", "document.head.append(Object.assign(document.createElement('script'), {src: url}))",
            "frame", "document.body.append(Object.assign(document.createElement('iframe'), {src: url}))",
            "frame without referrer",
                    "document.body.append(Object.assign(document.createElement('iframe'),"
                            + " {referrerPolicy: 'no-referrer', src: url}))",
            "link", "const a = document.createElement('a'); a.href = url; document.body.append(a); a.click()",
            "link without referrer",
                    "const a = document.createElement('a'); a.href = url; a.rel = 'noreferrer';"
                            + " document.body.append(a); a.click()",
            "address", "location.href = url"));

    private static Lab lab;
    private static LabRegistry registry;
    private static HttpServer evil;
    private static Browser browser;

    @BeforeAll
    static void start() throws IOException {
        lab = Lab.create();
        Host host = lab.host("h1");
        registry = new LabRegistry(host, ReNetwork.NETWORK);
        registry.makeAuthority();
        registry.start(NetworkPlan.of(1), List.of());
        evil = host.inside(() ->
                HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), PORT), 0));
        evil.createContext("/", exchange -> {
            byte[] page =
                    "<!DOCTYPE html><html><head></head><body>prizes</body></html>".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        evil.start();
        browser = Browser.on(
                host,
                "--host-resolver-rules=MAP evil.example 127.0.0.1, MAP rebound.example 127.0.0.1",
                // What the page of a public site may send to a private address differs by version: assume anything.
                "--disable-features=BlockInsecurePrivateNetworkRequests,LocalNetworkAccessChecks");
    }

    @AfterAll
    static void end() {
        browser.close();
        evil.stop(0);
        registry.stop();
        lab.close();
    }

    private static List<String> privateTargets() {
        List<String> targets = new ArrayList<>();
        for (RegistryApi method : RegistryApi.values()) {
            if (method.access() == RegistryApi.Access.PRIVATE) {
                String[] values = method.arguments().stream()
                        .map(argument -> argument.name().equals("email") ? "mallory@evil.example" : "stolen")
                        .toArray(String[]::new);
                targets.add(method.target(values));
            }
        }
        return targets;
    }

    @Test
    void noPrivateMethodAnswersAPageOfAnotherSite() {
        List<String> targets = privateTargets();
        assertThat(targets).hasSize(10);
        Map<String, Integer> statuses = new TreeMap<>();
        try (BrowserContext window = browser.window(Browser.Shape.DESKTOP, ColorScheme.LIGHT)) {
            for (String target : targets) {
                // Each method by one way and one method by each, unless there is time for all.
                WAYS.forEach((way, script) -> {
                    if (ALL || way.equals("frame without referrer") || target.startsWith("/revoke")) {
                        statuses.put(target + " by " + way, call(window, target, script));
                    }
                });
            }
        }
        assertThat(statuses).hasSize(ALL ? 10 * WAYS.size() : 10 + WAYS.size() - 1);
        assertThat(statuses)
                .allSatisfy((what, status) -> assertThat(status).as(what).isEqualTo(403));
        assertThat(registry.callOrFail("isToken?token=stolen")).isEmpty();
    }

    private static int call(BrowserContext window, String target, String script) {
        Page page = window.newPage();
        page.navigate(EVIL);
        Response response = page.waitForResponse(
                found -> found.url().contains(target),
                () -> page.evaluate("url => { " + script + " }", "http://127.0.0.1" + target));
        page.close();
        return response.status();
    }

    @Test
    void noPrivateMethodAnswersUnderANameOfSomebodyElse() {
        try (BrowserContext window = browser.window(Browser.Shape.DESKTOP, ColorScheme.LIGHT)) {
            Page page = window.newPage();
            page.navigate("http://rebound.example/");
            for (String target : privateTargets()) {
                // To the browser, this is a request of a page to its own site.
                Object status = page.evaluate("url => fetch(url).then(answer => answer.status)", target);
                assertThat(status).as(target).isEqualTo(403);
            }
        }
        assertThat(registry.callOrFail("isToken?token=stolen")).isEmpty();
    }

    @Test
    void theAdministratorsOwnBrowserIsServed() {
        try (BrowserContext window = browser.window(Browser.Shape.DESKTOP, ColorScheme.LIGHT)) {
            Page page = window.newPage();
            Response response = page.navigate("http://localhost/versions");
            assertThat(response.status()).isIn(200, 204);
        }
    }
}
