package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.re6st.testing.Documents;
import org.junit.jupiter.api.Test;

/** What the list of documents says that tests do, tests do. */
class DocumentsTest {
    private static final Path ROOT = Path.of(System.getProperty("re6st.root", ".."));
    private static final Pattern STORY = Pattern.compile("Documents\\.story\\(\"([a-z-]+)\"\\)");

    @Test
    void everyStoryIsToldByATestOfTheLaboratory() throws IOException {
        Set<String> told = new TreeSet<>();
        for (Path file : tests()) {
            Matcher story = STORY.matcher(Files.readString(file));
            while (story.find()) {
                told.add(story.group(1));
            }
        }
        assertThat(told).isEqualTo(arguments(Documents.Kind.LAB));
    }

    /** Comments don't count. */
    @Test
    void whatIsRunElsewhereIsInTheTestsThatAreNamed() throws IOException {
        Map<String, Path> classes = tests().stream()
                .collect(Collectors.toMap(
                        file -> file.getFileName().toString().replace(".java", ""), file -> file, (one, other) -> one));
        for (Map.Entry<Documents.Block, Documents.Treatment> each :
                Documents.treatments().entrySet()) {
            if (each.getValue().kind() == Documents.Kind.ELSEWHERE) {
                List<String> names = List.of(each.getValue().argument().split(" "));
                assertThat(names.get(0)).as(each.getKey().toString()).matches("\\w+(Test|IT)");
                assertThat(classes.keySet()).as(each.getKey().toString()).containsAll(names);
                StringBuilder code = new StringBuilder();
                for (String name : names) {
                    code.append(Files.readString(classes.get(name)).replaceAll("(?s)/\\*.*?\\*/|(?<!:)//[^\\n]*", ""));
                }
                assertThat(Documents.mainWords(each.getKey()))
                        .as(each.getKey() + " in " + names)
                        .allMatch(word -> Pattern.compile("(?<![\\w-])" + Pattern.quote(word) + "(?![\\w-])")
                                .matcher(code)
                                .find());
            }
        }
    }

    @Test
    void everyBlockThatIsNotRunHasAReason() throws IOException {
        assertThat(arguments(Documents.Kind.NOT)).allMatch(reason -> reason.matches("\\(.{10,}\\)"));
    }

    /** Commands of ours are not hidden among what counts as text. */
    @Test
    void noTextIsACommand() throws IOException {
        for (Map.Entry<Documents.Block, Documents.Treatment> each :
                Documents.treatments().entrySet()) {
            if (each.getValue().kind() == Documents.Kind.TEXT) {
                assertThat(each.getKey().lines())
                        .as(each.getKey().toString())
                        .noneMatch(line ->
                                line.matches("(re6stnet|re6st-registry|re6st-conf|openssl|ip|nft|systemctl|sysctl) .*"))
                        .isNotEmpty();
            }
        }
    }

    private static Set<String> arguments(Documents.Kind kind) throws IOException {
        return Documents.treatments().values().stream()
                .filter(treatment -> treatment.kind() == kind)
                .map(Documents.Treatment::argument)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<Path> tests() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> ROOT.relativize(file)
                            .toString()
                            .matches("re6st-(\\w+/src/test|lab/src/main)/java/.*\\.java"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
