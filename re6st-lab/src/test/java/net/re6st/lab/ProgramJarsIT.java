package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The jars that are run hold all classes that can be reached from ours. Of Bouncy Castle they have a few packages only (see
 * the root pom), which unit tests, with all of it, don't notice.
 */
final class ProgramJarsIT {
    /** In which the library packages are whose parts may be left out. */
    private static final String SHRUNK = "org.bouncycastle.";

    @ParameterizedTest
    @CsvSource({"re6st-node, re6stnet", "re6st-registry, re6st-registry", "re6st-conf, re6st-conf"})
    void nothingIsMissing(String module, String program) {
        List<String> jars = jars(module, program);
        String found = jdeps("-verbose:class", "-R", "--multi-release", "17", "-cp", jars.get(0), jars.get(1));
        assertThat(found).contains("net.re6st.", SHRUNK);
        assertThat(found.lines().filter(line -> line.contains(SHRUNK) && line.contains("not found")))
                .isEmpty();
    }

    /** Those of the launcher: the common one, and its own. */
    private static List<String> jars(String module, String program) {
        Path launcher = Path.of(Programs.node()).resolveSibling("launch.sh");
        String script = "root=$1; . \"$2\"; find_jars \"$3\" \"$4\"; echo \"$common\"; echo \"$jar\"";
        Path root = launcher.getParent().getParent();
        return Command.of("sh", "-c", script, "sh", root.toString(), launcher.toString(), module, program)
                .output()
                .lines()
                .toList();
    }

    private static String jdeps(String... words) {
        StringWriter said = new StringWriter();
        ToolProvider tool = ToolProvider.findFirst("jdeps").orElseThrow();
        try (PrintWriter writer = new PrintWriter(said)) {
            tool.run(writer, writer, words);
        }
        return said.toString();
    }
}
