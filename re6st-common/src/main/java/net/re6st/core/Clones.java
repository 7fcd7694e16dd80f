package net.re6st.core;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import net.re6st.core.Timers.Timer;
import net.re6st.core.port.ClientId;
import net.re6st.core.port.RoutingView.Contest;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides which certificates are used by two machines at once, as far as routes and the clients of our servers tell. */
final class Clones {
    /*
     * A copied machine announces the same prefix under a router id of its own. A node that starts again does so too, and
     * its former id is known to others until they are told of the new one, or have forgotten what is told no more. So a
     * contest proves nothing at first. babeld forgets a route that is not announced for six intervals of updates, which are
     * at most four hellos long: an id that is heard later than that belongs to a machine that lives.
     *
     * Two ids of one prefix are a suspicion from the moment on that both were heard; if both still are, or are again, when
     * CERTAIN_HELLOS have passed, it is reported. Nothing else about a node can look like that: an address that changes
     * touches no router id, nor does a renewed certificate, and one that starts again and again has new ids each time.
     * What is reported stays so until the contest was over for as long. The other sign is two clients that throw each other
     * out, see Rivalries: between these two hardly any route lasts long enough to be told.
     */
    private static final Logger LOG = LoggerFactory.getLogger(Clones.class);
    static final int CERTAIN_HELLOS = 30;
    static final int MAX_SUSPICIONS = 256;
    private static final Comparator<Contest> ORDER =
            Comparator.comparing(Contest::node).thenComparing(Contest::router).thenComparing(Contest::other);

    private final NodeContext context;
    private final SortedMap<Contest, Suspicion> suspicions = new TreeMap<>(ORDER);
    private final SortedMap<Prefix, Rival> rivals = new TreeMap<>();
    private final SortedMap<Prefix, Moment> reported = new TreeMap<>();
    private final Rivalries rivalries;

    /** Clients that threw each other out, the last time at {@code last}. */
    private record Rival(Moment last, List<String> addresses) {}

    private static final class Suspicion {
        final Moment since;
        Moment heard;
        boolean lasts = true;

        Suspicion(Moment now) {
            since = now;
            heard = now;
        }
    }

    Clones(NodeContext context, TunnelTable tunnels) {
        this.context = context;
        this.rivalries = new Rivalries(tunnels::isAdmitted);
    }

    /** Those that are reported, ourselves perhaps. */
    List<NodeReport.Clone> reported() {
        return reported.entrySet().stream()
                .map(entry -> {
                    Rival rival = rivals.get(entry.getKey());
                    return new NodeReport.Clone(
                            entry.getKey(), entry.getValue(), rival == null ? List.of() : rival.addresses());
                })
                .toList();
    }

    /** A client was let in. */
    void onClient(ClientId client, Prefix peer, String address, Moment now) {
        rivalries.onClient(client, peer, address, certain(), now).ifPresent(rivalry -> {
            boolean known = reported.containsKey(peer);
            rivals.put(peer, new Rival(now, rivalry.addresses()));
            if (!known) {
                report(
                        peer,
                        rivalry.since(),
                        "they connect from " + String.join(" and ", rivalry.addresses()) + " in turn");
            }
            look(now);
        });
    }

    private Duration certain() {
        return context.hello().multipliedBy(CERTAIN_HELLOS);
    }

    /** The routes changed. */
    void onRoutes(Moment now) {
        List<Contest> contests = context.routes.contests();
        if (contests.isEmpty() && suspicions.isEmpty() && rivals.isEmpty()) {
            return;
        }
        Set<Contest> lasting = new TreeSet<>(ORDER);
        lasting.addAll(contests);
        suspicions.forEach((contest, suspicion) -> {
            if (suspicion.lasts) {
                suspicion.heard = now;
            }
            suspicion.lasts = lasting.contains(contest);
        });
        for (Contest contest : contests) {
            if (suspicions.size() < MAX_SUSPICIONS) {
                suspicions.computeIfAbsent(contest, unused -> new Suspicion(now));
            }
        }
        look(now);
    }

    /** Reports what is certain by now, and forgets what is long over. */
    void look(Moment now) {
        Duration certain = certain();
        rivals.values().removeIf(rival -> hasPassed(rival.last(), certain, now));
        suspicions.values().removeIf(suspicion -> !suspicion.lasts && hasPassed(suspicion.heard, certain, now));
        suspicions.forEach((contest, suspicion) -> {
            if (suspicion.lasts && hasPassed(suspicion.since, certain, now) && !reported.containsKey(contest.node())) {
                report(contest.node(), suspicion.since, "both announce its prefix");
            }
        });
        reported.keySet().removeIf(node -> {
            boolean over = !rivals.containsKey(node)
                    && suspicions.keySet().stream()
                            .noneMatch(contest -> contest.node().equals(node));
            if (over) {
                LOG.info("no second machine with the certificate of {} is heard any more", node);
            }
            return over;
        });
        suspicions.values().forEach(suspicion -> lookAt(suspicion.lasts ? suspicion.since : suspicion.heard, now));
        rivals.values().forEach(rival -> lookAt(rival.last(), now));
    }

    /** Looks again when the certain time has passed from then on, if it has not. */
    private void lookAt(Moment from, Moment now) {
        long nanos = from.plus(certain()).monotonicNanos() - now.monotonicNanos();
        if (nanos > 0) {
            context.timers.setAtMost(Timer.CLONES, now, Duration.ofNanos(nanos));
        }
    }

    private static boolean hasPassed(Moment from, Duration duration, Moment now) {
        return now.hasReached(from.plus(duration).monotonicNanos());
    }

    private void report(Prefix node, Moment since, String sign) {
        reported.put(node, since);
        String who =
                node.equals(context.self()) ? "our certificate (that of " + node + ")" : "the certificate of " + node;
        LOG.warn("two machines use {}: {}. {}", who, sign, advice(node));
    }

    /** The registry's own node can't be revoked by its CN. */
    private String advice(Prefix node) {
        return node.equals(context.registryPrefix())
                ? "It is the registry's own node: end the one that is a copy, and give it a certificate of its own"
                : "Revoke it at the registry (re6st-registry revoke " + node + ") and give each machine one of its own";
    }
}
