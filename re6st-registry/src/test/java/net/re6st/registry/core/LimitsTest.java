package net.re6st.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.registry.port.Meter;
import org.junit.jupiter.api.Test;

/** What somebody without key and token may cost us, and that nobody else suffers from it. */
class LimitsTest {
    private static final Source STRANGER = Source.of("198.51.100.1");

    private final Limits limits = new Limits(Meter.NONE);
    private Moment now = new Moment(0, 0);

    private static Prefix prefix(int number) {
        return Prefix.parseBits(
                        String.format("%16s", Integer.toBinaryString(number)).replace(' ', '0'))
                .orElseThrow();
    }

    private boolean hello(Source source, int prefix) {
        return limits.hello(source, prefix(prefix).bits(), now).isEmpty();
    }

    private boolean call(Source source, int prefix) {
        return limits.authenticated(Optional.of(source), prefix(prefix), now).isEmpty();
    }

    @Test
    void lets50000NodesBehindOneAddressSayHelloWithinAMinute() {
        int open = 0;
        for (int i = 0; i < 50_000; i++) {
            now = now.plus(Duration.ofNanos(1_200_000));
            assertThat(hello(STRANGER, i)).as("hello %s", i).isTrue();
            // A thousand of them at any time have not called yet.
            if (++open > 1000) {
                assertThat(call(STRANGER, i - 1000)).as("call %s", i).isTrue();
            }
        }
    }

    @Test
    void limitsHellosThatLeadToNothing() {
        int granted = 0;
        for (int i = 0; i < 10_000; i++) {
            granted += hello(STRANGER, i) ? 1 : 0;
        }
        assertThat(granted).isEqualTo(2000);
        now = now.plus(Duration.ofSeconds(1));
        for (int i = 0; i < 10_000; i++) {
            granted += hello(STRANGER, i) ? 1 : 0;
        }
        assertThat(granted).isEqualTo(2050);
        assertThat(limits.hello(STRANGER, "1", now).orElseThrow())
                .isBetween(Duration.ofMillis(1), Duration.ofMillis(20));
    }

    @Test
    void letsNobodyLockAPrefixOut() {
        for (int i = 0; i < 1000; i++) {
            hello(STRANGER, 7);
        }
        assertThat(hello(STRANGER, 7)).isFalse();
        assertThat(hello(STRANGER, 8)).isTrue();
        assertThat(hello(Source.of("198.51.100.2"), 7)).isTrue();
    }

    @Test
    void limitsAllStrangersTogether() {
        int granted = 0;
        for (int i = 0; i < 60; i++) {
            Source source = Source.of("198.51.100." + i);
            for (int j = 0; j < 1000; j++) {
                granted += hello(source, j) ? 1 : 0;
            }
        }
        assertThat(granted).isEqualTo(20_000);
        // Who has a session still calls.
        assertThat(call(Source.of("203.0.113.1"), 1)).isTrue();
    }

    @Test
    void countsAnIpv6HostByIts64AndItsProviderBy48() {
        Source one = Source.of("2001:db8:1:2::1");
        assertThat(Source.of("2001:db8:1:2:ffff::")).isEqualTo(one);
        assertThat(Source.of("2001:db8:1:3::1")).isNotEqualTo(one);
        assertThat(Source.of("::ffff:192.0.2.1")).isEqualTo(Source.of("192.0.2.1"));
        int granted = 0;
        for (int i = 0; i < 20; i++) {
            Source neighbour = Source.of("2001:db8:1:" + i + "::1");
            for (int j = 0; j < 3000; j++) {
                granted += hello(neighbour, j) ? 1 : 0;
            }
        }
        assertThat(granted).isEqualTo(8000);
        assertThat(hello(Source.of("2001:db8:2::1"), 1)).isTrue();
    }

    @Test
    void limitsAuthenticatedCallsByPrefixWhereverTheyComeFrom() {
        int granted = 0;
        for (int i = 0; i < 1000; i++) {
            granted += call(Source.of("198.51.100." + i % 100), 1) ? 1 : 0;
        }
        assertThat(granted).isEqualTo(240);
        assertThat(call(STRANGER, 2)).isTrue();
    }

    @Test
    void limitsMailsToOneAddressAndFromOneSource() {
        int granted = 0;
        for (int i = 0; i < 100; i++) {
            granted += limits.mail(Source.of("203.0.113." + i), "victim@example.org", now)
                            .isEmpty()
                    ? 1
                    : 0;
        }
        assertThat(granted).isEqualTo(3);
        granted = 0;
        for (int i = 0; i < 100; i++) {
            granted += limits.mail(STRANGER, i + "@example.org", now).isEmpty() ? 1 : 0;
        }
        assertThat(granted).isEqualTo(30);
    }

    @Test
    void givesCertificatesForTokensWithoutLimit() {
        for (int i = 0; i < 10_000; i++) {
            assertThat(limits.certificate(STRANGER, false, now)).isEmpty();
            limits.issued(STRANGER, now);
        }
        int anonymous = 0;
        for (int i = 0; i < 1000; i++) {
            anonymous += limits.certificate(STRANGER, true, now).isEmpty() ? 1 : 0;
        }
        assertThat(anonymous).isEqualTo(100);
    }
}
