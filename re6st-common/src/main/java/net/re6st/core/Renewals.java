package net.re6st.core;

import java.time.Duration;
import net.re6st.core.Timers.Timer;
import net.re6st.core.port.Identity;
import net.re6st.core.port.RegistryLink.Call;
import net.re6st.net.Moment;
import org.jspecify.annotations.Nullable;

/** Asks the registry for what {@link Renewal} says is due, one thing at a time; owns what was asked for last. */
final class Renewals {
    private final NodeContext context;
    private final Renewal renewal;
    private @Nullable Call asked;

    Renewals(NodeContext context) {
        this.context = context;
        this.renewal = new Renewal(context.choices);
    }

    void start(Moment now) {
        // What is due already was tried by Startup.
        boolean tried = renewal.due(context.identity, context.crl(), now).isPresent();
        context.timers.set(Timer.RENEW, now, tried ? Timers.RENEWAL_RETRY : renewal.untilNext(context.identity, now));
    }

    void onTimer(Moment now) {
        asked = renewal.due(context.identity, context.crl(), now).orElse(null);
        if (asked == Call.RENEW_CERTIFICATE) {
            context.ports.registry().renewCertificate();
        } else if (asked == Call.RENEW_AUTHORITY) {
            context.ports.registry().renewAuthority();
        } else {
            context.timers.set(Timer.RENEW, now, renewal.untilNext(context.identity, now));
        }
    }

    void onRenewed(Identity identity, Moment now) {
        context.identity = identity;
        Call due = renewal.due(identity, context.crl(), now).orElse(null);
        if (due == null) {
            context.timers.set(Timer.RENEW, now, renewal.untilNext(identity, now));
        } else {
            // A renewal that does not help is like one that failed; the other certificate follows at once.
            context.timers.set(Timer.RENEW, now, due == asked ? Timers.RENEWAL_RETRY : Duration.ZERO);
        }
    }
}
