package net.re6st.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.re6st.net.Moment;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;

class BucketsTest {
    private static final int BURST = 5;
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    private final Buckets<String> buckets = new Buckets<>(BURST, INTERVAL, 10);
    private Moment now = new Moment(Long.MAX_VALUE - 1000, 0);

    private boolean take(String key) {
        boolean free = buckets.wait(key, now).isEmpty();
        if (free) {
            buckets.take(key, now);
        }
        return free;
    }

    private int takeAll(String key) {
        int taken = 0;
        while (take(key)) {
            taken++;
        }
        return taken;
    }

    @Test
    void givesABurstThenOnePerInterval() {
        assertThat(takeAll("a")).isEqualTo(BURST);
        assertThat(buckets.wait("a", now)).contains(INTERVAL);
        now = now.plus(INTERVAL.minusNanos(1));
        assertThat(take("a")).isFalse();
        now = now.plus(Duration.ofNanos(1));
        assertThat(takeAll("a")).isEqualTo(1);
        now = now.plus(INTERVAL.multipliedBy(100));
        assertThat(takeAll("a")).isEqualTo(BURST);
        assertThat(takeAll("b")).isEqualTo(BURST);
    }

    @Test
    void takesBackWhatWasTakenAndNoMore() {
        takeAll("a");
        buckets.giveBack("a", now);
        assertThat(takeAll("a")).isEqualTo(1);
        for (int i = 0; i < 3 * BURST; i++) {
            buckets.giveBack("a", now);
        }
        assertThat(takeAll("a")).isEqualTo(BURST);
        buckets.giveBack("never taken", now);
        assertThat(takeAll("never taken")).isEqualTo(BURST);
    }

    @Test
    void opensAgainAfterTwiceTheBurstHoweverMuchWasTaken() {
        for (int i = 0; i < 1000; i++) {
            buckets.take("a", now);
        }
        now = now.plus(INTERVAL.multipliedBy(BURST + 1));
        assertThat(take("a")).isTrue();
    }

    @Test
    void forgetsTheKeyNotUsedForLongestWhenThereAreTooMany() {
        takeAll("a");
        for (int i = 0; i < 9; i++) {
            take("other " + i);
        }
        assertThat(take("a")).isFalse();
        take("one too many");
        assertThat(buckets.size()).isEqualTo(10);
        assertThat(take("a")).isFalse();
        assertThat(takeAll("other 0")).isEqualTo(BURST);
    }

    @Test
    void neverGivesMoreThanTheBurstAndOnePerInterval() {
        Seeds.forEach(300, (seed, random) -> {
            Buckets<String> some = new Buckets<>(BURST, INTERVAL, 10);
            Moment begin = now;
            Moment at = now;
            long taken = 0;
            for (int i = 0; i < 200; i++) {
                at = at.plus(Duration.ofMillis(random.nextInt(3000)));
                if (some.wait("a", at).isEmpty()) {
                    some.take("a", at);
                    taken++;
                }
                long elapsed = at.monotonicNanos() - begin.monotonicNanos();
                assertThat(taken).isLessThanOrEqualTo(BURST + elapsed / INTERVAL.toNanos());
            }
        });
    }
}
