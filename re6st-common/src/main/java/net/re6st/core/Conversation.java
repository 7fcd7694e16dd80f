package net.re6st.core;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import net.re6st.core.port.PeerChannel.Source;
import net.re6st.core.port.RoutingView;
import net.re6st.net.Bytes;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.wire.AddressList;
import net.re6st.wire.LinkDelays;
import net.re6st.wire.LocalMessage;
import net.re6st.wire.PeerMessage;
import net.re6st.wire.PeerMessage.Kind;
import net.re6st.wire.PortTry;
import net.re6st.wire.Protocol;
import net.re6st.wire.Topology;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides what is answered to each message, of other nodes and of local programs, and what follows from it. */
final class Conversation {
    private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);
    /** The registry asks some hundreds of nodes two things each, at once. */
    static final int MAX_RELAYED = 1024;

    private static final int MAX_TEXT = 200;

    private final NodeContext context;
    private final PeerSessions sessions;
    private final ParameterFollower follower;
    private final OwnAddresses own;
    private final PeerCache cache;
    private final TunnelTable tunnels;
    private final TunnelRemovals removals;
    private final TunnelPlanner planner;
    private final PortTries tries;
    private final PortSurvey survey;

    /** When each question was relayed last; the oldest first. */
    private final Map<Question, Moment> relayed = new LinkedHashMap<>();

    private record Question(Prefix node, int code, Source asker) {}

    /** The parts that messages concern. */
    record Parts(
            PeerSessions sessions,
            ParameterFollower follower,
            OwnAddresses own,
            PeerCache cache,
            TunnelTable tunnels,
            TunnelRemovals removals,
            TunnelPlanner planner,
            PortTries tries,
            PortSurvey survey) {}

    Conversation(NodeContext context, Parts parts) {
        this.context = context;
        this.sessions = parts.sessions();
        this.follower = parts.follower();
        this.own = parts.own();
        this.cache = parts.cache();
        this.tunnels = parts.tunnels();
        this.removals = parts.removals();
        this.planner = parts.planner();
        this.tries = parts.tries();
        this.survey = parts.survey();
    }

    // Other nodes

    /** A valid message of a peer; every one but the empty one is answered. */
    void onMessage(PeerSession peer, Source source, Bytes bytes, Moment now) {
        PeerMessage message = PeerMessage.decode(bytes).orElse(null);
        if (message == null) {
            return;
        }
        Kind kind = message.kind().orElse(Kind.UNUSED);
        Bytes answer = Bytes.EMPTY;
        if (message.relayed()) {
            answer = message.payload().isEmpty() ? asked(peer, kind) : relayedAnswer(peer, message, now);
        } else if (kind == Kind.ADDRESSES && !message.payload().isEmpty()) {
            Optional<AddressList> list = AddressList.decode(message.payload());
            if (list.isEmpty()) {
                LOG.debug("addresses of {} not valid", peer.prefix());
                return;
            }
            onAddresses(peer, list.get(), now);
        } else {
            answer = kind == Kind.TRY
                    ? onTry(peer, source, message.payload(), now)
                    : onMessage(peer, kind, message.payload(), now);
        }
        sessions.reply(
                peer, source, answer.isEmpty() ? answer : message.answer(answer).encode());
    }

    private Bytes onMessage(PeerSession peer, Kind kind, Bytes payload, Moment now) {
        switch (kind) {
            case VERSION:
                return follower.onVersion(peer, payload, now).orElse(Bytes.EMPTY);
            case REMOVAL_REQUESTED:
                removals.onRequested(peer.prefix(), now);
                return Bytes.EMPTY;
            case REMOVAL_READY:
                removals.onReady(peer.prefix(), now);
                return Bytes.EMPTY;
            case SOFTWARE:
                if (!payload.isEmpty()) {
                    peer.runs(printable(payload));
                    return Bytes.EMPTY;
                }
                return asked(peer, kind);
            case LOG:
                if (context.isRegistryNode()) {
                    LOG.info("{}: {}", peer.prefix(), printable(payload));
                }
                return Bytes.EMPTY;
            default:
                return payload.isEmpty() ? asked(peer, kind) : Bytes.EMPTY;
        }
    }

    private Bytes onTry(PeerSession peer, Source source, Bytes payload, Moment now) {
        PortTry message = PortTry.decode(payload).orElse(null);
        if (message == null) {
            LOG.debug("what {} wants tried is not valid", peer.prefix());
            return Bytes.EMPTY;
        } else if (message.outcome() == null) {
            return tries.onQuestion(peer, source, message, now).encode();
        }
        survey.onAnswer(peer, message, now);
        return Bytes.EMPTY;
    }

    /** What is answered to a question without payload. */
    private Bytes asked(PeerSession peer, Kind kind) {
        switch (kind) {
            case ADDRESSES:
                boolean countries = peer.protocol() >= Protocol.FIRST_WITH_COUNTRIES;
                return (countries ? own.list() : own.list().withoutCountries()).encode();
            case SOFTWARE:
                return software();
            case TOPOLOGY:
                return peer.prefix().equals(context.registryPrefix()) ? topology() : Bytes.EMPTY;
            case LINKS:
                return peer.prefix().equals(context.registryPrefix()) ? links() : Bytes.EMPTY;
            default:
                return Bytes.EMPTY;
        }
    }

    private Bytes software() {
        return Bytes.copyOf(context.settings.software().getBytes(StandardCharsets.UTF_8));
    }

    private Bytes topology() {
        List<Prefix> dialled =
                tunnels.dialled().stream().map(OutgoingTunnel::peer).toList();
        return new Topology(dialled, tunnels.served()).encode();
    }

    /** Of two links with a node, the quicker one. */
    private Bytes links() {
        SortedMap<Prefix, Double> measured = new TreeMap<>();
        for (RoutingView.Neighbour link : context.routes.neighbours()) {
            if (link.rttMillis() > 0) {
                measured.merge(link.node(), link.rttMillis(), Math::min);
            }
        }
        return LinkDelays.ofMeasured(measured).encode();
    }

    private void onAddresses(PeerSession peer, AddressList list, Moment now) {
        if (list.addresses().isEmpty()) {
            return;
        }
        AddressList known = cache.learn(peer.prefix(), list);
        if (planner.answered(peer.prefix()) && planner.missing() > 0 && tunnels.dial(peer.prefix(), known)) {
            planner.begun(now);
        }
    }

    /** ASCII only, and not too long: it goes to a log. */
    private static String printable(Bytes text) {
        StringBuilder printable = new StringBuilder();
        for (int i = 0; i < Math.min(text.size(), MAX_TEXT); i++) {
            int c = text.unsignedAt(i);
            printable.append(c < ' ' || c > '~' ? '?' : (char) c);
        }
        return printable.toString();
    }

    // Local programs: the registry asks about nodes

    /** A datagram from this host. */
    void onLocal(Source source, Bytes datagram, Moment now) {
        LocalMessage local = LocalMessage.decode(datagram).orElse(null);
        if (local == null || !context.isPossible(local.node())) {
            return;
        }
        PeerMessage message = local.message();
        if (message.kind().equals(Optional.of(Kind.VERSION))) {
            // Of several registries the one on this host names the first one's node; the news is for this one, too.
            follower.fetchForLocal(now);
        }
        if (local.node().equals(context.self())) {
            Bytes answer = localAnswer(message);
            if (!answer.isEmpty()) {
                LocalMessage reply = new LocalMessage(local.node(), message.answer(answer));
                context.ports.channel().reply(source, reply.encode());
            }
        } else if (message.payload().isEmpty()) {
            remember(new Question(local.node(), message.code(), source), now);
            sessions.send(local.node(), message.withRelayed(true).encode(), now);
        }
    }

    private Bytes localAnswer(PeerMessage message) {
        switch (message.kind().orElse(Kind.UNUSED)) {
            case ADDRESSES:
                return message.payload().isEmpty() ? own.list().encode() : Bytes.EMPTY;
            case SOFTWARE:
                return software();
            case TOPOLOGY:
                return topology();
            case LINKS:
                return message.payload().isEmpty() ? links() : Bytes.EMPTY;
            default:
                return Bytes.EMPTY;
        }
    }

    private void remember(Question question, Moment now) {
        relayed.values().removeIf(at -> isOld(at, now));
        relayed.remove(question);
        if (relayed.size() >= MAX_RELAYED) {
            relayed.remove(relayed.keySet().iterator().next());
        }
        relayed.put(question, now);
    }

    private static boolean isOld(Moment at, Moment now) {
        return now.hasReached(at.plus(Timers.RELAYED).monotonicNanos());
    }

    /** Hands an answer to all programs that asked just that. */
    private Bytes relayedAnswer(PeerSession peer, PeerMessage message, Moment now) {
        LocalMessage answer = new LocalMessage(peer.prefix(), message.withRelayed(false));
        for (Map.Entry<Question, Moment> each : List.copyOf(relayed.entrySet())) {
            Question question = each.getKey();
            if (question.node().equals(peer.prefix()) && question.code() == message.code()) {
                relayed.remove(question);
                if (!isOld(each.getValue(), now)) {
                    context.ports.channel().reply(question.asker(), answer.encode());
                }
            }
        }
        return Bytes.EMPTY;
    }

    int relayedCount() {
        return relayed.size();
    }
}
