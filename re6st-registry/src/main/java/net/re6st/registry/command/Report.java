package net.re6st.registry.command;

import java.io.PrintStream;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import net.re6st.config.Json;
import net.re6st.config.Value;

/** What a subcommand tells: lines and tables for people, or one JSON object of a known version for programs. */
final class Report {
    /** Grows when a member goes or means something else; new members don't count. */
    static final int SCHEMA_VERSION = 1;

    private static final String RED = "\u001b[31m";
    private static final String PLAIN = "\u001b[0m";

    private final PrintStream out;
    private final boolean isJson;
    private final boolean isColoured;

    Report(PrintStream out, boolean isJson, boolean isColoured) {
        this.out = out;
        this.isJson = isJson;
        this.isColoured = isColoured;
    }

    boolean isJson() {
        return isJson;
    }

    /** The one object; {@code kind} names its form. */
    void json(String kind, Map<String, Value> members) {
        Map<String, Value> all = new LinkedHashMap<>();
        all.put("version", Value.of(SCHEMA_VERSION));
        all.put("kind", Value.of(kind));
        all.putAll(members);
        out.println(Json.write(new Value.Members(all)));
    }

    void line(String text) {
        out.println(text);
    }

    /** A line that asks for attention. */
    void warn(String text) {
        out.println(red(text));
    }

    String red(String text) {
        return isColoured ? RED + text + PLAIN : text;
    }

    /** Columns as wide as what is in them; rows that are marked are shown in red. */
    void table(List<String> titles, List<List<String>> rows, List<Boolean> marked) {
        int[] widths = new int[titles.size()];
        for (int column = 0; column < widths.length; column++) {
            int at = column;
            widths[column] = Math.max(
                    titles.get(column).length(),
                    rows.stream().mapToInt(row -> row.get(at).length()).max().orElse(0));
        }
        out.println(aligned(titles, widths));
        for (int i = 0; i < rows.size(); i++) {
            String line = aligned(rows.get(i), widths);
            out.println(marked.get(i) ? red(line) : line);
        }
    }

    private static String aligned(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            line.append(cells.get(column));
            if (column < widths.length - 1) {
                line.append(" ".repeat(widths[column] - cells.get(column).length() + 2));
            }
        }
        return line.toString().stripTrailing();
    }

    /** Members in the order in which they are given: name, value, name, value. */
    static Map<String, Value> members(Object... namesAndValues) {
        Map<String, Value> members = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            members.put((String) namesAndValues[i], (Value) namesAndValues[i + 1]);
        }
        return members;
    }

    static Value object(Object... namesAndValues) {
        return new Value.Members(members(namesAndValues));
    }

    static Value time(long unixSeconds) {
        return Value.of(Instant.ofEpochSecond(unixSeconds).toString());
    }

    static Value orNull(Optional<String> text) {
        return text.map(Value::of).orElseGet(Value.Null::new);
    }

    static Value orNull(OptionalLong number) {
        return number.isPresent() ? Value.of(number.getAsLong()) : new Value.Null();
    }
}
