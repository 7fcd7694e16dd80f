package net.re6st.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page that {@code bin/simulate --report} writes. */
class ReportTest {
    /** Whatever a browser would fetch, or run. */
    private static final Pattern FETCHED = Pattern.compile(
            "(?i)<(script|link|img|image|iframe|object|embed|use|base)\\b|@import|url\\(|\\b(src|href|action)\\s*=|https?:|[\"'=]\\s*//");

    /** Names, which nobody fetches. */
    private static final String SVG = "xmlns=\"http://www.w3.org/2000/svg\"";

    @TempDir
    private Path folder;

    @Test
    void hasSeedTablesAndPlotsAndNeedsNothingFromElsewhere() throws Exception {
        String told =
                SimulateProcess.in(folder).run(List.of("steady", "--nodes", "12", "--seed", "4711", "--until", "5m"));
        String html = Files.readString(folder.resolve("report/report.html"));
        assertThat(told).contains("report in " + folder.resolve("report/report.html"));
        assertThat(html).startsWith("<!DOCTYPE html>").endsWith("</html>\n");
        assertThat(html).contains("<code>bin/simulate steady --nodes 12 --seed 4711 --until 5m");
        assertThat(Files.readString(folder.resolve("report/report.txt"))).contains("--seed 4711");
        assertThat(FETCHED.matcher(html.replace(SVG, "")).results().map(MatchResult::group))
                .isEmpty();
        assertPlots(html);
        assertThat(html).contains("What must hold", "<td>holds</td>", "<table>");
    }

    /** Each has its caption, an end, and something drawn in it. */
    private static void assertPlots(String html) {
        List<String> figures = Pattern.compile("<figure>.*?</figure>", Pattern.DOTALL)
                .matcher(html)
                .results()
                .map(MatchResult::group)
                .toList();
        assertThat(figures).hasSizeGreaterThanOrEqualTo(6).allSatisfy(figure -> assertThat(figure)
                .containsPattern("<figcaption>[^<]+</figcaption><svg[^>]*>")
                .containsPattern("<(polyline|path|rect|circle)\\b[^>]*\\b(points|d|height|r)=\"[^\"]+\"")
                .contains("</svg>"));
        assertThat(html).contains("<figcaption>Running nodes</figcaption>");
    }
}
