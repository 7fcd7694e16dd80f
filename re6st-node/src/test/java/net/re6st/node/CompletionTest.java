package net.re6st.node;

import static org.assertj.core.api.Assertions.assertThat;

import net.re6st.testing.Completion;
import org.junit.jupiter.api.Test;

/** The completion for bash, run by bash. */
class CompletionTest {
    private final Completion completion = new Completion("re6stnet");

    @Test
    void offersEveryLongOptionOfTheDaemon() throws Exception {
        assertThat(completion.of("--")).containsExactlyInAnyOrder(Completion.longNames(new NodeOptions()));
    }

    @Test
    void offersSubcommandsAndTheirOptions() throws Exception {
        assertThat(completion.of(""))
                .containsExactlyInAnyOrder("status", "tunnels", "peers", "routes", "trace", "top", "doctor", "reload");
        assertThat(completion.of("status", "--")).containsExactlyInAnyOrder("--run", "--json", "--help");
        assertThat(completion.of("doctor", "--c")).containsExactly("--config");
        assertThat(completion.of("top", "--j")).isEmpty();
    }
}
