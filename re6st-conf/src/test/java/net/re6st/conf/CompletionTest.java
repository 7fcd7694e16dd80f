package net.re6st.conf;

import static org.assertj.core.api.Assertions.assertThat;

import net.re6st.testing.Completion;
import org.junit.jupiter.api.Test;

/** The completion for bash, run by bash. */
class CompletionTest {
    private final Completion completion = new Completion("re6st-conf");

    @Test
    void offersEveryLongOption() throws Exception {
        assertThat(completion.of("--")).containsExactlyInAnyOrder(Completion.longNames(new ConfOptions()));
    }
}
