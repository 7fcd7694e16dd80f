package net.re6st.core;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedSet;
import java.util.random.RandomGenerator;
import net.re6st.core.port.Identity;
import net.re6st.core.port.RegistryLink.Call;
import net.re6st.net.Moment;

/** Decides when our certificate and the CA's are renewed. */
final class Renewal {
    /** Where in the renewal period this node renews, so that a large network does not come at once. */
    private final double spread;

    Renewal(RandomGenerator choices) {
        spread = choices.nextDouble();
    }

    /** What must be renewed at {@code now}, our certificate first. */
    Optional<Call> due(Identity identity, SortedSet<BigInteger> crl, Moment now) {
        if (crl.contains(identity.serial()) || untilOwn(identity, now) <= 0) {
            return Optional.of(Call.RENEW_CERTIFICATE);
        }
        return untilAuthority(identity, now) <= 0 ? Optional.of(Call.RENEW_AUTHORITY) : Optional.empty();
    }

    /** Whether nobody connects with us, or will soon, before something is renewed: it has ended, or ours is revoked. */
    static boolean isUrgent(Identity identity, SortedSet<BigInteger> crl, Moment now) {
        return crl.contains(identity.serial())
                || Math.min(identity.endWallMicros(), identity.authorityEndWallMicros()) <= now.wallMicros();
    }

    /** When to look again; not too late, since the wall clock may step. */
    Duration untilNext(Identity identity, Moment now) {
        long micros = Math.min(untilOwn(identity, now), untilAuthority(identity, now));
        long millis = Math.max(1000, micros / 1000);
        return Duration.ofMillis(Math.min(millis, Timers.WALL_CLOCK_CHECK.toMillis()));
    }

    private long untilOwn(Identity identity, Moment now) {
        return until(identity.endWallMicros(), now);
    }

    private long untilAuthority(Identity identity, Moment now) {
        return until(identity.authorityEndWallMicros(), now);
    }

    private long until(long endWallMicros, Moment now) {
        Duration width = Timers.RENEWAL_PERIOD.minus(Timers.RENEWAL_LATEST);
        long spreadMicros = (long) (spread * micros(width));
        return endWallMicros - micros(Timers.RENEWAL_PERIOD) + spreadMicros - now.wallMicros();
    }

    private static long micros(Duration duration) {
        return duration.toMillis() * 1000;
    }
}
