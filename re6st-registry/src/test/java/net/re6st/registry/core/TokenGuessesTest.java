package net.re6st.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.re6st.net.Moment;
import net.re6st.registry.port.Meter;
import org.junit.jupiter.api.Test;

class TokenGuessesTest {
    private static final Source STRANGER = Source.of("198.51.100.1");
    private static final Source HONEST = Source.of("192.0.2.1");
    private static final String TOKEN = "abcdefgh";

    private final TokenGuesses guesses = new TokenGuesses(new Limits(Meter.NONE), Meter.NONE);
    private Moment now = new Moment(0, 0);

    private boolean guess(Source source, String token, long tokens) {
        boolean open = guesses.wait(token, source, now).isEmpty();
        if (open) {
            guesses.wrong(token, source, tokens, now);
        }
        return open;
    }

    private int guess(int sources, long tokens) {
        int tried = 0;
        for (int i = 0; i < sources; i++) {
            Source source = Source.of("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255));
            while (guess(source, TOKEN, tokens)) {
                tried++;
            }
        }
        return tried;
    }

    @Test
    void givesASourceTenTriesThenOneEveryHalfHour() {
        for (int i = 0; i < 10; i++) {
            assertThat(guess(STRANGER, TOKEN, 100)).isTrue();
        }
        assertThat(guess(STRANGER, TOKEN, 100)).isFalse();
        assertThat(guesses.wait(TOKEN, HONEST, now)).isEmpty();
        now = now.plus(Duration.ofMinutes(30));
        assertThat(guess(STRANGER, TOKEN, 100)).isTrue();
        assertThat(guess(STRANGER, TOKEN, 100)).isFalse();
    }

    @Test
    void keepsTheChanceOfABotnetBelowOneInAMillionADay() {
        double space = Math.pow(26, 8);
        double chance = 0;
        for (int day = 0; day < 10; day++) {
            chance += guess(5000, 1000) * 1000 / space;
            now = now.plus(Duration.ofDays(1));
        }
        // One day's budget may be used at once, and comes back during the first day.
        assertThat(chance).isBetween(5e-6, 11e-6);
    }

    @Test
    void allowsMoreTriesWhereThereIsLessToFind() {
        assertThat(guess(3000, 0)).isEqualTo(30_000);
        now = now.plus(Duration.ofDays(1));
        assertThat(guess(3000, 100)).isBetween(2000, 2200);
    }

    @Test
    void stillTriesWhatIsNoGuessWhileABotnetGuesses() {
        guess(5000, 1000);
        assertThat(guesses.wait(TOKEN, HONEST, now)).isPresent();
        guesses.made(TOKEN, HONEST);
        assertThat(guesses.wait(TOKEN, HONEST, now)).isEmpty();
        assertThat(guesses.wait(TOKEN, STRANGER, now)).isPresent();
        assertThat(guesses.wait("abcdefgi", HONEST, now)).isPresent();
        assertThat(guesses.wait("sixteenlettersok", STRANGER, now)).isEmpty();
        assertThat(guesses.wait("fifteenlettersx", STRANGER, now)).isEmpty();
        now = now.plus(Duration.ofDays(1));
        assertThat(guesses.wait(TOKEN, Source.of("203.0.113.1"), now)).isEmpty();
    }

    @Test
    void leavesSomeTriesWhereTokensAreWeak() {
        int tried = 0;
        for (int i = 0; i < 100; i++) {
            tried += guess(Source.of("10.0.0." + i), "abc", 5) ? 1 : 0;
        }
        assertThat(tried).isEqualTo(25);
        assertThat(guesses.wait(TOKEN, HONEST, now)).isEmpty();
    }

    @Test
    void remembersABoundedNumberOfAskers() {
        guess(5000, 1000);
        guesses.made(TOKEN, HONEST);
        for (int i = 0; i < 10_000; i++) {
            guesses.made("token " + i, STRANGER);
        }
        assertThat(guesses.wait(TOKEN, HONEST, now)).isPresent();
    }
}
