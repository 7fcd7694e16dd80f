package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;

/** What of WCAG 2.1 AA a program can check on a page as the browser shows it. */
final class Accessibility {
    /** Texts whose contrast to what is behind them is less than 4.5 (3 for large ones), each with the ratio. */
    private static final String FAINT =
            """
            () => {
              const parse = text => (text.match(/[\\d.]+/g) || []).map(Number);
              const over = (top, below) => {
                const alpha = top.length > 3 ? top[3] : 1;
                return [0, 1, 2].map(i => top[i] * alpha + below[i] * (1 - alpha));
              };
              const behind = element => {
                const layers = [];
                for (let e = element; e; e = e.parentElement) layers.push(parse(getComputedStyle(e).backgroundColor));
                return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
              };
              const luminance = color => {
                const [r, g, b] = color.map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
              };
              const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
              const faint = new Set();
              while (walker.nextNode()) {
                const text = walker.currentNode.textContent.trim();
                const element = walker.currentNode.parentElement;
                const style = getComputedStyle(element);
                if (text === '' || element.closest('svg, .hidden, .hidden-label, script, noscript')) continue;
                const ground = behind(element);
                const ink = over(parse(style.color), ground);
                const [light, dark] = [luminance(ink), luminance(ground)].sort((a, b) => b - a);
                const ratio = (light + 0.05) / (dark + 0.05);
                const size = parseFloat(style.fontSize);
                const large = size >= 24 || (size >= 18.66 && parseInt(style.fontWeight) >= 700);
                if (ratio < (large ? 3 : 4.5)) faint.add(text.slice(0, 40) + ' ' + ratio.toFixed(2));
              }
              return [...faint].join(', ');
            }
            """;

    /** Fields without a label, pictures without a text, buttons and links without a name. */
    private static final String NAMELESS =
            """
            () => [...document.querySelectorAll('input:not([type=hidden]):not(.hidden), img, button, a')]
              .filter(e => e.matches('input') ? e.labels.length === 0
                : e.matches('img') ? !e.hasAttribute('alt')
                : e.textContent.trim() === '' && !e.getAttribute('aria-label'))
              .map(e => e.outerHTML).join(', ')
            """;

    /** How many elements one Tab after the other reaches show no outline while they have the focus. */
    private static final String FOCUSED =
            """
            () => {
              const e = document.activeElement;
              const style = getComputedStyle(e);
              return e === document.body || style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1
                ? '' : e.outerHTML;
            }
            """;

    private static final int TABS = 12;

    private Accessibility() {}

    static void check(Page page, String name) {
        assertThat(page.evaluate(FAINT)).as(name + ": contrast").isEqualTo("");
        assertThat(page.evaluate(NAMELESS)).as(name + ": names").isEqualTo("");
        // Nothing is cut off at the side.
        assertThat(page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth"))
                .as(name + ": width")
                .isEqualTo(true);
        for (int i = 0; i < TABS; i++) {
            page.keyboard().press("Tab");
            assertThat(page.evaluate(FOCUSED)).as(name + ": focus").isEqualTo("");
        }
    }
}
