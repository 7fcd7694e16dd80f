package net.re6st.core;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.re6st.core.port.PeerChannel.Source;
import net.re6st.core.port.Ticket;
import net.re6st.net.Ip4;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.net.Reachability;
import net.re6st.net.Remote;
import net.re6st.net.Transport;
import net.re6st.net.TunnelAddress;
import net.re6st.wire.PeerMessage;
import net.re6st.wire.PeerMessage.Kind;
import net.re6st.wire.PortTry;
import net.re6st.wire.TryOutcome;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries for peers whether their addresses can be reached. Decides which are tried, and how often: whoever is in the network
 * must not be able to look through us at hosts and ports that are not its own.
 *
 * <p>So an address is tried only if the peer that asks advertises just that, we would dial it, it is public and not ours; and
 * no oftener than the limits below allow, of each peer and in all.
 */
final class PortTries {
    private static final Logger LOG = LoggerFactory.getLogger(PortTries.class);
    static final int MAX_UNDER_WAY = 4;
    static final int BURST_PER_PEER = 8;
    static final int SECONDS_PER_TRY_OF_A_PEER = 5;
    static final int BURST = 16;
    private static final int PER_SECOND = 1;
    static final int MAX_PEERS = 256;

    private final NodeContext context;
    private final PeerSessions sessions;
    private final PeerCache cache;
    private final AddressRules rules;
    private final OwnAddresses own;
    private final Map<Ticket, Try> underWay = new LinkedHashMap<>();
    private final TokenBucket all = new TokenBucket(BURST, PER_SECOND);

    /** Who asked last comes last. */
    private final Map<Prefix, TokenBucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Prefix, TokenBucket> eldest) {
            return size() > MAX_PEERS;
        }
    };

    /** {@code ip}: null as long as the name in {@code question} is being looked up. */
    private record Try(PeerSession peer, Source source, PortTry question, Moment since, @Nullable String ip) {}

    PortTries(NodeContext context, PeerSessions sessions, PeerCache cache, AddressRules rules, OwnAddresses own) {
        this.context = context;
        this.sessions = sessions;
        this.cache = cache;
        this.rules = rules;
        this.own = own;
    }

    /** A peer asks; returns what is answered at once. The outcome follows when there is one. */
    PortTry onQuestion(PeerSession peer, Source source, PortTry question, Moment now) {
        TunnelAddress address = question.address();
        if (underWay.values().stream()
                .anyMatch(t -> t.peer() == peer && t.question().equals(question))) {
            // It asks again, as our answer may have been lost.
            return question.answer(TryOutcome.TRYING, 0);
        } else if (!isTriedFor(peer.prefix(), address)) {
            LOG.debug("{} asks to try {}: declined", peer.prefix(), address);
            return question.answer(TryOutcome.DECLINED, 0);
        } else if (underWay.size() >= MAX_UNDER_WAY || !isAllowed(peer.prefix(), now)) {
            return question.answer(TryOutcome.BUSY, 0);
        }
        LOG.debug("{} asks to try {}", peer.prefix(), address);
        Ticket ticket = context.nextTicket();
        if (AddressRules.isIp(address.host())) {
            begin(ticket, new Try(peer, source, question, now, address.host()));
        } else {
            underWay.put(ticket, new Try(peer, source, question, now, null));
            context.ports
                    .resolver()
                    .resolve(ticket, address.host(), transport(address).isIpv6());
        }
        return question.answer(TryOutcome.TRYING, 0);
    }

    private boolean isTriedFor(Prefix peer, TunnelAddress address) {
        Optional<TunnelAddress> advertised = cache.addresses(peer).flatMap(list -> list.addresses().stream()
                .filter(each -> each.withoutCountry().equals(address))
                .findFirst());
        return advertised.filter(rules::isUsable).isPresent()
                && (!AddressRules.isIp(address.host()) || isForeign(address.host()));
    }

    /** Whether an IP address means the same host everywhere, which is not this one. */
    private boolean isForeign(String ip) {
        return Reachability.isPublic(ip)
                && own.list().addresses().stream()
                        .noneMatch(address -> address.host().equals(ip));
    }

    private boolean isAllowed(Prefix peer, Moment now) {
        return buckets.computeIfAbsent(peer, key -> new TokenBucket(BURST_PER_PEER, 1.0 / SECONDS_PER_TRY_OF_A_PEER))
                        .take(now)
                && all.take(now);
    }

    private static Transport transport(TunnelAddress address) {
        return address.transport().orElseThrow();
    }

    private void begin(Ticket ticket, Try begun) {
        underWay.put(ticket, begun);
        TunnelAddress address = begun.question().address();
        String ip = begun.ip();
        if (ip != null) {
            if (Ip4.parse(ip).isPresent()) {
                context.ports.host().dialled(ip);
            }
            context.ports.remote().tryOut(ticket, new Remote(ip, address.port().orElseThrow(), transport(address)));
        }
    }

    void onResolved(Ticket ticket, List<String> ips, Moment now) {
        Try waiting = underWay.get(ticket);
        if (waiting == null || waiting.ip() != null) {
            return;
        }
        String found = ips.stream()
                .filter(ip -> rules.isResolvedUsable(waiting.question().address(), ip) && isForeign(ip))
                .findFirst()
                .orElse(null);
        if (found == null) {
            underWay.remove(ticket);
            answer(waiting, TryOutcome.UNABLE, now);
        } else {
            begin(ticket, new Try(waiting.peer(), waiting.source(), waiting.question(), waiting.since(), found));
        }
    }

    void onTried(Ticket ticket, TryOutcome outcome, Moment now) {
        Try ended = underWay.remove(ticket);
        if (ended != null) {
            String ip = ended.ip();
            if (ip != null && Ip4.parse(ip).isPresent()) {
                context.ports.host().released(ip);
            }
            answer(ended, outcome, now);
        }
    }

    private void answer(Try ended, TryOutcome outcome, Moment now) {
        Duration taken = Duration.ofNanos(now.monotonicNanos() - ended.since().monotonicNanos());
        PortTry answer = ended.question().answer(outcome, taken.toMillis());
        LOG.debug("tried for {}: {}", ended.peer().prefix(), answer);
        sessions.reply(
                ended.peer(),
                ended.source(),
                PeerMessage.of(Kind.TRY, answer.encode()).encode());
    }

    int underWayCount() {
        return underWay.size();
    }
}
