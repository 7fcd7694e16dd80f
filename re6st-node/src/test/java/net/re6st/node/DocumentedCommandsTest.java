package net.re6st.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import net.re6st.cli.Program;
import net.re6st.cli.ShellLines;
import net.re6st.node.command.DocumentedSubcommands;
import net.re6st.testing.Documents;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** re6stnet takes what documents tell operators to type, and to write into option files. */
class DocumentedCommandsTest {
    private static final String CERTIFIED =
            "registry http://re6st.example.com/\nca ca.crt\ncert cert.crt\nkey cert.key\n";

    @TempDir
    private Path directory;

    @Test
    void everyCommandIsUnderstood() throws Exception {
        Files.writeString(directory.resolve("re6stnet.conf"), CERTIFIED);
        Map<String, Documents.Block> commands = Documents.commandsOf("re6stnet");
        assertThat(commands).hasSizeGreaterThan(5);
        for (Map.Entry<String, Documents.Block> each : commands.entrySet()) {
            List<String> words = ShellLines.words(each.getKey());
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
        for (Documents.Block block : Documents.optionFiles("re6stnet")) {
            boolean whole = block.lines().stream().anyMatch(line -> line.startsWith("registry "));
            String text = String.join("\n", block.lines()) + "\n";
            Path file = Files.writeString(directory.resolve("some.conf"), whole ? text : CERTIFIED + text);
            assertThat(program().parse(List.of("@" + file), directory))
                    .as(block.toString())
                    .isNotNull();
            seen++;
        }
        assertThat(seen).isPositive();
    }

    private static Program<NodeOptions> program() {
        return Program.withOptionFiles("re6stnet", NodeOptions::new);
    }
}
