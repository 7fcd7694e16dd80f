package net.re6st.node.command;

import java.util.ArrayList;
import java.util.List;
import net.re6st.node.command.Terminal.Tone;

/** Rows of words under a title each, in columns as wide as their widest word. Pure. */
final class Table {
    private static final String GAP = "  ";

    private final List<String> titles = new ArrayList<>();
    private final List<Boolean> right = new ArrayList<>();
    private final List<List<Cell>> rows = new ArrayList<>();

    private record Cell(String text, Tone tone) {}

    /** Adds a column of words. */
    Table column(String title) {
        titles.add(title);
        right.add(false);
        return this;
    }

    /** Adds a column of numbers. */
    Table number(String title) {
        titles.add(title);
        right.add(true);
        return this;
    }

    /** Begins a row. */
    Table row() {
        rows.add(new ArrayList<>());
        return this;
    }

    Table cell(String text) {
        return cell(text, Tone.PLAIN);
    }

    /** Adds the next word of the row; the empty one is shown as a dash. */
    Table cell(String text, Tone tone) {
        rows.get(rows.size() - 1).add(new Cell(text.isEmpty() ? "-" : text, tone));
        return this;
    }

    List<String> lines(Terminal terminal) {
        int[] widths = new int[titles.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = titles.get(i).length();
            for (List<Cell> row : rows) {
                widths[i] = Math.max(widths[i], row.get(i).text().length());
            }
        }
        List<String> lines = new ArrayList<>();
        List<Cell> head =
                titles.stream().map(title -> new Cell(title, Tone.TITLE)).toList();
        lines.add(line(head, widths, terminal));
        rows.forEach(row -> lines.add(line(row, widths, terminal)));
        return lines;
    }

    private String line(List<Cell> cells, int[] widths, Terminal terminal) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            Cell cell = cells.get(i);
            String space = " ".repeat(widths[i] - cell.text().length());
            String painted = terminal.paint(cell.tone(), cell.text());
            boolean last = i == cells.size() - 1;
            line.append(i == 0 ? "" : GAP).append(right.get(i) ? space + painted : last ? painted : painted + space);
        }
        return line.toString();
    }
}
