package net.re6st.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import net.re6st.config.NetworkParameters;
import net.re6st.config.Parameter;
import net.re6st.config.Value;
import net.re6st.core.port.RegistryLink.Call;
import org.junit.jupiter.api.Test;

/** When a renewal that failed is tried again. */
class RenewalsTest {
    private static final int HOUR = 3600;
    private static final int DAY = 24 * HOUR;

    private final TestNode test = new TestNode();

    /** Its Startup asked in vain. */
    private Transcript started(Duration left) {
        test.left = left;
        Transcript t = new Transcript(test);
        t.start();
        assertThat(asked(t)).isZero();
        return t;
    }

    private static long asked(Transcript t) {
        return t.all().stream().filter("registry.renewCertificate"::equals).count();
    }

    private static void fail(Transcript t) {
        t.happens(
                "the renewal fails",
                () -> t.node.onRegistryFailed(Call.RENEW_CERTIFICATE, "the registry can't be reached", t.now));
    }

    private static void assertAskedAfter(Transcript t, int seconds) {
        long before = asked(t);
        t.pass(seconds - 1);
        assertThat(asked(t)).as("%s s are not over", seconds).isEqualTo(before);
        t.pass(1);
        assertThat(asked(t)).as("after %s s", seconds).isEqualTo(before + 1);
    }

    /** As after a boot without a network, on a machine that was off for long. */
    @Test
    void withACertificateThatHasEndedAfterAMinuteThenLessAndLessOften() {
        Transcript t = started(Duration.ofDays(-1));
        for (int seconds : new int[] {60, 120, 240, 480, 960, 1920, HOUR, HOUR}) {
            assertAskedAfter(t, seconds);
            fail(t);
        }
    }

    @Test
    void withARevokedCertificateSoonAsWell() {
        Transcript t = started(Duration.ofDays(300));
        NetworkParameters revoked = test.parameters
                .with(Parameter.VERSION, Value.of(TestNode.version(2)))
                .with(Parameter.CRL, Value.of(List.of(Value.of(7))));
        t.parameters(revoked);
        t.pass(0);
        assertThat(asked(t)).isEqualTo(1);
        fail(t);
        assertAskedAfter(t, 60);
    }

    @Test
    void withAGoodCertificateAfterADay() {
        Transcript t = started(Duration.ofDays(10));
        for (int i = 0; i < 3; i++) {
            assertAskedAfter(t, DAY);
            fail(t);
        }
    }

    @Test
    void afterADayOfWhichTheMachineSleptThroughMost() {
        Transcript t = started(Duration.ofDays(10));
        t.pass(HOUR / 2);
        t.wallClockSteps(Duration.ofDays(1));
        assertAskedAfter(t, HOUR / 2);
    }

    @Test
    void withinTheHourAfterAClockThatWasAhead() {
        Transcript t = started(Duration.ofDays(10));
        t.wallClockSteps(Duration.ofDays(-5));
        assertAskedAfter(t, HOUR);
    }

    @Test
    void withinTheHourInWhichTheCertificateEnds() {
        Transcript t = started(Duration.ofMinutes(90));
        assertAskedAfter(t, 2 * HOUR);
        fail(t);
        assertAskedAfter(t, 60);
    }

    @Test
    void atOnceWhenTheNetworkHasChanged() {
        Transcript t = started(Duration.ofDays(10));
        t.parameters(test.parameters.with(Parameter.VERSION, Value.of(TestNode.version(2))));
        t.pass(0);
        assertThat(asked(t)).isEqualTo(1);
        fail(t);
        assertAskedAfter(t, DAY);
    }

    @Test
    void likeAfterAFailureIfARenewalDidNotHelp() {
        Transcript t = started(Duration.ofDays(10));
        assertAskedAfter(t, DAY);
        t.happens(
                "a certificate that ends as soon",
                () -> t.node.onRenewed(TestNode.identity(test.prefix, 8, Duration.ofDays(10)), t.now));
        assertAskedAfter(t, DAY);
    }
}
