package net.re6st.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import net.re6st.core.LinkQuality.Verdict;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LinkQualityTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int SEEDS = 1000;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void lossOf30PercentIsCertainWithin20Seconds(boolean ordered) {
        int[] noticed = new int[1];
        Seeds.forEach(SEEDS, (seed, random) -> {
            LossyLink link = settled(ordered, random);
            link.loss = 0.3;
            noticed[0] += link.run(Duration.ofSeconds(20)) ? 1 : 0;
        });
        assertThat(noticed[0]).isGreaterThanOrEqualTo(SEEDS * (ordered ? 997 : 999) / 1000);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void sporadicLossIsNoReasonInADay(boolean ordered) {
        Seeds.forEach(10, (seed, random) -> {
            LossyLink link = settled(ordered, random);
            link.loss = 0.005;
            assertThat(link.run(Duration.ofHours(24))).isFalse();
            assertThat(link.probes / link.seconds()).as("probes per second").isLessThan(4);
        });
    }

    @Test
    void lossOf5PercentIsToldWithinAMinuteAndNoReasonInADay() {
        Seeds.forEach(10, (seed, random) -> {
            LossyLink link = settled(false, random);
            link.loss = 0.05;
            link.run(Duration.ofMinutes(1));
            LinkReport report = link.quality().report(link.now()).orElseThrow();
            assertThat(report.isLossy()).as(report.toString()).isTrue();
            assertThat(link.run(Duration.ofHours(24))).isFalse();
            assertThat(link.probes / link.seconds()).as("probes per second").isLessThan(4);
        });
    }

    @Test
    void lossOf5PercentThroughTcpIsToldAndNoReasonInTenMinutes() {
        Seeds.forEach(20, (seed, random) -> {
            LossyLink link = settled(true, random);
            link.loss = 0.05;
            assertThat(link.run(Duration.ofMinutes(10))).isFalse();
            LinkReport report = link.quality().report(link.now()).orElseThrow();
            assertThat(report.late()).as(report.toString()).isPositive();
            assertThat(report.isLossy()).isTrue();
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shortOutageIsForgiven(boolean ordered) {
        Seeds.forEach(100, (seed, random) -> {
            LossyLink link = settled(ordered, random);
            // Through TCP it ends only when that tries again: after 3 s here.
            link.fail(Duration.ofMillis(2500));
            assertThat(link.run(HOUR)).isFalse();
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void silenceIsToldFromLoss(boolean ordered) {
        Seeds.forEach(100, (seed, random) -> {
            LossyLink link = settled(ordered, random);
            link.loss = 1;
            assertThat(link.run(Duration.ofSeconds(8))).isTrue();
            assertThat(link.quality().verdict(link.now())).isEqualTo(Verdict.SILENT);
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void longerWayIsNoLoss(boolean ordered) {
        Seeds.forEach(100, (seed, random) -> {
            LossyLink link = settled(ordered, random);
            link.roundTrip = Duration.ofMillis(400);
            assertThat(link.run(HOUR)).isFalse();
        });
    }

    @Test
    void whatComesAfterAllWasNotLost() {
        Seeds.forEach(100, (seed, random) -> {
            LossyLink link = settled(false, random);
            link.roundTrip = Duration.ofMillis(900);
            assertThat(link.run(Duration.ofSeconds(4))).isFalse();
            assertThat(link.quality().isWorrying()).isFalse();
            assertThat(link.quality().report(link.now()).orElseThrow().lost()).isLessThan(4);
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void delayOfBulkTransferIsNoLoss(boolean ordered) {
        Seeds.forEach(20, (seed, random) -> {
            LossyLink link = settled(ordered, random);
            link.bytesPerSecond = 1_000_000;
            link.jitter = Duration.ofMillis(900);
            assertThat(link.run(HOUR)).isFalse();
        });
    }

    @Test
    void jitterThroughTcpIsLoss() {
        LossyLink link = settled(true, new SplittableRandom(1));
        link.jitter = Duration.ofMillis(900);
        assertThat(link.run(HOUR)).isTrue();
    }

    @Test
    void echoesThatAFirewallRefusesSayNothing() {
        Seeds.forEach(100, (seed, random) -> {
            LossyLink link = settled(false, random);
            link.refused = seed % 2 == 0 ? 0.6 : 1;
            assertThat(link.run(Duration.ofMinutes(5))).isFalse();
            assertThat(link.quality().isJudged(link.now())).isFalse();
            assertThat(link.run(HOUR)).isFalse();
        });
    }

    @Test
    void filteredEchoesAreToldFromLossWithinSeconds() {
        Seeds.forEach(100, (seed, random) -> {
            LossyLink link = settled(seed % 2 == 0, random);
            link.refused = 1;
            assertThat(link.run(Duration.ofSeconds(7))).isFalse();
            assertThat(link.quality().report(link.now())).isEmpty();
        });
    }

    @Test
    void linkThatNeverAnsweredIsNotJudgedAndRarelyAsked() {
        LossyLink link = new LossyLink(false, new SplittableRandom(1));
        link.loss = 1;
        assertThat(link.run(HOUR)).isFalse();
        assertThat(link.quality().isJudged(link.now())).isFalse();
        assertThat(link.quality().report(link.now())).isEmpty();
        assertThat(link.probes).isLessThan(150);
    }

    @Test
    void whatThisHostMissedIsExcused() {
        LossyLink link = settled(false, new SplittableRandom(1));
        link.loss = 1;
        link.heldUp = true;
        assertThat(link.run(Duration.ofMinutes(1))).isFalse();
        assertThat(link.quality().isSuspect(link.now())).isFalse();
    }

    @Test
    void idleLinkCostsAPacketPerSecond() {
        LossyLink link = settled(false, new SplittableRandom(1));
        link.bytesPerSecond = 100;
        link.run(Duration.ofMinutes(1));
        int before = link.probes;
        link.run(HOUR);
        assertThat(link.probes - before).isBetween(3590, 3610);
    }

    /** A link that was good for a while, not always for as long. */
    private static LossyLink settled(boolean ordered, RandomGenerator random) {
        LossyLink link = new LossyLink(ordered, random);
        assertThat(link.run(Duration.ofMillis(30_000 + random.nextInt(100_000))))
                .isFalse();
        return link;
    }
}
