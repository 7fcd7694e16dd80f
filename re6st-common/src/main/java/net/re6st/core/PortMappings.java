package net.re6st.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.re6st.core.MappingReport.Mapped;
import net.re6st.core.MappingReport.State;
import net.re6st.core.NodeSettings.Port;
import net.re6st.core.NodeSettings.RouterUse;
import net.re6st.core.Timers.Timer;
import net.re6st.core.port.PortMapper.Failure;
import net.re6st.core.port.PortMapper.Grant;
import net.re6st.core.port.PortMapper.Router;
import net.re6st.core.port.PortMapping;
import net.re6st.net.Ip4;
import net.re6st.net.Moment;
import net.re6st.net.Reachability;
import net.re6st.net.TunnelAddress;
import net.re6st.wire.AddressList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ports of a NAT router that lead to our servers: which are asked for, when again, and which of them are advertised.
 *
 * <p>A round asks for one port after the other. A mapping that can't be renewed is advertised until its lease ends: the
 * router may only be busy, and behind it our own ports would be no better. An earlier run's external ports are asked for
 * first, because peers remember them.
 */
final class PortMappings {
    private static final Logger LOG = LoggerFactory.getLogger(PortMappings.class);
    static final int FIRST_PORT = 32_768;
    static final int LAST_PORT = 49_151;
    static final int MAX_CONFLICTS = 15;

    /** So many refreshes may fail before a mapping is lost. */
    private static final int REFRESHES_PER_LEASE = 3;

    /** Of a lease without end. */
    private static final Duration FOR_EVER = Duration.ofDays(36_500);

    private final NodeContext context;
    private final OwnAddresses own;
    private final List<Entry> entries = new ArrayList<>();

    /** The entry that is asked for; their number between two rounds. */
    private int current;

    private @Nullable PortMapping asked;
    private @Nullable Router router;
    private @Nullable String problem;
    private Duration patience = Timers.MAPPING_RETRY;
    private long roundNanos;

    /** One port of ours. */
    private static final class Entry {
        private final Port port;

        /** 0: none was chosen yet. */
        private int externalPort;

        private int conflicts;
        private @Nullable Grant grant;
        private long grantEndNanos;

        Entry(Port port, int externalPort) {
            this.port = port;
            this.externalPort = externalPort;
        }
    }

    PortMappings(NodeContext context, OwnAddresses own) {
        this.context = context;
        this.own = own;
    }

    private NodeSettings.Mapping settings() {
        return context.settings.advertised().mapping();
    }

    /** Begins; {@code storedText} is what was advertised by an earlier run. */
    void start(String storedText, Moment now) {
        if (settings().use() == RouterUse.NEVER) {
            return;
        }
        AddressList earlier = AddressList.parse(storedText);
        for (Port port : context.settings.advertised().ipv4().ports()) {
            entries.add(new Entry(port, earlierPort(earlier, port)));
        }
        begin(now);
    }

    private int earlierPort(AddressList earlier, Port port) {
        return earlier.addresses().stream()
                .filter(address -> address.transport().equals(Optional.of(port.transport()))
                        && isExternal(address.port().orElse(0)))
                .mapToInt(address -> address.port().orElse(0))
                .filter(number -> isFree(number, port))
                .findFirst()
                .orElse(0);
    }

    private static boolean isExternal(int port) {
        return port >= FIRST_PORT && port <= LAST_PORT;
    }

    private boolean isFree(int number, Port port) {
        return entries.stream()
                .noneMatch(entry -> entry.externalPort == number
                        && entry.port.transport().isTcp() == port.transport().isTcp());
    }

    private void begin(Moment now) {
        current = 0;
        roundNanos = now.monotonicNanos();
        entries.forEach(entry -> entry.conflicts = 0);
        ask();
    }

    private void ask() {
        if (current == entries.size()) {
            return;
        }
        Entry entry = entries.get(current);
        while (entry.externalPort == 0) {
            int number = FIRST_PORT + context.choices.nextInt(LAST_PORT - FIRST_PORT + 1);
            entry.externalPort = isFree(number, entry.port) ? number : 0;
        }
        int leaseSeconds =
                (int) settings().refresh().multipliedBy(REFRESHES_PER_LEASE).toSeconds();
        PortMapping mapping =
                new PortMapping(entry.port.number(), entry.port.transport(), entry.externalPort, leaseSeconds);
        asked = mapping;
        context.ports.mapper().map(mapping);
    }

    void onTimer(Moment now) {
        if (asked != null) {
            // Its outcome says when to go on.
            return;
        }
        if (current == entries.size()) {
            begin(now);
        } else {
            ask();
        }
    }

    /** Our address as peers see it changed: the router has a new one, or is another. */
    void doubt(Moment now) {
        Duration sinceRound = Duration.ofNanos(now.monotonicNanos() - roundNanos);
        if (!entries.isEmpty() && sinceRound.compareTo(Timers.MAPPING_RETRY) >= 0) {
            context.timers.setAtMost(Timer.MAP_PORTS, now, Duration.ZERO);
        }
    }

