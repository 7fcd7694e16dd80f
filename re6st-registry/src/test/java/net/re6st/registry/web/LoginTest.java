package net.re6st.registry.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import net.re6st.net.Moment;
import org.junit.jupiter.api.Test;

/** How long a login lasts, how often one may be tried, and which form counts. */
class LoginTest {
    private final LoginSessions sessions = new LoginSessions(new Random(1));
    private final LoginAttempts attempts = new LoginAttempts();
    private final LoginForm form = new LoginForm(new Random(2));

    @Test
    void aSessionEndsWhenItIsNotUsed() {
        String text = sessions.begin("admin", at(Duration.ZERO));
        assertThat(sessions.use(text, at(LoginSessions.IDLE.minusNanos(1)))).isPresent();
        assertThat(sessions.use(text, at(LoginSessions.IDLE.multipliedBy(2).minusNanos(2))))
                .isPresent();
        assertThat(sessions.use(text, at(LoginSessions.IDLE.multipliedBy(3)))).isEmpty();
        assertThat(sessions.use(text, at(Duration.ZERO))).isEmpty();
    }

    @Test
    void aSessionEndsHoweverMuchItIsUsed() {
        String text = sessions.begin("admin", at(Duration.ZERO));
        Duration step = Duration.ofMinutes(20);
        Duration time = step;
        while (time.compareTo(LoginSessions.LONGEST) < 0) {
            assertThat(sessions.use(text, at(time))).as(time.toString()).isPresent();
            time = time.plus(step);
        }
        assertThat(sessions.use(text, at(time))).isEmpty();
    }

    @Test
    void sessionsAreApart() {
        String one = sessions.begin("admin", at(Duration.ZERO));
        String two = sessions.begin("admin", at(Duration.ZERO));
        LoginSessions.Session first = sessions.use(one, at(Duration.ZERO)).orElseThrow();
        LoginSessions.Session second = sessions.use(two, at(Duration.ZERO)).orElseThrow();
        assertThat(first.formToken()).isNotEqualTo(second.formToken());
        assertThat(one).hasSize(64).doesNotContain(first.formToken().toHex());
        sessions.end(one);
        assertThat(sessions.use(one, at(Duration.ZERO))).isEmpty();
        assertThat(sessions.use(two, at(Duration.ZERO))).isPresent();
        sessions.endAll();
        assertThat(sessions.use(two, at(Duration.ZERO))).isEmpty();
    }

    @Test
    void thereIsALimitOfSessions() {
        String first = sessions.begin("admin", at(Duration.ZERO));
        for (int i = 0; i < 100; i++) {
            sessions.begin("admin", at(Duration.ofSeconds(1)));
        }
        assertThat(sessions.use(first, at(Duration.ofSeconds(2)))).isEmpty();
    }

    @Test
    void wrongPasswordsMakeOneWait() {
        for (int i = 0; i < LoginAttempts.PER_ADDRESS; i++) {
            assertThat(attempts.pause("a", at(Duration.ofMinutes(i)))).isZero();
            attempts.failed("a", at(Duration.ofMinutes(i)));
        }
        Moment last = at(Duration.ofMinutes(5));
        assertThat(attempts.pause("a", last)).isEqualTo(Duration.ofMinutes(10));
        assertThat(attempts.pause("b", last)).isZero();
        assertThat(attempts.pause("a", at(LoginAttempts.WINDOW))).isZero();
    }

    @Test
    void manyAddressesHelpNobody() {
        for (int i = 0; i < LoginAttempts.IN_ALL; i++) {
            assertThat(attempts.pause("a" + i, at(Duration.ofSeconds(1)))).isZero();
            attempts.failed("a" + i, at(Duration.ofSeconds(1)));
        }
        assertThat(attempts.pause("new", at(Duration.ofSeconds(2)))).isEqualTo(LoginAttempts.WINDOW.minusSeconds(1));
        assertThat(attempts.pause("new", at(LoginAttempts.WINDOW.plusSeconds(1))))
                .isZero();
    }

    @Test
    void theRightPasswordForgivesEarlierOnes() {
        for (int i = 0; i < LoginAttempts.PER_ADDRESS - 1; i++) {
            attempts.failed("a", at(Duration.ZERO));
        }
        attempts.succeeded("a");
        attempts.failed("a", at(Duration.ZERO));
        assertThat(attempts.pause("a", at(Duration.ZERO))).isZero();
    }

    @Test
    void ourFormIsGoodForAnHour() {
        String token = form.token(at(Duration.ZERO));
        assertThat(form.isOurs(token, at(Duration.ofMinutes(59)))).isTrue();
        assertThat(form.isOurs(token, at(Duration.ofMinutes(60)))).isFalse();
        assertThat(form.isOurs(token, at(Duration.ofMinutes(-1)))).isFalse();
        assertThat(new LoginForm(new Random(3)).isOurs(token, at(Duration.ZERO)))
                .isFalse();
        for (String wrong :
                new String[] {"", ".", "1", token + "0", "9" + token, "99999999999999999999." + token, "x." + token}) {
            assertThat(form.isOurs(wrong, at(Duration.ofMinutes(1)))).as(wrong).isFalse();
        }
    }

    private static Moment at(Duration time) {
        // Monotonic clocks may be negative.
        return new Moment(time.toNanos() - 1_000_000_000L, 0);
    }
}
