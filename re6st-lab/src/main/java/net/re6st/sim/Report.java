package net.re6st.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What came of a run: the same sections as a text, and as a page with plots that needs nothing from any other host. */
final class Report {
    private final String title;
    private final String about;
    private final String command;
    private final List<Section> sections = new ArrayList<>();

    /** A table, maybe with plots below. The first row has the names of the columns. */
    private record Section(String title, String note, List<List<String>> rows, List<Plot> plots) {}

    Report(String title, String about, String command) {
        this.title = title;
        this.about = about;
        this.command = command;
    }

    void section(String name, String note, List<List<String>> rows, List<Plot> plots) {
        sections.add(new Section(name, note, rows, plots));
    }

    static Report of(Run run) {
        return RunReport.of(run);
    }

    String text() {
        StringBuilder text = new StringBuilder();
        text.append('\n')
                .append(title)
                .append('\n')
                .append("=".repeat(title.length()))
                .append('\n');
        if (!about.isEmpty()) {
            text.append(about).append('\n');
        }
        text.append("bin/simulate ").append(command).append('\n');
        for (Section section : sections) {
            text.append('\n').append(section.title()).append('\n');
            text.append("-".repeat(section.title().length())).append('\n');
            if (!section.note().isEmpty()) {
                text.append(section.note()).append('\n');
            }
            int columns = section.rows().stream().mapToInt(List::size).max().orElse(0);
            int[] widths = new int[columns];
            for (List<String> row : section.rows()) {
                for (int i = 0; i < row.size(); i++) {
                    widths[i] = Math.max(widths[i], row.get(i).length());
                }
            }
            for (List<String> row : section.rows()) {
                StringBuilder line = new StringBuilder(" ");
                for (int i = 0; i < row.size(); i++) {
                    line.append(' ')
                            .append(row.get(i))
                            .append(" ".repeat(widths[i] - row.get(i).length() + 1));
                }
                text.append(line.toString().stripTrailing()).append('\n');
            }
        }
        return text.toString();
    }

    String html() {
        StringBuilder html = new StringBuilder(HEAD.formatted(Plot.escape(title)));
        html.append("<header><h1>").append(Plot.escape(title)).append("</h1>\n");
        html.append("<p>").append(Plot.escape(about)).append("</p>\n");
        html.append("<p><code>bin/simulate ").append(Plot.escape(command)).append("</code></p></header>\n");
        for (Section section : sections) {
            html.append("<section><h2>").append(Plot.escape(section.title())).append("</h2>\n");
            if (!section.note().isEmpty()) {
                html.append("<p>").append(Plot.escape(section.note())).append("</p>\n");
            }
            table(html, section.rows());
            html.append("<div class=\"plots\">\n");
            for (Plot plot : section.plots()) {
                html.append("<figure><figcaption>")
                        .append(Plot.escape(plot.title()))
                        .append("</figcaption>")
                        .append(plot.svg())
                        .append("</figure>\n");
            }
            html.append("</div></section>\n");
        }
        return html.append("</main></body></html>\n").toString();
    }

    private static void table(StringBuilder html, List<List<String>> rows) {
        if (rows.isEmpty()) {
            return;
        }
        html.append("<div class=\"table\"><table><thead><tr>");
        rows.get(0)
                .forEach(cell -> html.append("<th>").append(Plot.escape(cell)).append("</th>"));
        html.append("</tr></thead><tbody>\n");
        for (List<String> row : rows.subList(1, rows.size())) {
            String failed = row.stream().anyMatch(cell -> cell.startsWith("FAILED")) ? " class=\"failed\"" : "";
            html.append("<tr").append(failed).append('>');
            html.append(row.stream()
                    .map(cell -> "<td>" + Plot.escape(cell) + "</td>")
                    .collect(Collectors.joining()));
            html.append("</tr>\n");
        }
        html.append("</tbody></table></div>\n");
    }

    static String number(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 1000 ? "%.1f" : "%,.0f", value);
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }

    private static final String HEAD =
            """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>%s</title>
            <style>
            :root { color-scheme: light dark; --ink: #1b1f24; --paper: #ffffff; --line: #d5dae0; --soft: #f4f6f8; --bad: #b3261e; }
            @media (prefers-color-scheme: dark) {
             :root { --ink: #e6e9ec; --paper: #15181c; --line: #3a4048; --soft: #1e2329; --bad: #ff8a80; }
            }
            * { box-sizing: border-box; }
            body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
            main { max-width: 1240px; margin: 0 auto; padding: 1.5rem; }
            h1 { font-size: 1.6rem; margin: 0 0 .3rem; }
            h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line); padding-bottom: .2rem; }
            header p { margin: .2rem 0; }
            code { background: var(--soft); padding: .1rem .4rem; border-radius: 4px; }
            .table { overflow-x: auto; }
            table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
            th, td { text-align: left; padding: .25rem 1rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
            th { font-weight: 600; }
            tr.failed td { color: var(--bad); font-weight: 600; }
            .plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(440px, 1fr)); gap: 1rem; margin-top: 1rem; }
            figure { margin: 0; padding: .8rem; background: var(--soft); border-radius: 8px; }
            figcaption { font-weight: 600; margin-bottom: .3rem; }
            svg { width: 100%%; height: auto; display: block; }
            svg text { fill: var(--ink); font-size: 12px; }
            svg .label { font-size: 12.5px; }
            svg .grid { stroke: var(--line); stroke-width: 1; }
            svg .axis { stroke: var(--ink); stroke-width: 1; }
            @media (max-width: 520px) { .plots { grid-template-columns: 1fr; } }
            </style></head><body><main>
            """;
}
