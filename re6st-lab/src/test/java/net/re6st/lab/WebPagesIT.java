package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * An administrator's day with the pages of a running network, in Debian's Chromium on the registry's host: four nodes, twelve
 * with {@code --all}. The last one revokes a node.
 */
@ExtendWith(KeepLogs.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class WebPagesIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final boolean ALL = Boolean.getBoolean("re6st.all");
    private static final int NODES = ALL ? 12 : 4;
    private static final String PASSWORD = "correct horse battery";
    private static final String ADMIN = "http://localhost/admin/";

    private static ReNetwork network;
    private static Browser browser;

    @BeforeAll
    static void start() throws Exception {
        network = ReNetwork.build(NetworkPlan.of(NODES).withBehindNat(NODES / 4).withHello(2));
        Path password = network.node(1).host().directory().resolve("password");
        Files.createFile(password, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(password, PASSWORD + "\n");
        network.startRegistry(List.of("--admin-password-file", password.toString()));
        network.enrol();
        network.startNodes();
        network.awaitFirstReachability(LIMIT);
        browser = Browser.on(network.node(1).host());
    }

    @AfterAll
    static void end() {
        browser.close();
        network.close();
    }

    private static Page logIn(BrowserContext window) {
        Page page = window.newPage();
        page.navigate(ADMIN);
        assertThat(page.title()).startsWith("Log in");
        page.fill("#password", PASSWORD);
        page.click("button:has-text('Log in')");
        page.waitForSelector("h1:has-text('Overview')");
        return page;
    }

    private static void reloadUntil(Page page, String path, String what, java.util.function.BooleanSupplier isSo) {
        Await.until(
                what,
                LIMIT,
                () -> {
                    page.navigate(ADMIN + path);
                    return isSo.getAsBoolean();
                },
                () -> page.innerText("main"));
    }

    @Test
    @Order(1)
    void showsTheNetworkAsItIs() {
        try (BrowserContext window = browser.window(Browser.Shape.DESKTOP, ColorScheme.LIGHT)) {
            Page page = logIn(window);
            reloadUntil(
                    page,
                    "nodes",
                    "every node is reachable and says its version",
                    () -> page.locator("tbody .state.good").count() == NODES
                            && page.locator("td[data-label=Version]:has-text('Linux')")
                                            .count()
                                    == NODES);
            for (LabNode node : network.nodes()) {
                assertThat(page.innerText("tbody"))
                        .contains(node.cn(), node.subnet().toString(), node.name() + "@example.com");
            }
            Browser.keep(page, "lab-nodes");
            awaitDelaysOfAll(page);
            // A tunnel that was made just now has no delay yet.
            reloadUntil(page, "network", "each tunnel has a delay", () -> {
                page.waitForSelector("#picture[data-ready]");
                return page.locator(".tunnel:not(.near):not(.middle):not(.far)").count() == 0;
            });
            assertThat(page.locator(".node.reachable").count()).isEqualTo(NODES);
            // All are connected, so there are at least as many tunnels as a tree has.
            assertThat(page.locator(".tunnel").count()).isGreaterThanOrEqualTo(NODES - 1);
            assertThat(page.locator(".tunnel title").allTextContents())
                    .isNotEmpty()
                    .allMatch(text -> text.endsWith(" ms"));
            Browser.keep(page, "lab-network");
            page.click("[data-cn='" + network.node(NODES).cn() + "'] circle");
            assertThat(page.innerText("#details")).contains(network.node(NODES).cn(), "Best paths", "1 tunnel");
            assertThat(page.locator(".tunnel.own").count()).isPositive();
            assertThat(page.locator(".delay").count())
                    .isEqualTo(page.locator(".tunnel.own").count());
            assertThat(page.locator("#details .chips").innerText()).contains(" ms");
            Browser.keep(page, "lab-network-picked");
            page.fill("#q", network.node(2).name() + "@");
            page.press("#q", "Enter");
            assertThat(page.getAttribute(".node.picked", "data-cn"))
                    .isEqualTo(network.node(2).cn());
            page.click("#details h2 a");
            assertThat(page.innerText("h1")).contains(network.node(2).cn());
            assertThat(page.locator("tbody tr").count()).isEqualTo(NODES - 1);
            Browser.keep(page, "lab-node");
        }
        assertThat(browser.complaints()).isEmpty();
    }

    /** The picture has the delay of each tunnel, which is about what an end of it measured, though that changes all the time. */
    private static void awaitDelaysOfAll(Page page) {
        AtomicReference<String> last = new AtomicReference<>("");
        Set<String> agreed = new TreeSet<>();
        Await.until(
                "all delays are those that the nodes measured",
                LIMIT,
                () -> {
                    Map<String, Double> measured = measured();
                    String json =
                            String.valueOf(page.evaluate("() => fetch('network.json').then(answer => answer.text())"));
                    last.set(json + measured + agreed);
                    JsonObject picture = JsonParser.parseString(json).getAsJsonObject();
                    List<JsonObject> nodes = objects(picture, "nodes");
                    List<JsonObject> tunnels = objects(picture, "tunnels");
                    boolean others = false;
                    for (JsonObject tunnel : tunnels) {
                        JsonObject from = nodes.get(tunnel.get("from").getAsInt());
                        JsonObject to = nodes.get(tunnel.get("to").getAsInt());
                        String ends = from.get("cn").getAsString() + " "
                                + to.get("cn").getAsString();
                        if (tunnel.has("delay") && isAbout(tunnel.get("delay").getAsInt(), measured.get(ends))) {
                            agreed.add(ends);
                        }
                        others |= !from.get("registry").getAsBoolean()
                                && !to.get("registry").getAsBoolean();
                        if (!tunnel.has("delay") || !agreed.contains(ends)) {
                            return false;
                        }
                    }
                    return others;
                },
                last::get);
    }

    private static boolean isAbout(int shown, @Nullable Double millis) {
        return millis != null && Math.abs(shown - millis) < 10 + millis / 2;
    }

    /** By the two ends of a tunnel, in both orders, what one of their programs tells. */
    private static Map<String, Double> measured() {
        Map<String, Double> measured = new TreeMap<>();
        for (LabNode node : network.nodes()) {
            String said = node.host()
                    .command(
                            Programs.node(),
                            "tunnels",
                            "--json",
                            "--run",
                            node.run().toString())
                    .within(LIMIT)
                    .output();
            for (JsonObject tunnel : objects(JsonParser.parseString(said).getAsJsonObject(), "tunnels")) {
                if (!tunnel.get("peer").isJsonNull() && !tunnel.get("rttMillis").isJsonNull()) {
                    String peer = tunnel.get("peer").getAsString();
                    double millis = tunnel.get("rttMillis").getAsDouble();
                    measured.put(node.cn() + " " + peer, millis);
                    measured.put(peer + " " + node.cn(), millis);
                }
            }
        }
        return measured;
    }

    private static List<JsonObject> objects(JsonObject parent, String name) {
        return parent.getAsJsonArray(name).asList().stream()
                .map(JsonElement::getAsJsonObject)
                .toList();
    }

    @Test
    @Order(2)
    void sortsAndSearchesWithoutScripts() {
        try (BrowserContext window = browser.windowWithoutScripts()) {
            Page page = logIn(window);
            page.navigate(ADMIN + "nodes");
            page.click("th a:has-text('Prefix')");
            Locator rows = page.locator("tbody th");
            assertThat(page.getAttribute("th:has-text('Prefix')", "aria-sort")).isEqualTo("descending");
            assertThat(rows.first().innerText()).startsWith((NODES - 1) + "/16");
            page.fill("#q", network.node(3).name() + "@example");
            page.press("#q", "Enter");
            assertThat(rows.count()).isEqualTo(1);
            assertThat(rows.first().innerText()).startsWith(network.node(3).cn());
            page.navigate(ADMIN + "network");
            assertThat(page.innerText("main")).contains("needs JavaScript");
        }
    }

    @Test
    @Order(3)
    void makesAndDeletesTokens() {
        try (BrowserContext window = browser.windowWithoutScripts()) {
            Page page = logIn(window);
            page.click("nav >> text=Tokens");
            page.fill("#email", "carol@example.com");
            page.click("button:has-text('Make a token')");
            String command = page.innerText(".card.new .command");
            assertThat(command)
                    .matches("re6st-conf --registry http://localhost/ --fingerprint sha256:[0-9a-f]{64}"
                            + " --email carol@example.com --token [a-z]{8}");
            Browser.keep(page, "lab-tokens");
            String token = command.substring(command.lastIndexOf(' ') + 1);
            assertThat(network.registry().callOrFail("isToken?token=" + token)).isEqualTo("1");
            page.click("button:has-text('Delete')");
            assertThat(page.innerText("[role=status]")).contains("deleted");
            assertThat(network.registry().callOrFail("isToken?token=" + token)).isEmpty();
        }
    }

    @Test
    @Order(4)
    void rotatesTheKeysStepByStep() {
        try (BrowserContext window = browser.windowWithoutScripts()) {
            Page page = logIn(window);
            page.click("nav >> text=Keys");
            for (String button : List.of("Begin a rotation", "Use the new key", "Forget the old key")) {
                List<String> before =
                        network.nodes().stream().map(LabNode::cachedVersion).toList();
                Browser.keep(page, "lab-keys-" + button.toLowerCase(Locale.ROOT).replace(' ', '-'));
                page.click("button:has-text('" + button + "')");
                assertThat(page.innerText("[role=status]")).contains("The step is taken");
                Await.until("every node has the new version", LIMIT, () -> network.nodes().stream()
                        .map(LabNode::cachedVersion)
                        .noneMatch(before::contains));
            }
            assertThat(page.innerText(".progress .current")).contains("At rest");
        }
        network.awaitReachability(LIMIT);
    }

    @Test
    @Order(5)
    void revokesANodeAfterConfirmation() {
        LabNode victim = network.node(NODES);
        try (BrowserContext window = browser.windowWithoutScripts()) {
            Page page = logIn(window);
            page.navigate(ADMIN + "nodes?q=" + victim.name() + "@");
            page.click("text=Revoke…");
            assertThat(page.innerText("h1")).contains("Revoke " + victim.cn());
            Browser.keep(page, "lab-revoke");
            page.click("button:has-text('Revoke " + victim.cn() + "')");
            assertThat(page.innerText("[role=status]")).contains("Revoked");
            assertThat(page.innerText("tbody")).doesNotContain(victim.subnet().toString());
            long from = network.prober().now();
            Await.until(
                    "the revoked node is alone",
                    LIMIT,
                    () -> network
                                    .prober()
                                    .unreachableSince(Math.max(
                                            from,
                                            network.prober().now()
                                                    - Duration.ofSeconds(3).toNanos()))
                                    .stream()
                                    .filter(pair -> pair.contains(victim.name()))
                                    .count()
                            >= 2L * (NODES - 1));
            page.navigate(ADMIN + "audit");
            assertThat(page.innerText("tbody"))
                    .contains("node-revoked", "key-rotated", "token-added", "login admin from");
            Browser.keep(page, "lab-audit");
        }
    }

    @Test
    @Order(6)
    void logsOut() {
        try (BrowserContext window = browser.window(Browser.Shape.PHONE, ColorScheme.DARK)) {
            Page page = logIn(window);
            Browser.keep(page, "lab-overview-phone-dark");
            page.click("text=Log out");
            assertThat(page.title()).startsWith("Log in");
            page.navigate(ADMIN + "tokens");
            assertThat(page.title()).startsWith("Log in");
        }
    }
}
