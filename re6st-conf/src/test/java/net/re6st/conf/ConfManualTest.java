package net.re6st.conf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import net.re6st.testing.ManualPage;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** re6st-conf(1) and {@code --help} tell the same. */
class ConfManualTest {
    @Test
    void describesTheOptionsAsTheyAre() throws IOException {
        assertThat(ManualPage.read("re6st-conf.1.rst")
                        .differences(new CommandLine(new ConfOptions()).getCommandSpec(), "OPTIONS"))
                .isEmpty();
    }
}
