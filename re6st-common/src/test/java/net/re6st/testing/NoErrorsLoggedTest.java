package net.re6st.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class NoErrorsLoggedTest {
    @Test
    void noticesErrorsOnly() {
        LoggerFactory.getLogger("some.Class").error("we stop");
        LoggerFactory.getLogger("some.Class").debug("a reason");
        assertThat(NoErrorsLogged.take()).containsExactly("some.Class: we stop");
        assertThat(NoErrorsLogged.take()).isEmpty();
    }
}
