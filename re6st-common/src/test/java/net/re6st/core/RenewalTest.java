package net.re6st.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import net.re6st.core.port.Identity;
import net.re6st.core.port.RegistryLink.Call;
import net.re6st.net.Bytes;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import org.junit.jupiter.api.Test;

class RenewalTest {
    private static final Duration YEAR = Duration.ofDays(365);
    private static final Moment NOW = new Moment(0, 1_800_000_000_000_000L);

    private static Identity ending(Duration own, Duration authority) {
        return new Identity(
                Prefix.parseBits("0101").orElseThrow(),
                BigInteger.TEN,
                Bytes.EMPTY,
                Bytes.EMPTY,
                NOW.wallMicros() + own.toMillis() * 1000,
                NOW.wallMicros() + authority.toMillis() * 1000);
    }

    private static Optional<Call> due(Renewal renewal, Duration own, Duration authority) {
        return renewal.due(ending(own, authority), Collections.emptySortedSet(), NOW);
    }

    @Test
    void spreadsBothRenewalsOverTenDays() {
        RandomGenerator random = new SplittableRandom(1);
        int[] own = new int[40];
        int[] authority = new int[40];
        for (int i = 0; i < 10_000; i++) {
            Renewal renewal = new Renewal(random);
            for (int days = 0; days < 40; days++) {
                Duration left = Duration.ofDays(days);
                own[days] += due(renewal, left, YEAR).equals(Optional.of(Call.RENEW_CERTIFICATE)) ? 1 : 0;
                authority[days] += due(renewal, YEAR, left).equals(Optional.of(Call.RENEW_AUTHORITY)) ? 1 : 0;
            }
        }
        for (int[] renewed : new int[][] {own, authority}) {
            assertThat(renewed[30]).isZero();
            assertThat(renewed[20]).isEqualTo(10_000);
            for (int days = 20; days < 30; days++) {
                // A tenth of the nodes each day, more or less.
                assertThat(renewed[days] - renewed[days + 1]).as("day %s", days).isBetween(850, 1150);
            }
        }
    }

    @Test
    void renewsARevokedCertificateAtOnce() {
        Renewal renewal = new Renewal(new SplittableRandom(1));
        TreeSet<BigInteger> crl = new TreeSet<>(java.util.List.of(BigInteger.TEN));
        assertThat(renewal.due(ending(YEAR, YEAR), crl, NOW)).contains(Call.RENEW_CERTIFICATE);
    }

    @Test
    void looksAgainWhenItIsTimeAndAtLeastEveryHour() {
        Renewal renewal = new Renewal(() -> 0);
        assertThat(renewal.untilNext(ending(YEAR, YEAR), NOW)).isEqualTo(Duration.ofHours(1));
        assertThat(renewal.untilNext(ending(Duration.ofDays(30).plusMinutes(10), YEAR), NOW))
                .isEqualTo(Duration.ofMinutes(10));
        assertThat(renewal.untilNext(ending(YEAR, Duration.ofDays(30).plusMinutes(5)), NOW))
                .isEqualTo(Duration.ofMinutes(5));
    }
}
