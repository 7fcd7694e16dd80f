package net.re6st.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import net.re6st.testing.ManualPage;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** re6stnet(8) and {@code --help} tell the same. */
class NodeManualTest {
    @Test
    void describesTheOptionsOfTheDaemonAsTheyAre() throws IOException {
        assertThat(ManualPage.read("re6stnet.8.rst")
                        .differences(
                                new CommandLine(new NodeOptions()).getCommandSpec(), "General", "Routing", "Tunnels"))
                .isEmpty();
    }
}
