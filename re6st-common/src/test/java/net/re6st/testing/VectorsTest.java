package net.re6st.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class VectorsTest {
    @Test
    void readsRecordedFiles() {
        assertThat(Vectors.json("integers.json").has("encode")).isTrue();
    }

    @Test
    void namesTheSeedOfAFailure() {
        assertThatThrownBy(() ->
                        Seeds.forEach(5, (seed, random) -> assertThat(seed).isLessThan(3)))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("seed 3 (rerun with -Dre6st.seed=3)");
    }
}
