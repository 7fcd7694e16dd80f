package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Each warning and error of {@code re6stnet doctor} has a test in the laboratory that breaks just that:
 * {@code findings.txt} says which. Each line is {@code CLASS.METHOD: TEXT}, where the text is a part of the call that makes the finding.
 */
class DoctorFindingsTest {
    private static final Path ROOT = Path.of(System.getProperty("re6st.root"));
    private static final Path CHECKS = ROOT.resolve("re6st-node/src/main/java/net/re6st/node/command");
    private static final Path TESTS = ROOT.resolve("re6st-lab/src/test/java/net/re6st/lab");
    private static final Path TABLE = ROOT.resolve("re6st-lab/src/test/resources/net/re6st/lab/findings.txt");
    private static final Pattern BEGINNING = Pattern.compile("Finding\\.(warning|error)\\(");
    private static final Pattern LINE = Pattern.compile("(\\w+)\\.(\\w+): (.+)");

    @Test
    void everyFindingIsMadeInTheLaboratory() throws IOException {
        List<String> calls = calls();
        assertThat(calls).hasSizeGreaterThan(40);
        List<String> texts = new ArrayList<>();
        for (String line : lines()) {
            Matcher parts = LINE.matcher(line);
            assertThat(parts.matches()).as(line).isTrue();
            texts.add(parts.group(3));
        }
        assertThat(calls).as("a finding without a test in findings.txt").allMatch(call -> texts.stream()
                .anyMatch(call::contains));
        assertThat(texts).as("a text that no finding has any more").allMatch(text -> calls.stream()
                .anyMatch(call -> call.contains(text)));
    }

    @Test
    void theTestsAreThere() throws IOException {
        for (String line : lines()) {
            Matcher parts = LINE.matcher(line);
            assertThat(parts.matches()).as(line).isTrue();
            assertThat(parts.group(1)).as(line).endsWith("IT");
            assertThat(Files.readString(TESTS.resolve(parts.group(1) + ".java")))
                    .as(line)
                    .contains("void " + parts.group(2) + "(");
        }
    }

    private static List<String> lines() throws IOException {
        return Files.readAllLines(TABLE).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
    }

    /** Everything between the parentheses, on one line. */
    private static List<String> calls() throws IOException {
        List<Path> files;
        try (Stream<Path> listed = Files.list(CHECKS)) {
            files = listed.filter(file -> file.toString().endsWith(".java") && !file.endsWith("Finding.java"))
                    .toList();
        }
        List<String> calls = new ArrayList<>();
        for (Path file : files) {
            String source = Files.readString(file);
            Matcher found = BEGINNING.matcher(source);
            while (found.find()) {
                String call = source.substring(found.start(), end(source, found.end()));
                calls.add(call.replaceAll("\\s+", " ").replace("\" + \"", "").replace("( ", "("));
            }
        }
        return calls;
    }

    private static int end(String source, int from) {
        int depth = 1;
        int at = from;
        while (depth > 0) {
            char c = source.charAt(at++);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        }
        return at;
    }
}
