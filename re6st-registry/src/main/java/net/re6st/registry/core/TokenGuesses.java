package net.re6st.registry.core;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import net.re6st.net.Moment;
import net.re6st.registry.port.Meter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides whether a token may be tried, so that guessing one is hopeless whoever guesses, from wherever. Any thread. */
final class TokenGuesses {
    /*
     * 26^8 tokens of eight letters are 2 * 10^11, and one request tells whether a token exists. Two budgets of wrong tokens:
     *
     *  - each source has one (Limits), which stops a single guesser;
     *  - all together have one, which stops a botnet. It is counted in probability: a wrong token of n letters, while T
     *    tokens of n letters exist, might have been right with a chance of T / 26^n, and the sum of these chances is kept
     *    below ONE_DAYS_RISK a day. So the limit is tight where many tokens wait, and loose where there are few.
     *
     * An empty budget locks honest users out as well, since a right token can't be told from a lucky guess - but where it
     * can, it is: a token of 16 characters or more is not guessed, and a token that was mailed because the same source asked
     * for it is not news to that source. Both are always tried. The rest waits (429).
     *
     * Rejected: slowing down instead of refusing (a botnet doesn't mind); a budget for each token (a guess belongs to none);
     * longer tokens only (the original's are 8 letters, and people type them).
     */
    private static final Logger LOG = LoggerFactory.getLogger(TokenGuesses.class);

    static final String BUDGET_OF_ALL = "wrong_token_of_all";

    private static final double ONE_DAYS_RISK = 1e-6;
    private static final long DAY_NANOS = Duration.ofDays(1).toNanos();

    /** So that a few wrong tokens a day are possible even if there are too many right ones. */
    private static final long MAX_COST_NANOS = DAY_NANOS / 24;

    private static final int TOO_LONG_TO_GUESS = 16;
    private static final int MAX_REMEMBERED = 10_000;
    private static final Duration BETWEEN_WARNINGS = Duration.ofHours(1);

    private final Limits limits;
    private final Meter meter;
    private final Map<Integer, Long> forgottenNanos = new HashMap<>();
    private final Map<String, Source> askers = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Source> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };
    private Optional<Moment> warned = Optional.empty();

    TokenGuesses(Limits limits, Meter meter) {
        this.meter = meter;
        this.limits = limits;
    }

    private static boolean isGuessable(String token) {
        return token.length() < TOO_LONG_TO_GUESS;
    }

    /** A token was made because a source asked for it. */
    synchronized void made(String token, Source asker) {
        askers.put(token, asker);
    }

    /** How long a source must wait before a token is looked at. */
    synchronized Optional<Duration> wait(String token, Source source, Moment now) {
        if (!isGuessable(token) || source.equals(askers.get(token))) {
            return Optional.empty();
        }
        long excess = untilForgotten(token.length(), now) - DAY_NANOS;
        if (excess > 0) {
            meter.limited(BUDGET_OF_ALL);
            return Optional.of(Duration.ofNanos(excess));
        }
        return limits.afterWrongTokens(source, now);
    }

    /** A token was wrong while there were so many of its length. */
    synchronized void wrong(String token, Source source, long sameLength, Moment now) {
        meter.wrongToken();
        if (!isGuessable(token)) {
            return;
        }
        limits.wrongToken(source, now);
        double chance = sameLength / Math.pow(26, token.length());
        long cost = (long) Math.min((double) MAX_COST_NANOS, DAY_NANOS * chance / ONE_DAYS_RISK);
        long until = untilForgotten(token.length(), now) + cost;
        forgottenNanos.put(token.length(), now.monotonicNanos() + until);
        boolean silent =
                warned.isPresent() && now.monotonicNanos() - warned.get().monotonicNanos() < BETWEEN_WARNINGS.toNanos();
        if (until > DAY_NANOS && !silent) {
            warned = Optional.of(now);
            LOG.warn(
                    "somebody guesses tokens: those of {} letters are accepted only where they were asked for, for {} s",
                    token.length(),
                    Duration.ofNanos(until - DAY_NANOS).toSeconds());
        }
    }

    private long untilForgotten(int length, Moment now) {
        Long forgotten = forgottenNanos.get(length);
        return forgotten == null ? 0 : Math.max(0, forgotten - now.monotonicNanos());
    }
}
