package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The administration of a network of 300 nodes, which exists on paper: pages answer at once and the picture is readable. */
@ExtendWith(KeepLogs.class)
final class ManyNodesIT {
    static final int NODES = 300;
    private static final String PASSWORD = "correct horse battery";
    private static final String ADMIN = "http://localhost/admin/";

    private static Lab lab;
    private static LabRegistry registry;
    private static GeneratedNetwork generated;
    private static PretendedNode node;
    private static Browser browser;

    @BeforeAll
    static void start() throws Exception {
        lab = Lab.create();
        Host host = lab.host("h1");
        registry = new LabRegistry(host, ReNetwork.NETWORK);
        registry.makeAuthority();
        generated = GeneratedNetwork.make(registry.folder(), NODES, 10, new Random(1));
        Set<net.re6st.net.Prefix> silent =
                Set.of(generated.nodes().get(7), generated.nodes().get(99));
        node = PretendedNode.start(host, host.directory().resolve("run"), generated, ReNetwork.NETWORK, silent);
        Path password = registry.folder().resolve("password");
        Files.createFile(password, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(password, PASSWORD + "\n");
        registry.start(NetworkPlan.of(1), List.of("--admin-password-file", password.toString()));
        browser = Browser.on(host);
    }

    @AfterAll
    static void end() throws Exception {
        browser.close();
        registry.stop();
        node.close();
        lab.close();
    }

    private static Page logIn(BrowserContext window) {
        Page page = window.newPage();
        page.navigate(ADMIN);
        page.fill("#password", PASSWORD);
        page.click("text=Log in");
        page.waitForSelector("h1:has-text('Overview')");
        return page;
    }

    @Test
    void pagesAnswerInLessThanASecond() {
        try (BrowserContext window = browser.window(Browser.Shape.DESKTOP, ColorScheme.LIGHT)) {
            Page page = logIn(window);
            // Until two that don't answer were given up, which takes some seconds, pages show what there is.
            Await.until("all was seen", Duration.ofSeconds(30), () -> {
                page.navigate(ADMIN);
                return page.textContent(".tiles").contains("298");
            });
            for (String path :
                    List.of("", "nodes", "network", "network.json", "tokens", "keys", "parameters", "audit")) {
                page.navigate(ADMIN + path);
                long begin = System.nanoTime();
                Response response = page.navigate(ADMIN + path);
                long millis = (System.nanoTime() - begin) / 1_000_000;
                Figures.print("/admin/%s with %d nodes: %d ms".formatted(path, NODES, millis));
                assertThat(response.status()).isEqualTo(200);
            }
        }
    }

    @Test
    void screens() {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (Browser.Shape shape : Browser.Shape.values()) {
                try (BrowserContext window = browser.window(shape, scheme)) {
                    String suffix = "-" + shape.name().toLowerCase() + "-"
                            + scheme.name().toLowerCase();
                    Page page = window.newPage();
                    page.navigate("http://localhost/");
                    Browser.keep(page, "many-public" + suffix);
                    page.navigate(ADMIN);
                    Browser.keep(page, "many-login" + suffix);
                    page.fill("#password", PASSWORD);
                    page.click("button:has-text('Log in')");
                    page.waitForSelector("h1:has-text('Overview')");
                    for (String path : List.of(
                            "",
                            "nodes",
                            "tokens",
                            "keys",
                            "parameters",
                            "audit",
                            "node?cn=7/16",
                            "confirm-revoke?cn=7/16",
                            "nodes?q=lille")) {
                        page.navigate(ADMIN + path);
                        Browser.keep(page, "many-" + path.replaceAll("\\W+", "-") + suffix);
                    }
                    page.navigate(ADMIN + "network");
                    page.waitForSelector("#picture[data-ready]");
                    Browser.keep(page, "many-network" + suffix);
                    page.fill("#q", "lille3@");
                    page.press("#q", "Enter");
                    page.waitForSelector(".picked");
                    Browser.keep(page, "many-network-picked" + suffix);
                }
            }
        }
        assertThat(browser.complaints()).isEmpty();
    }
}
