package net.re6st.core;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Collections;
import java.util.SortedSet;
import java.util.random.RandomGenerator;
import net.re6st.config.NetworkParameters;
import net.re6st.core.port.Cryptography;
import net.re6st.core.port.Identity;
import net.re6st.core.port.Lifecycle;
import net.re6st.core.port.RegistryLink;
import net.re6st.core.port.RegistryLink.Call;
import net.re6st.core.port.Store;
import net.re6st.core.port.Ticket;
import net.re6st.net.Moment;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Progress from cold start to running: network parameters and a valid certificate, asking again with growing intervals. Ends
 * in {@code Lifecycle.ready} or {@code Lifecycle.fail}; events after that are ignored.
 */
public final class Startup {
    private static final Logger LOG = LoggerFactory.getLogger(Startup.class);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(60);

    /** How far the start is. */
    private enum State {
        /** Is the stored network version signed by the CA? */
        CHECKING,
        /** The registry is asked; without an answer we can't go on. */
        FETCHING,
        /** The registry is asked, but what is stored would do. */
        REFRESHING,
        RENEWING_CERTIFICATE,
        RENEWING_AUTHORITY,
        ENDED
    }

    /** What start-up commands. */
    public record Ports(RegistryLink registry, Cryptography cryptography, Store store, Lifecycle lifecycle) {}

    private static final Ticket CHECK = new Ticket(0);

    private final int protocol;
    private final Ports ports;
    private final Renewal renewal;
    private Identity identity;
    private @Nullable NetworkParameters parameters;
    private State state = State.CHECKING;
    private Duration retry = FIRST_RETRY;
    private long deadlineNanos = Long.MAX_VALUE;

    /**
     * @param protocol the version that this software speaks
     * @param stored what the cache held; null: nothing usable
     */
    public Startup(
            int protocol, Identity identity, @Nullable NetworkParameters stored, Ports ports, RandomGenerator choices) {
        this.protocol = protocol;
        this.identity = identity;
        this.parameters = stored;
        this.ports = ports;
        this.renewal = new Renewal(choices);
    }

    public void start(Moment now) {
        if (parameters == null || parameters.version().isEmpty()) {
            fetch(State.FETCHING);
        } else {
            ports.cryptography().checkVersion(CHECK, parameters.version());
        }
    }

    public long nextDeadlineNanos() {
        return deadlineNanos;
    }

    public void onTimer(Moment now) {
        if (now.hasReached(deadlineNanos) && deadlineNanos != Long.MAX_VALUE) {
            deadlineNanos = Long.MAX_VALUE;
            fetch(State.FETCHING);
        }
    }

    public void onVersionChecked(Ticket ticket, boolean valid, Moment now) {
        if (state != State.CHECKING || parameters == null) {
            return;
        }
        if (!valid) {
            LOG.warn("the stored network version is not signed by the CA");
            parameters = null;
            fetch(State.FETCHING);
        } else if (parameters.registryPrefix().equals(identity.prefix()) || parameters.protocol() < protocol) {
            fetch(State.REFRESHING);
        } else {
            parametersKnown(parameters, now);
        }
    }

    private void fetch(State reason) {
        state = reason;
        ports.registry().fetchParameters();
    }

    public void onParameters(NetworkParameters fetched, Moment now) {
        if (state == State.FETCHING || state == State.REFRESHING) {
            ports.store().putParameters(fetched);
            parametersKnown(fetched, now);
        }
    }

    public void onRegistryFailed(Call call, String reason, Moment now) {
        LOG.warn("{}: {}", call, reason);
        switch (state) {
            case FETCHING -> {
                deadlineNanos = now.plus(retry).monotonicNanos();
                retry = Timers.shorter(retry.multipliedBy(2), LONGEST_RETRY);
            }
            case REFRESHING -> {
                if (parameters != null) {
                    parametersKnown(parameters, now);
                }
            }
            case RENEWING_CERTIFICATE, RENEWING_AUTHORITY -> ready();
            default -> {}
        }
    }

    private void parametersKnown(NetworkParameters known, Moment now) {
        parameters = known;
        if (known.minProtocol() > protocol) {
            state = State.ENDED;
            ports.lifecycle()
                    .fail("the network requires protocol " + known.minProtocol() + ", this software speaks "
                            + protocol);
            return;
        }
        if (known.protocol() > protocol) {
            LOG.warn("the network speaks protocol {}, this software {}: update it", known.protocol(), protocol);
        }
        renew(now);
    }

    private void renew(Moment now) {
        SortedSet<BigInteger> crl = parameters == null ? Collections.emptySortedSet() : parameters.crl();
        Call due = renewal.due(identity, crl, now).orElse(null);
        if (due == Call.RENEW_CERTIFICATE && state != State.RENEWING_CERTIFICATE && state != State.RENEWING_AUTHORITY) {
            state = State.RENEWING_CERTIFICATE;
            ports.registry().renewCertificate();
        } else if (due == Call.RENEW_AUTHORITY && state != State.RENEWING_AUTHORITY) {
            state = State.RENEWING_AUTHORITY;
            ports.registry().renewAuthority();
        } else {
            ready();
        }
    }

    public void onRenewed(Identity renewed, Moment now) {
        if (state == State.RENEWING_CERTIFICATE || state == State.RENEWING_AUTHORITY) {
            identity = renewed;
            renew(now);
        }
    }

    private void ready() {
        state = State.ENDED;
        if (parameters != null) {
            ports.lifecycle().ready(identity, parameters);
        }
    }
}
