package net.re6st.lab;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Debian's Chromium on a host of the laboratory. Keeps pictures of pages in {@code re6st-lab/target/screenshots}, and what
 * pages complained about.
 */
final class Browser implements AutoCloseable {
    /** How wide a window is, and how high. */
    enum Shape {
        DESKTOP(1280, 860),
        PHONE(390, 844);

        private final int width;
        private final int height;

        Shape(int width, int height) {
            this.width = width;
            this.height = height;
        }
    }

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    /** Drawing takes long on a machine that does much else. */
    private static final double LIMIT_MILLIS = 60_000;

    private final Playwright playwright;
    private final com.microsoft.playwright.Browser browser;
    private final List<String> complaints = new ArrayList<>();

    private Browser(Playwright playwright, com.microsoft.playwright.Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    /** {@code moreWords}: further arguments of Chromium. */
    static Browser on(Host host, String... moreWords) throws IOException {
        if (!Files.isExecutable(CHROMIUM)) {
            throw new LabException(CHROMIUM + " is missing: apt-get install chromium");
        }
        // Playwright starts one program; the pipe to it works across network namespaces.
        Path script = host.directory().resolve("chromium");
        String words = String.join(" ", host.namespace().entering(List.of(CHROMIUM.toString())));
        Files.writeString(script, "#!/bin/sh\nexec " + words + " \"$@\"\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        List<String> arguments = new ArrayList<>(List.of("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"));
        arguments.addAll(List.of(moreWords));
        com.microsoft.playwright.Browser browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(script)
                        .setArgs(arguments));
        return new Browser(playwright, browser);
    }

    /** A window with cookies of its own. */
    BrowserContext window(Shape shape, ColorScheme scheme) {
        BrowserContext window = browser.newContext(new com.microsoft.playwright.Browser.NewContextOptions()
                .setViewportSize(shape.width, shape.height)
                .setColorScheme(scheme));
        window.setDefaultTimeout(LIMIT_MILLIS);
        window.onConsoleMessage(message -> {
            if (message.type().equals("error") || message.type().equals("warning")) {
                complaints.add(message.text());
            }
        });
        window.onWebError(error -> complaints.add(error.error()));
        return window;
    }

    /** A window where only what works without scripts works. */
    BrowserContext windowWithoutScripts() {
        BrowserContext window = browser.newContext(
                new com.microsoft.playwright.Browser.NewContextOptions().setJavaScriptEnabled(false));
        window.setDefaultTimeout(LIMIT_MILLIS);
        return window;
    }

    /** What the pages of all windows wrote to the console, such as what their policy forbids. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    static void keep(Page page, String name) {
        Path root = Path.of(System.getProperty("re6st.root", ".."));
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(root.resolve("re6st-lab/target/screenshots/" + name + ".png"))
                .setFullPage(true));
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
