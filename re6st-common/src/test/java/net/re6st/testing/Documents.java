package net.re6st.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.re6st.cli.ShellLines;

/**
 * The documents for operators: their literal blocks, and what becomes of each in tests.
 *
 * <p>{@code documents.txt} lists every block of every document, in its order, by its first line; so none is forgotten.
 */
public final class Documents {
    private static final Path ROOT = Path.of(System.getProperty("re6st.root", ".."));

    /** For those who change the programs; what they show is not typed by an operator. */
    private static final Set<String> OTHERS = Set.of("docs/ARCHITECTURE.rst", "docs/protocol.rst");

    private Documents() {}

    /** A literal block, without its indentation. */
    public record Block(String document, int line, List<String> lines) {
        String first() {
            return lines.get(0);
        }

        /** The commands in it. */
        public List<String> commands() {
            return ShellLines.commands(lines);
        }

        @Override
        public String toString() {
            return document + ":" + line + ": " + first();
        }
    }

    /** What tests do with a block, and what that is about. */
    public record Treatment(Kind kind, String argument) {}

    public enum Kind {
        /** No commands. */
        TEXT("text"),
        /** An option file of the program that is named. */
        OPTIONS("options"),
        /** Commands of our own programs, which the parsers of these take. */
        PARSE("parse"),
        /** Commands that the laboratory runs as part of the story that is named. */
        LAB("lab"),
        /**
         * Commands that tests run with other names and addresses: the classes that are named, of which the first is a test,
         * have the program and all plain words and options of each command in them.
         */
        ELSEWHERE("elsewhere"),
        /** Commands that no test runs, for the reason that is given. */
        NOT("not");

        private final String word;

        Kind(String word) {
            this.word = word;
        }
    }

    /** Every document, by its path from the root. */
    public static Set<String> all() throws IOException {
        Set<String> documents = new TreeSet<>();
        for (String folder : List.of("", "docs")) {
            try (Stream<Path> files = Files.list(ROOT.resolve(folder))) {
                files.map(file -> ROOT.relativize(file).toString())
                        .filter(name -> name.endsWith(".rst") && !OTHERS.contains(name))
                        .forEach(documents::add);
            }
        }
        return documents;
    }

    /** The literal blocks of one of them. */
    public static List<Block> blocks(String document) throws IOException {
        return blocks(document, Files.readAllLines(ROOT.resolve(document)));
    }

