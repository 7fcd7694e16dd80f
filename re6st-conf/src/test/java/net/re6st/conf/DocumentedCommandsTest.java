package net.re6st.conf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import net.re6st.cli.Program;
import net.re6st.cli.ShellLines;
import net.re6st.testing.Documents;
import org.junit.jupiter.api.Test;

/** re6st-conf takes what documents tell operators to type. */
class DocumentedCommandsTest {
    @Test
    void everyCommandIsUnderstood() throws Exception {
        Map<String, Documents.Block> commands = Documents.commandsOf("re6st-conf");
        assertThat(commands).hasSizeGreaterThan(4);
        for (Map.Entry<String, Documents.Block> each : commands.entrySet()) {
            List<String> words = ShellLines.words(each.getKey());
            assertThat(Program.of("re6st-conf", ConfOptions::new).parse(words.subList(1, words.size()), Path.of("")))
                    .as(each.toString())
                    .isNotNull();
        }
    }
}
