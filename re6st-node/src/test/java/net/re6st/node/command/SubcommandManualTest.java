package net.re6st.node.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import net.re6st.testing.ManualPage;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** re6stnet(8) and the subcommands tell the same. */
class SubcommandManualTest {
    private static final String COMMON = "Options of all subcommands";

    @Test
    void describesTheirOptionsAsTheyAre() throws IOException {
        ManualPage page = ManualPage.read("re6stnet.8.rst");
        assertThat(page.differences(new CommandLine(new JsonOptions()).getCommandSpec(), COMMON))
                .isEmpty();
        assertThat(page.differences(new CommandLine(new DoctorOptions()).getCommandSpec(), COMMON, "Options of doctor"))
                .isEmpty();
        assertThat(page.differences(new CommandLine(new TraceOptions()).getCommandSpec(), COMMON))
                .isEmpty();
    }

    @Test
    void namesEachOfThem() throws IOException {
        Path page = Path.of(System.getProperty("re6st.root"), "docs", "re6stnet.8.rst");
        assertThat(Files.readAllLines(page).stream()
                        .filter(line -> line.matches("``re6stnet [a-z]+.*``"))
                        .map(line -> line.replaceAll("``re6stnet ([a-z]+).*", "$1")))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Subcommand.values()).map(Subcommand::word).toList());
    }
}
