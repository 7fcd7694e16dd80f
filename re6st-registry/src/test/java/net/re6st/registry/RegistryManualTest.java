package net.re6st.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import net.re6st.testing.ManualPage;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** re6st-registry(1) and {@code --help} tell the same. */
class RegistryManualTest {
    @Test
    void describesTheOptionsOfTheServerAsTheyAre() throws IOException {
        assertThat(ManualPage.read("re6st-registry.1.rst")
                        .differences(
                                new CommandLine(new RegistryOptions()).getCommandSpec(),
                                "The CA and the database",
                                "Where it listens",
                                "Who may join",
                                "Who administrates it",
                                "Parameters of the network",
                                "The process"))
                .isEmpty();
    }
}
