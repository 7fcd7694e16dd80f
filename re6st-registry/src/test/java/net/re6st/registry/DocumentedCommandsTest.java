package net.re6st.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import net.re6st.cli.Program;
import net.re6st.cli.ShellLines;
import net.re6st.registry.command.DocumentedSubcommands;
import net.re6st.registry.core.Communities;
import net.re6st.testing.Documents;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** re6st-registry takes what documents tell operators to type, and to write into its files. */
class DocumentedCommandsTest {
    private static final String AUTHORITY = "ca ca.crt\nkey ca.key\n";

    @TempDir
    private Path directory;

    @Test
    void everyCommandIsUnderstood() throws Exception {
        Path file = Files.writeString(directory.resolve("re6st-registry.conf"), AUTHORITY);
        Map<String, Documents.Block> commands = Documents.commandsOf("re6st-registry");
        assertThat(commands).hasSizeGreaterThan(8);
        for (Map.Entry<String, Documents.Block> each : commands.entrySet()) {
            List<String> words = ShellLines.words(each.getKey().replaceAll("@[^ ]*re6st-registry.conf", "@" + file));
            List<String> arguments = words.subList(1, words.size());
            if (!DocumentedSubcommands.parse(arguments)) {
                assertThat(program().parse(arguments, directory))
                        .as(each.toString())
                        .isNotNull();
            }
        }
    }

    @Test
    void everyOptionFileIsUnderstood() throws Exception {
        int seen = 0;
        for (Documents.Block block : Documents.optionFiles("re6st-registry")) {
            boolean whole = block.lines().stream().anyMatch(line -> line.startsWith("ca "));
            String text = String.join("\n", block.lines()) + "\n";
            Path file = Files.writeString(directory.resolve("some.conf"), whole ? text : AUTHORITY + text);
            assertThat(program().parse(List.of("@" + file), directory))
                    .as(block.toString())
                    .isNotNull();
            seen++;
        }
        assertThat(seen).isPositive();
    }

    @Test
    void theExampleOfACommunityFileIsOne() throws Exception {
        List<String> lines = Documents.blocks("docs/communities.rst").get(0).lines();
        Communities.Reading reading = Communities.read(lines, 80);
        assertThat(reading.error()).isEmpty();
        assertThat(reading.communities()).isPresent();
    }

    private static Program<RegistryOptions> program() {
        return Program.withOptionFiles("re6st-registry", RegistryOptions::new);
    }
}
