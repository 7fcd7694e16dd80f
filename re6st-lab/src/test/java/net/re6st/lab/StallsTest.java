package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class StallsTest {
    private static final long MILLI = 1_000_000;

    private final Stalls stalls = new Stalls();

    @Test
    void aShortPauseExcusesNothing() {
        assertThat(stalls.seen(1000 * MILLI, 1249 * MILLI)).isFalse();
        assertThat(stalls.covers(1100 * MILLI)).isFalse();
        assertThat(stalls.since(0)).isZero();
    }

    @Test
    void coversTheTimeAroundALongOne() {
        assertThat(stalls.seen(1000 * MILLI, 1700 * MILLI)).isTrue();
        assertThat(stalls.covers(699 * MILLI)).isFalse();
        assertThat(stalls.covers(700 * MILLI)).isTrue();
        assertThat(stalls.covers(1999 * MILLI)).isTrue();
        assertThat(stalls.covers(2000 * MILLI)).isFalse();
        assertThat(stalls.since(1999 * MILLI)).isEqualTo(1);
        assertThat(stalls.since(2000 * MILLI)).isZero();
    }
}
