package net.re6st.registry.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Times as people read them. */
class WordsTest {
    @Test
    void saysHowLongAgoOrUntilWhen() {
        assertThat(Words.relative(100, 100)).isEqualTo("just now");
        assertThat(Words.relative(101, 100)).isEqualTo("just now");
        assertThat(Words.relative(90, 100)).isEqualTo("10 seconds ago");
        assertThat(Words.relative(100 + 119, 100)).isEqualTo("in 119 seconds");
        assertThat(Words.relative(100 + 120, 100)).isEqualTo("in 2 minutes");
        assertThat(Words.relative(100 - 7200, 100)).isEqualTo("2 hours ago");
        assertThat(Words.relative(100 + 47 * 3600, 100)).isEqualTo("in 47 hours");
        assertThat(Words.relative(100 + 48 * 3600, 100)).isEqualTo("in 2 days");
    }

    @Test
    void writesDatesInUtc() {
        assertThat(Words.date(1_800_000_000)).isEqualTo("2027-01-15");
        assertThat(Words.time(1_800_000_000)).isEqualTo("2027-01-15 08:00:00 UTC");
        assertThat(Words.count(1, "node") + ", " + Words.count(2, "node")).isEqualTo("1 node, 2 nodes");
        assertThat(Words.encode("a b&c")).isEqualTo("a+b%26c");
    }
}
