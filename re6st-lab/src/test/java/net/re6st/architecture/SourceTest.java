package net.re6st.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.re6st.cli.Version;
import net.re6st.testing.Documents;
import org.junit.jupiter.api.Test;

/** What the sources and documents themselves must keep. */
class SourceTest {
    private static final Path ROOT = Path.of(System.getProperty("re6st.root"));
    private static final Pattern CODE_WORD = Pattern.compile("``([^`]+)``");
    private static final Pattern LINK =
            Pattern.compile("<([\\w./-]+)>`_|^\\.\\. _[^:]+: ([\\w./-]+)$", Pattern.MULTILINE);
    private static final Pattern CLASS_NAME = Pattern.compile("[A-Z][A-Za-z0-9]+");

    @Test
    void filesAndMethodsFitTheReader() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        for (Path file : sources()) {
            contents.put(ROOT.relativize(file).toString(), Files.readString(file));
        }
        assertThat(SourceFiles.tooLong(contents)).isEmpty();
    }

    @Test
    void aLongFileOrMethodIsReported() throws IOException {
        String method = "  void f() {\n" + "    x++;\n".repeat(59) + "  }\n";
        assertThat(SourceFiles.tooLong(Map.of("Long.java", "class Long {\n  int x;\n" + method + "}\n")))
                .containsExactly("Long.java:3 f has 61 lines, more than 60: a method fits a screen");
        assertThat(SourceFiles.tooLong(Map.of("Long.java", "class Long {\n" + "\n".repeat(599) + "}\n")))
                .containsExactly("Long.java has 601 lines, more than 600: which second decision does it own?");
        assertThat(SourceFiles.tooLong(
                        Map.of("Fine.java", "class Fine {\n  void f() {\n" + "\n".repeat(58) + "  }\n}\n")))
                .isEmpty();
    }

    @Test
    void theTableOfDecisionsNamesClassesThatExist() throws IOException {
        String document = Files.readString(ROOT.resolve("docs/ARCHITECTURE.rst"));
        List<String> named = classesIn(section(document, "Where is X decided?"));
        assertThat(named).hasSizeGreaterThan(20);
        assertThat(named).isSubsetOf(classes());
    }

    @Test
    void theVersionIsThatOfThePom() throws IOException {
        assertThat(Files.readString(ROOT.resolve("pom.xml")))
                .containsPattern("<artifactId>re6st</artifactId>\\s*<version>" + Pattern.quote(Version.SOFTWARE)
                        + "(-SNAPSHOT)?</version>");
    }

    /** Whoever writes a block says in documents.txt what tests do with it. */
    @Test
    void everyLiteralBlockOfTheDocumentsIsListed() throws IOException {
        assertThat(Documents.problems()).isEmpty();
    }

    @Test
    void theListOfDocumentsHasEachOfThem() throws IOException {
        String list = Files.readString(ROOT.resolve("docs/README.rst"));
        assertThat(Documents.all())
                .filteredOn(name -> name.startsWith("docs/") && !name.equals("docs/README.rst"))
                .hasSizeGreaterThan(20)
                .allMatch(name -> list.contains("<" + name.substring("docs/".length()) + ">"));
    }

    @Test
    void everyLinkOfADocumentLeadsSomewhere() throws IOException {
        Set<String> broken = new TreeSet<>();
        for (String name : Documents.all()) {
            Matcher link = LINK.matcher(Files.readString(ROOT.resolve(name)));
            while (link.find()) {
                String target = link.group(1) == null ? link.group(2) : link.group(1);
                if (!Files.exists(ROOT.resolve(name).resolveSibling(target))) {
                    broken.add(name + ": " + target);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            List<Path> sources = files.filter(
                            file -> ROOT.relativize(file).toString().matches("re6st-\\w+/src/.*\\.java"))
                    .sorted()
                    .toList();
            assertThat(sources).hasSizeGreaterThan(50);
            return sources;
        }
    }

    private static Set<String> classes() throws IOException {
        Set<String> names = new TreeSet<>();
        for (Path file : sources()) {
            if (file.toString().contains("/src/main/")) {
                names.add(file.getFileName().toString().replace(".java", ""));
            }
        }
        return names;
    }

    /** The rows of the table below a title. */
    private static String section(String document, String title) {
        int start = document.indexOf("\n" + title + "\n=");
        assertThat(start).as("section " + title).isNotNegative();
        int end = document.indexOf("\n\n", document.indexOf("question", start));
        return document.substring(start, end);
    }

    private static List<String> classesIn(String text) {
        List<String> names = new ArrayList<>();
        Matcher words = CODE_WORD.matcher(text);
        while (words.find()) {
            if (CLASS_NAME.matcher(words.group(1)).matches()) {
                names.add(words.group(1));
            }
        }
        return names;
    }
}