    static List<Block> blocks(String document, List<String> lines) {
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            boolean announces =
                    line.stripTrailing().endsWith("::") || line.strip().startsWith(".. code");
            if (!announces) {
                continue;
            }
            int outside = indentation(line);
            int start = i + 1;
            while (start < lines.size() && lines.get(start).isBlank()) {
                start++;
            }
            int end = start;
            while (end < lines.size() && (lines.get(end).isBlank() || indentation(lines.get(end)) > outside)) {
                end++;
            }
            if (end > start && !lines.get(start).isBlank()) {
                blocks.add(new Block(document, start + 1, unindented(lines.subList(start, end))));
                i = end - 1;
            }
        }
        return blocks;
    }

    private static int indentation(String line) {
        return line.length() - line.stripLeading().length();
    }

    private static List<String> unindented(List<String> lines) {
        int inside = lines.stream()
                .filter(line -> !line.isBlank())
                .mapToInt(Documents::indentation)
                .min()
                .orElseThrow();
        List<String> text = new ArrayList<>();
        lines.forEach(line -> text.add(line.isBlank() ? "" : line.substring(inside)));
        while (text.get(text.size() - 1).isEmpty()) {
            text.remove(text.size() - 1);
        }
        return List.copyOf(text);
    }

    /** What is wrong with the list: documents and blocks that it misses, or that are not there. */
    public static List<String> problems() throws IOException {
        List<String> problems = new ArrayList<>();
        Map<String, List<Entry>> listed = listed();
        Set<String> documents = all();
        listed.keySet().stream()
                .filter(name -> !documents.contains(name))
                .forEach(name -> problems.add(name + " is listed, but not there"));
        for (String document : documents) {
            List<Block> blocks = blocks(document);
            List<Entry> entries = listed.getOrDefault(document, List.of());
            for (int i = 0; i < Math.max(blocks.size(), entries.size()); i++) {
                if (i >= entries.size()) {
                    problems.add("not listed in documents.txt: " + blocks.get(i));
                } else if (i >= blocks.size()) {
                    problems.add("listed in documents.txt, but not there: " + document + ": " + entries.get(i).first);
                } else if (!entries.get(i).first.equals(blocks.get(i).first())) {
                    problems.add("listed as " + entries.get(i).first + ": " + blocks.get(i));
                    break;
                }
            }
        }
        return problems;
    }

    /** All blocks with what is done with them; the list must have no problems. */
    public static Map<Block, Treatment> treatments() throws IOException {
        Map<Block, Treatment> treatments = new LinkedHashMap<>();
        Map<String, List<Entry>> listed = listed();
        for (String document : all()) {
            List<Block> blocks = blocks(document);
            List<Entry> entries = listed.getOrDefault(document, List.of());
            for (int i = 0; i < Math.min(blocks.size(), entries.size()); i++) {
                treatments.put(blocks.get(i), entries.get(i).treatment);
            }
        }
        return treatments;
    }

    /** The blocks of one story, in their order. */
    public static List<Block> story(String name) {
        try {
            return treatments().entrySet().stream()
                    .filter(entry -> entry.getValue().equals(new Treatment(Kind.LAB, name)))
                    .map(Map.Entry::getKey)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The blocks that are option files of a program. */
    public static List<Block> optionFiles(String program) throws IOException {
        return treatments().entrySet().stream()
                .filter(entry -> entry.getValue().equals(new Treatment(Kind.OPTIONS, program)))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Every command in a document that begins with this program, with the block it is in. */
    public static Map<String, Block> commandsOf(String program) throws IOException {
        Map<String, Block> commands = new LinkedHashMap<>();
        treatments().forEach((block, treatment) -> {
            if (treatment.kind != Kind.TEXT && treatment.kind != Kind.OPTIONS) {
                block.commands().stream()
                        .filter(command -> command.equals(program) || command.startsWith(program + " "))
                        .forEach(command -> commands.putIfAbsent(command, block));
            }
        });
        return commands;
    }

    /** The words of the commands of a block by which a test that runs the same can be told: no names, addresses and values. */
    public static Set<String> mainWords(Block block) {
        Set<String> words = new TreeSet<>();
        for (String command : block.commands()) {
            Arrays.stream(command.split("\\s+"))
                    .filter(word -> word.matches("-{0,2}[A-Za-z0-9][\\w-]*(=.*)?"))
                    .map(word -> word.replaceAll("=.*", ""))
                    .forEach(words::add);
        }
        return words;
    }

    private record Entry(Treatment treatment, String first) {}

    private static Map<String, List<Entry>> listed() throws IOException {
        try (InputStream stream = Documents.class.getResourceAsStream("documents.txt")) {
            if (stream == null) {
                throw new IOException("documents.txt is missing from the class path");
            }
            return listed(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static Map<String, List<Entry>> listed(String text) {
        Map<String, List<Entry>> listed = new LinkedHashMap<>();
        List<Entry> entries = new ArrayList<>();
        for (String line : text.lines().toList()) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith(" ")) {
                entries.add(entry(line.strip()));
            } else {
                entries = listed.computeIfAbsent(line.strip(), name -> new ArrayList<>());
            }
        }
        return listed;
    }

    private static Entry entry(String line) {
        int colon = line.indexOf(": ");
        String treatment = colon < 0 ? line : line.substring(0, colon);
        int space = treatment.indexOf(' ');
        String word = space < 0 ? treatment : treatment.substring(0, space);
        for (Kind kind : Kind.values()) {
            if (kind.word.equals(word) && colon >= 0) {
                String argument = space < 0 ? "" : treatment.substring(space + 1);
                return new Entry(new Treatment(kind, argument), line.substring(colon + 2));
            }
        }
        throw new IllegalArgumentException("not understood in documents.txt: " + line);
    }
}
