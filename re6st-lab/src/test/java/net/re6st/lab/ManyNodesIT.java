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
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import net.re6st.wire.Topology;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The administration of a network of 300 nodes, which exists on paper: pages answer at once and the picture is readable. */
@ExtendWith(KeepLogs.class)
final class ManyNodesIT {
    private static final boolean ALL = Boolean.getBoolean("re6st.all");
    private static final int NODES = ALL ? 300 : 60;
    private static final String PASSWORD = "correct horse battery";
    private static final String ADMIN = "http://localhost/admin/";

    private static final List<String> PATHS = List.of(
            "",
            "nodes?q=lille",
            "node?cn=7/16",
            "confirm-revoke?cn=7/16",
            "tokens",
            "keys",
            "parameters",
            "audit?before=30");

    /** How many pairs of circles overlap. */
    private static final String OVERLAPS =
            """
            () => {
              const boxes = [...document.querySelectorAll('.node circle')].map(c => c.getBoundingClientRect());
              let count = 0;
              boxes.forEach((a, i) => boxes.slice(i + 1).forEach(b => {
                if (Math.hypot(a.x - b.x, a.y - b.y) < (a.width + b.width) / 2) count++;
              }));
              return count;
            }
            """;

    /** How many nodes are not wholly in the frame. */
    private static final String OUTSIDE =
            """
            () => {
              const frame = document.querySelector('#picture').getBoundingClientRect();
              return [...document.querySelectorAll('.node')].map(node => node.getBoundingClientRect())
                .filter(b => b.left < frame.left || b.right > frame.right || b.top < frame.top || b.bottom > frame.bottom)
                .length;
            }
            """;

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
                Set.of(generated.nodes().get(7), generated.nodes().get(NODES / 3));
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
                return page.textContent(".tiles").contains(Integer.toString(NODES - 2));
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
    void thePictureIsReadable() {
        try (BrowserContext window = browser.window(Browser.Shape.DESKTOP, ColorScheme.LIGHT)) {
            Page page = logIn(window);
            page.navigate(ADMIN + "network");
            page.waitForSelector("#picture[data-ready]");
            // Where two circles overlap, neither can be clicked or read.
            assertThat(page.evaluate(OVERLAPS)).isEqualTo(0);
            assertThat(page.evaluate(OUTSIDE)).isEqualTo(0);
            for (String kind : List.of(".near", ".middle", ".far", ":not(.near):not(.middle):not(.far)")) {
                assertThat(page.locator(".tunnel" + kind).count()).as(kind).isPositive();
            }
            String wanted = generated.nodes().get(19).cn();
            page.navigate(ADMIN + "network?node=" + wanted);
            page.waitForSelector("#picture[data-ready]");
            assertThat(page.getAttribute(".picked", "data-cn")).isEqualTo(wanted);
            Topology own = generated.tunnels().get(generated.nodes().get(19));
            int tunnels = own.dialled().size() + own.served().size();
            assertThat(page.locator(".tunnel.own").count()).isEqualTo(tunnels);
            assertThat(page.innerText("#details")).contains(tunnels + " nodes over 1 tunnel");
        }
    }

    @Test
    void everyPageInEachSchemeAndShape() {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (Browser.Shape shape : Browser.Shape.values()) {
                if (ALL || (scheme == ColorScheme.DARK) == (shape == Browser.Shape.PHONE)) {
                    keepPages(shape, scheme);
                }
            }
        }
        assertThat(browser.complaints()).isEmpty();
    }

    private static void keepPages(Browser.Shape shape, ColorScheme scheme) {
        String suffix = ("-" + shape + "-" + scheme).toLowerCase(Locale.ROOT);
        try (BrowserContext window = browser.window(shape, scheme)) {
            Page visitor = window.newPage();
            visitor.navigate("http://localhost/");
            Browser.keep(visitor, "many-public" + suffix);
            Accessibility.check(visitor, "public" + suffix);
            visitor.navigate(ADMIN);
            Browser.keep(visitor, "many-login" + suffix);
            Accessibility.check(visitor, "login" + suffix);
            Page page = logIn(window);
            for (String path : PATHS) {
                page.navigate(ADMIN + path);
                Browser.keep(page, "many-" + path.replaceAll("\\W+", "-") + suffix);
                Accessibility.check(page, path + suffix);
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
