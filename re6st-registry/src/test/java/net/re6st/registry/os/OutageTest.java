package net.re6st.registry.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Who waits for a lost server, and for how long. */
class OutageTest {
    private static final long BEGIN = -77;
    private static final long PATIENCE = Outage.PATIENCE.toNanos();
    private static final long PROBING = Outage.PROBING.toNanos();
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final Outage outage = new Outage();

    @Test
    void letsCallsWaitUntilSoLongAfterTheLoss() {
        assertThat(outage.failed(BEGIN)).isTrue();
        assertThat(outage.failed(BEGIN + 1)).isFalse();
        assertThat(outage.mayTry(BEGIN + PATIENCE)).isTrue();
        assertThat(outage.isTooLate(BEGIN - SECOND, BEGIN + PATIENCE - SECOND - 1))
                .isFalse();
        // One that came late waits no longer than those before it.
        assertThat(outage.isTooLate(BEGIN + 4 * SECOND, BEGIN + PATIENCE - 1)).isFalse();
        assertThat(outage.isTooLate(BEGIN + 4 * SECOND, BEGIN + PATIENCE)).isTrue();
    }

    @Test
    void letsOneTryNowAndThenAfterwards() {
        outage.failed(BEGIN);
        long later = BEGIN + PATIENCE + 1;
        assertThat(outage.mayTry(later)).isTrue();
        assertThat(outage.mayTry(later + 1)).isFalse();
        assertThat(outage.mayTry(later + PROBING - 1)).isFalse();
        assertThat(outage.mayTry(later + PROBING)).isTrue();
        assertThat(outage.isTooLate(later, later)).isTrue();
    }

    @Test
    void forgetsTheLossWhenTheServerAnswers() {
        outage.failed(BEGIN);
        assertThat(outage.worked()).isTrue();
        assertThat(outage.worked()).isFalse();
        long later = BEGIN + 2 * PATIENCE;
        assertThat(outage.mayTry(later)).isTrue();
        assertThat(outage.isTooLate(later, later + PATIENCE - 1)).isFalse();
        assertThat(outage.isTooLate(later, later + PATIENCE)).isTrue();
        assertThat(outage.failed(later)).isTrue();
    }
}
