package net.re6st.registry;

import static org.assertj.core.api.Assertions.assertThat;

import net.re6st.testing.Completion;
import org.junit.jupiter.api.Test;

/** The completion for bash, run by bash. */
class CompletionTest {
    private final Completion completion = new Completion("re6st-registry");

    @Test
    void offersEveryLongOption() throws Exception {
        assertThat(completion.of("--")).containsExactlyInAnyOrder(Completion.longNames(new RegistryOptions()));
    }

    @Test
    void offersSubcommandsAndTheirOptions() throws Exception {
        assertThat(completion.of(""))
                .containsExactlyInAnyOrder(
                        "init", "list", "show", "revoke", "token", "ca", "backup", "restore", "migrate", "verify",
                        "audit");
        assertThat(completion.of("token", "")).containsExactly("add", "list", "delete");
        assertThat(completion.of("init", "--n")).containsExactly("--network", "--name");
        assertThat(completion.of("list", "--j")).containsExactly("--json");
    }
}
