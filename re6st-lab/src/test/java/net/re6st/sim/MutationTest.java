package net.re6st.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The checks find what is wrong with the core: faults are made on purpose, one at a time, and a scenario must fail. */
class MutationTest {
    private static final Path CORE =
            Path.of(System.getProperty("re6st.root"), "re6st-common/src/main/java/net/re6st/core");

    @TempDir
    private Path folder;

    /** A fault. */
    record Mutation(String what, String file, String scenario, String check, String before, String after) {
        @Override
        public String toString() {
            return what;
        }
    }

    static Stream<Mutation> mutations() throws IOException {
        List<Mutation> mutations = new ArrayList<>();
        try (InputStream file = MutationTest.class.getResourceAsStream("mutations.txt")) {
            String text = new String(file.readAllBytes(), StandardCharsets.UTF_8).replaceAll("(?m)^#.*\n", "");
            for (String part : text.split("(?m)^===\n")) {
                if (!part.isBlank()) {
                    mutations.add(mutation(part.stripLeading()));
                }
            }
        }
        return mutations.stream();
    }

    private static Mutation mutation(String part) {
        String[] lines = part.split("\n", 3);
        String[] words = lines[1].split(" +");
        String[] texts = lines[2].split("(?m)^---\n", 2);
        return new Mutation(lines[0], words[0], words[1], words[2], texts[0], texts[1]);
    }

    @Test
    void everyMutationStillHasItsPlaceInTheCore() throws IOException {
        List<Mutation> mutations = mutations().toList();
        assertThat(mutations).hasSizeGreaterThanOrEqualTo(20);
        for (Mutation mutation : mutations) {
            String source = Files.readString(CORE.resolve(mutation.file() + ".java"));
            assertThat(source.split(java.util.regex.Pattern.quote(mutation.before()), -1))
                    .as(mutation.what())
                    .hasSize(2);
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "re6st.all", matches = "true", disabledReason = "long: bin/test --all")
    void withoutAFaultTheScenariosHold() throws Exception {
        for (String scenario : List.of("all-of-it", "borders", "lost")) {
            assertThat(simulate(scenario)).doesNotContain("FAILED").contains("holds");
        }
    }

    @ParameterizedTest
    @MethodSource("mutations")
    @EnabledIfSystemProperty(named = "re6st.all", matches = "true", disabledReason = "long: bin/test --all")
    void theChecksFindTheFault(Mutation mutation) throws Exception {
        Path file = folder.resolve(mutation.file() + ".java");
        String source = Files.readString(CORE.resolve(mutation.file() + ".java"));
        Files.writeString(file, source.replace(mutation.before(), mutation.after()));
        compile(file);
        assertThat(simulate(mutation.scenario())).containsPattern("FAILED " + mutation.check());
    }

    private void compile(Path file) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options = List.of(
                    "-d", folder.toString(), "-cp", SimulateProcess.CLASS_PATH, "-proc:none", "--release", "17");
            boolean good = compiler.getTask(
                            new PrintWriter(messages),
                            files,
                            null,
                            options,
                            null,
                            files.getJavaFileObjects(file.toFile()))
                    .call();
            assertThat(good).as(messages.toString()).isTrue();
        }
    }

    private String simulate(String scenario) throws Exception {
        List<String> words = scenario.equals("borders") ? List.of(scenario, "--nodes", "100") : List.of(scenario);
        return SimulateProcess.in(folder).classesBefore(folder).run(words);
    }
}
