package net.re6st.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A manual page in docs: which options it describes, section by section, and where that differs from what a program takes.
 *
 * <p>An option is a term of a definition list, its names in double backquotes, each followed by its value; the text below says
 * {@code Required.}, {@code Default: VALUE.} and {@code May be repeated.} if and only if the program's help does.
 */
public final class ManualPage {
    private static final Path DOCUMENTS =
            Path.of(System.getProperty("re6st.root", "..")).resolve("docs");
    private static final Pattern UNDERLINE = Pattern.compile("([=-])\\1+");
    private static final Pattern TERM = Pattern.compile("``-[^`]+``(?:, ``-[^`]+``)*");
    private static final Pattern DEFAULT = Pattern.compile("\\(?[Dd]efault: (.+?)(?:\\)|\\.(?:\\s|$)|$)");

    private final Map<String, Section> sections;

    private ManualPage(Map<String, Section> sections) {
        this.sections = sections;
    }

    /** The options below one title, by the terms that name them. */
    public record Section(String title, Map<String, String> options) {}

    public static ManualPage read(String name) throws IOException {
        return of(Files.readAllLines(DOCUMENTS.resolve(name)));
    }

    static ManualPage of(List<String> lines) {
        Map<String, Section> sections = new LinkedHashMap<>();
        Section section = new Section("", new LinkedHashMap<>());
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            boolean isTitle = i + 1 < lines.size()
                    && !line.isBlank()
                    && UNDERLINE.matcher(lines.get(i + 1)).matches()
                    && !UNDERLINE.matcher(line).matches();
            if (isTitle) {
                section = new Section(line, new LinkedHashMap<>());
                sections.put(line, section);
            } else if (TERM.matcher(line).matches()) {
                section.options.put(line, indented(lines, i + 1));
            }
        }
        return new ManualPage(sections);
    }

    private static String indented(List<String> lines, int from) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < lines.size() && lines.get(i).startsWith("    "); i++) {
            text.append(lines.get(i).strip()).append(' ');
        }
        return text.toString().strip();
    }

    /** The titles, in their order. */
    public List<String> titles() {
        return List.copyOf(sections.keySet());
    }

    /**
     * Where the sections differ from the options of a program: what only one of them has, and what they tell differently.
     *
     * @param titles the sections that together describe the program; throws if one is not there
     */
    public List<String> differences(CommandSpec program, String... titles) {
        Map<String, String> described = new TreeMap<>();
        List<String> found = new ArrayList<>();
        for (String title : titles) {
            Section section = sections.get(title);
            if (section == null) {
                throw new IllegalArgumentException("no section " + title);
            }
            section.options.forEach((term, text) -> {
                if (described.put(term, text) != null) {
                    found.add("twice: " + term);
                }
            });
        }
        Map<String, OptionSpec> taken = new TreeMap<>();
        program.options().forEach(option -> taken.put(term(option), option));
        TreeSet<String> all = new TreeSet<>(described.keySet());
        all.addAll(taken.keySet());
        for (String term : all) {
            OptionSpec option = taken.get(term);
            String text = described.get(term);
            if (option == null) {
                found.add("unknown: " + term);
            } else if (text == null) {
                found.add("missing: " + term);
            } else {
                found.addAll(differences(term, option, text));
            }
        }
        return found;
    }

    private static List<String> differences(String term, OptionSpec option, String text) {
        List<String> found = new ArrayList<>();
        String help = String.join(" ", option.description());
        String inHelp = defaultOf(option, help);
        String inPage = first(DEFAULT, text);
        if (!inHelp.equals(inPage)) {
            found.add(term + ": its default is '" + inHelp + "', the page says '" + inPage + "'");
        }
        if (option.required() != text.startsWith("Required.")) {
            found.add(term + (option.required() ? ": is required" : ": is not required"));
        }
        boolean repeated = help.toLowerCase(Locale.ROOT).contains("may be repeated");
        if (repeated != text.contains("May be repeated")) {
            found.add(term + (repeated ? ": may be repeated" : ": may not be repeated"));
        }
        return found;
    }

    /** What the page has to call an option. */
    private static String term(OptionSpec option) {
        String label = option.paramLabel();
        boolean isList = option.arity().max() == Integer.MAX_VALUE;
        String value = option.arity().max() == 0 ? "" : " " + label + (isList ? "..." : "");
        List<String> names = new ArrayList<>(Arrays.asList(option.names()));
        names.sort((a, b) -> Boolean.compare(a.startsWith("--"), b.startsWith("--")));
        return String.join(
                ", ", names.stream().map(name -> "``" + name + value + "``").toList());
    }

    /** As help tells it; help must tell what an option is without having been given. */
    private static String defaultOf(OptionSpec option, String help) {
        Object initial = option.initialValue();
        boolean hasNone =
                initial == null || initial.equals(false) || initial.toString().isEmpty() || initial.equals(List.of());
        String told = first(DEFAULT, help);
        if (!hasNone && !told.equals(String.valueOf(initial))) {
            throw new IllegalArgumentException(term(option) + ": help must tell its default, " + initial);
        }
        return told;
    }

    /** The first match, in one line, without marks. */
    private static String first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1).replace("``", "").strip() : "";
    }
}
