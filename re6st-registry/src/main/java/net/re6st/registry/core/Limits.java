package net.re6st.registry.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.registry.port.Meter;

/**
 * Decides how often expensive calls may be made: by whom, and by all together. Any thread. Callers with the right to private
 * methods have no {@link Source} and no limits.
 *
 * <p>Kept in memory only: a restart fills all buckets, and nobody but the administrator can cause one.
 */
final class Limits {
    /*
     * hello and requestCertificate can't be counted plainly: thousands of nodes may be behind one address, all in their
     * right. So what proves to be honest is given back: a hello when its prefix makes an authenticated call, a certificate
     * that was given for a token. What remains is what somebody does who has neither key nor token.
     *
     * Prefixes are counted for each source, never for all sources together: anybody may say hello for any prefix, and could
     * lock its owner out otherwise. Authenticated calls are counted by prefix alone, for only its owner can make them.
     */
    private static final int MAX_KEYS = 16_384;

    /** A /48 may do so many times as much as one of its /64. */
    private static final int WIDE = 4;

    /** What is counted: how many may come at once, and after which time one more. */
    enum Budget {
        /** Sessions begun by a source and not used yet: at most 2 % of a processor. */
        HELLO(2000, Duration.ofMillis(20)),
        /** The same, for one prefix. */
        HELLO_FOR_PREFIX(20, Duration.ofSeconds(5)),
        /** The same, of all sources: at most a third of a processor. Whoever has a session needs none. */
        HELLO_OF_ALL(20_000, Duration.ofMillis(1)),
        /** Authenticated calls of a prefix. */
        CALL(240, Duration.ofMillis(250)),
        /** Calls of a source that claimed to be authenticated. */
        FAILED_CALL(2000, Duration.ofMillis(20)),
        /** Mails with tokens, asked for by a source. */
        MAIL(30, Duration.ofSeconds(20)),
        /** Mails to one address: the tokens in the first ones are good. */
        MAIL_TO_ADDRESS(3, Duration.ofMinutes(10)),
        /** Mails altogether: a registry is no weapon. */
        MAIL_OF_ALL(500, Duration.ofSeconds(30)),
        /** Requests of a source for a certificate, unless it got one for a token. */
        CERTIFICATE(200, Duration.ofSeconds(1)),
        /** Certificates for a source without token. */
        ANONYMOUS_CERTIFICATE(100, Duration.ofSeconds(20)),
        /** Wrong tokens of a source; see {@link TokenGuesses}. */
        WRONG_TOKEN(10, Duration.ofMinutes(30));

        private final int burst;
        private final Duration interval;

        Budget(int burst, Duration interval) {
            this.burst = burst;
            this.interval = interval;
        }

        /** As metrics call it. */
        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Meter meter;
    private final Map<Budget, Buckets<String>> narrow = new EnumMap<>(Budget.class);
    private final Map<Budget, Buckets<String>> wide = new EnumMap<>(Budget.class);

    Limits(Meter meter) {
        this.meter = meter;
        for (Budget budget : Budget.values()) {
            narrow.put(budget, new Buckets<>(budget.burst, budget.interval, MAX_KEYS));
            wide.put(budget, new Buckets<>(budget.burst * WIDE, budget.interval.dividedBy(WIDE), MAX_KEYS));
        }
    }

    /** One bucket of which something is taken. */
    private record Claim(Budget budget, Buckets<String> buckets, String key) {}

    /** What a source takes from a budget; {@code detail} tells apart what it asks for. */
    private List<Claim> claims(Budget budget, Source source, String detail) {
        List<Claim> claims = new ArrayList<>();
        claims.add(claim(budget, source.narrow() + detail));
        if (source.isWide()) {
            claims.add(new Claim(budget, buckets(wide, budget), source.wide() + detail));
        }
        return claims;
    }

    private Claim claim(Budget budget, String key) {
        return new Claim(budget, buckets(narrow, budget), key);
    }

    private static Buckets<String> buckets(Map<Budget, Buckets<String>> all, Budget budget) {
        Buckets<String> buckets = all.get(budget);
        if (buckets == null) {
            throw new IllegalStateException("no buckets for " + budget);
        }
        return buckets;
    }

    private List<Claim> hello(Source source, String prefix) {
        List<Claim> claims = claims(Budget.HELLO, source, "");
        claims.addAll(claims(Budget.HELLO_FOR_PREFIX, source, " " + prefix));
        claims.add(claim(Budget.HELLO_OF_ALL, ""));
        return claims;
    }

    /** Takes all or nothing; how long to wait if nothing. */
    private Optional<Duration> take(List<Claim> claims, Moment now) {
        Optional<Duration> wait = wait(claims, now);
        if (wait.isEmpty()) {
            claims.forEach(claim -> claim.buckets.take(claim.key, now));
        }
        return wait;
    }

    private Optional<Duration> wait(List<Claim> claims, Moment now) {
        Optional<Duration> longest = Optional.empty();
        for (Claim claim : claims) {
            Optional<Duration> wait = claim.buckets.wait(claim.key, now);
            if (wait.isPresent()) {
                meter.limited(claim.budget.text());
                longest =
                        longest.filter(other -> other.compareTo(wait.get()) > 0).or(() -> wait);
            }
        }
        return longest;
    }

    /** How long a source must wait before it may say hello for a prefix; empty if it just did. */
    synchronized Optional<Duration> hello(Source source, String prefix, Moment now) {
        return take(hello(source, prefix), now);
    }

    /** A prefix made an authenticated call: its hello was honest. How long it has to wait if there were too many calls. */
    synchronized Optional<Duration> authenticated(Optional<Source> source, Prefix prefix, Moment now) {
        source.ifPresent(from -> hello(from, prefix.bits()).forEach(claim -> claim.buckets.giveBack(claim.key, now)));
        return source.isEmpty() ? Optional.empty() : take(List.of(claim(Budget.CALL, prefix.bits())), now);
    }

    /** How long a source must wait because of calls that were not authenticated. */
    synchronized Optional<Duration> afterFailedCalls(Source source, Moment now) {
        return wait(claims(Budget.FAILED_CALL, source, ""), now);
    }

    synchronized void failedCall(Source source, Moment now) {
        claims(Budget.FAILED_CALL, source, "").forEach(claim -> claim.buckets.take(claim.key, now));
    }

    synchronized Optional<Duration> mail(Source source, String address, Moment now) {
        List<Claim> claims = claims(Budget.MAIL, source, "");
        claims.add(claim(Budget.MAIL_TO_ADDRESS, address));
        claims.add(claim(Budget.MAIL_OF_ALL, ""));
        return take(claims, now);
    }

    private List<Claim> certificate(Source source, boolean anonymous) {
        return claims(anonymous ? Budget.ANONYMOUS_CERTIFICATE : Budget.CERTIFICATE, source, "");
    }

    synchronized Optional<Duration> certificate(Source source, boolean anonymous, Moment now) {
        return take(certificate(source, anonymous), now);
    }

    /** A source got a certificate for a token. */
    synchronized void issued(Source source, Moment now) {
        certificate(source, false).forEach(claim -> claim.buckets.giveBack(claim.key, now));
    }

    synchronized Optional<Duration> afterWrongTokens(Source source, Moment now) {
        return wait(claims(Budget.WRONG_TOKEN, source, ""), now);
    }

    synchronized void wrongToken(Source source, Moment now) {
        claims(Budget.WRONG_TOKEN, source, "").forEach(claim -> claim.buckets.take(claim.key, now));
    }
}