    void onMapped(PortMapping mapping, Grant grant, Moment now) {
        if (!mapping.equals(asked)) {
            return;
        }
        asked = null;
        Router found = grant.router();
        if (Ip4.parse(found.externalIp()).filter(Reachability::isReachable).isEmpty()) {
            fail("the router at " + found.location() + " has no address (" + found.externalIp() + ")", now);
            return;
        }
        Entry entry = entries.get(current);
        entry.externalPort = grant.externalPort();
        entry.grant = grant;
        Duration lease = grant.leaseSeconds() == 0 ? FOR_EVER : Duration.ofSeconds(grant.leaseSeconds());
        entry.grantEndNanos = now.plus(lease).monotonicNanos();
        router = found;
        patience = Timers.MAPPING_RETRY;
        if (++current < entries.size()) {
            ask();
            return;
        }
        problem = null;
        context.timers.set(Timer.MAP_PORTS, now, untilRefresh());
        advertise(now);
    }

    /** Leases may be shorter than what was asked for. */
    private Duration untilRefresh() {
        Duration shortest = settings().refresh();
        for (Entry entry : entries) {
            if (entry.grant != null && entry.grant.leaseSeconds() > 0) {
                Duration half = Duration.ofMillis(entry.grant.leaseSeconds() * 500L);
                shortest = Timers.shorter(half, shortest);
            }
        }
        return shortest;
    }

    void onMappingFailed(PortMapping mapping, Failure failure, String reason, Moment now) {
        if (!mapping.equals(asked)) {
            return;
        }
        asked = null;
        Entry entry = entries.get(current);
        if (failure == Failure.CONFLICT && ++entry.conflicts < MAX_CONFLICTS) {
            LOG.debug("{}; another port is tried", reason);
            entry.externalPort = 0;
            context.timers.set(Timer.MAP_PORTS, now, Timers.MAPPING_CONFLICT);
        } else {
            fail(reason, now);
        }
    }

    private void fail(String reason, Moment now) {
        boolean known = reason.equals(problem);
        problem = reason;
        current = entries.size();
        boolean hadRouter = router != null;
        if (known) {
            LOG.debug("no port of a router is mapped: {}", reason);
        } else if (hadRouter || settings().use() == RouterUse.EXPECTED) {
            LOG.warn("no port of the router could be mapped: {}; this is repeated", reason);
        } else {
            LOG.info("no port of a router is mapped: {}; peers tell us our address", reason);
        }
        if (hadRouter || settings().use() == RouterUse.EXPECTED) {
            context.timers.set(
                    Timer.MAP_PORTS,
                    now,
                    Timers.shorter(Timers.MAPPING_RETRY, settings().refresh()));
        } else {
            // Most likely there is none.
            context.timers.set(Timer.MAP_PORTS, now, patience);
            patience = Timers.shorter(patience.multipliedBy(2), Timers.MAPPING_SEARCH);
        }
        advertise(now);
    }

    private void advertise(Moment now) {
        List<TunnelAddress> addresses = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry.grant != null && now.hasReached(entry.grantEndNanos)) {
                LOG.warn("the router's port {} for {} is lost", entry.externalPort, text(entry.port));
                entry.grant = null;
            }
            if (entry.grant != null) {
                String ip = entry.grant.router().externalIp();
                addresses.add(TunnelAddress.of(ip, entry.grant.externalPort(), entry.port.transport()));
            }
        }
        own.mapped(AddressList.of(addresses), now);
    }

    private static String text(Port port) {
        return port.number() + " " + port.transport().text();
    }

    /** Removes what we have. */
    void stop() {
        for (Entry entry : entries) {
            if (entry.grant != null) {
                context.ports
                        .mapper()
                        .unmap(new PortMapping(
                                entry.port.number(), entry.port.transport(), entry.grant.externalPort(), 0));
            }
        }
        PortMapping pending = asked;
        if (pending != null && entries.stream().noneMatch(entry -> has(entry, pending))) {
            context.ports
                    .mapper()
                    .unmap(new PortMapping(pending.port(), pending.transport(), pending.externalPort(), 0));
        }
    }

    private static boolean has(Entry entry, PortMapping mapping) {
        return entry.grant != null
                && entry.grant.externalPort() == mapping.externalPort()
                && entry.port.transport() == mapping.transport();
    }

    /** Empty if no router is asked. */
    Optional<MappingReport> report(Moment now) {
        if (entries.isEmpty()) {
            return Optional.empty();
        }
        List<Mapped> mapped = new ArrayList<>();
        for (Entry entry : entries) {
            Grant grant = entry.grant;
            if (grant != null && !now.hasReached(entry.grantEndNanos)) {
                Duration left = Duration.ofNanos(entry.grantEndNanos - now.monotonicNanos());
                mapped.add(new Mapped(
                        entry.port, grant.externalPort(), grant.leaseSeconds() == 0 ? -1 : left.toSeconds()));
            }
        }
        State state = !mapped.isEmpty() ? State.MAPPED : problem == null ? State.ASKING : State.FAILED;
        return Optional.of(new MappingReport(
                settings().use() == RouterUse.EXPECTED,
                state,
                router,
                own.seenIp4().orElse(null),
                mapped,
                problem));
    }
}
