package net.re6st.core;

import java.time.Duration;
import net.re6st.core.Timers.Timer;
import net.re6st.core.port.Identity;
import net.re6st.core.port.RegistryLink.Call;
import net.re6st.net.Moment;
import org.jspecify.annotations.Nullable;

/**
 * Asks the registry for what {@link Renewal} says is due, one thing at a time; owns what was asked for last, and when it is
 * asked for again after a failure.
 */
final class Renewals {
    private final NodeContext context;
    private final Renewal renewal;
    private @Nullable Call asked;
    /** The last failure, unless what it depends on may have changed since. */
    private @Nullable Moment failedAt;

    /** How long after the next failure it is tried again while nothing works without. */
    private Duration urgentRetry = Timers.URGENT_RENEWAL_RETRY;

    Renewals(NodeContext context) {
        this.context = context;
        this.renewal = new Renewal(context.choices);
    }

    void start(Moment now) {
        if (due(now) == null) {
            context.timers.set(Timer.RENEW, now, renewal.untilNext(context.identity, now));
        } else {
            // It was tried by Startup.
            onFailed(now);
        }
    }

    void onTimer(Moment now) {
        asked = due(now);
        if (asked == null) {
            context.timers.set(Timer.RENEW, now, renewal.untilNext(context.identity, now));
        } else if (!isUrgent(now) && !patience(now).isZero()) {
            wait(patience(now), now);
        } else if (asked == Call.RENEW_CERTIFICATE) {
            context.ports.registry().renewCertificate();
        } else {
            context.ports.registry().renewAuthority();
        }
    }

    /** What a renewal waits for may have come: it is tried at once, whatever failed before. */
    void hope(Moment now) {
        failedAt = null;
        context.timers.set(Timer.RENEW, now, Duration.ZERO);
    }

    void onFailed(Moment now) {
        failedAt = now;
        if (isUrgent(now)) {
            context.timers.set(Timer.RENEW, now, urgentRetry);
            urgentRetry = Timers.shorter(urgentRetry.multipliedBy(2), Timers.LONGEST_URGENT_RENEWAL_RETRY);
        } else {
            urgentRetry = Timers.URGENT_RENEWAL_RETRY;
            wait(Timers.RENEWAL_RETRY, now);
        }
    }

    void onRenewed(Identity identity, Moment now) {
        context.identity = identity;
        Call due = due(now);
        if (due != null && due == asked) {
            // A renewal that does not help is like one that failed.
            onFailed(now);
            return;
        }
        failedAt = null;
        urgentRetry = Timers.URGENT_RENEWAL_RETRY;
        // The other certificate follows at once.
        context.timers.set(Timer.RENEW, now, due == null ? renewal.untilNext(identity, now) : Duration.ZERO);
    }

    private @Nullable Call due(Moment now) {
        return renewal.due(context.identity, context.crl(), now).orElse(null);
    }

    private boolean isUrgent(Moment now) {
        return Renewal.isUrgent(context.identity, context.crl(), now);
    }

    /** How much longer to wait after the last failure, by the wall clock: the other one stands still while a machine sleeps. */
    private Duration patience(Moment now) {
        if (failedAt == null) {
            return Duration.ZERO;
        }
        Duration since = Duration.between(failedAt.wall(), now.wall());
        // After a clock that was ahead we would wait too long.
        return since.isNegative() || since.compareTo(Timers.RENEWAL_RETRY) >= 0
                ? Duration.ZERO
                : Timers.RENEWAL_RETRY.minus(since);
    }

    /** Looks at the wall clock in between: it may step, and what is not urgent may become so. */
    private void wait(Duration patience, Moment now) {
        context.timers.set(Timer.RENEW, now, Timers.shorter(patience, Timers.WALL_CLOCK_CHECK));
    }
}
