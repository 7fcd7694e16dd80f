package net.re6st.core;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import net.re6st.core.Timers.Timer;
import net.re6st.core.port.RoutingView.Contest;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides which certificates are used by two machines at once, as far as the routes tell. */
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
     * What is reported stays so until the contest was over for as long.
     */
    private static final Logger LOG = LoggerFactory.getLogger(Clones.class);
    static final int CERTAIN_HELLOS = 30;
    static final int MAX_SUSPICIONS = 256;
    private static final Comparator<Contest> ORDER =
            Comparator.comparing(Contest::node).thenComparing(Contest::router).thenComparing(Contest::other);

    private final NodeContext context;
    private final SortedMap<Contest, Suspicion> suspicions = new TreeMap<>(ORDER);
    private final SortedMap<Prefix, Moment> reported = new TreeMap<>();

    private static final class Suspicion {
        final Moment since;
        Moment heard;
        boolean lasts = true;

        Suspicion(Moment now) {
            since = now;
            heard = now;
        }
    }

    Clones(NodeContext context) {
        this.context = context;
    }

    /** Those that are reported, ourselves perhaps, and since when both machines are heard. */
    SortedMap<Prefix, Moment> reported() {
        return new TreeMap<>(reported);
    }

    /** The routes changed. */
    void onRoutes(Moment now) {
        List<Contest> contests = context.routes.contests();
        if (contests.isEmpty() && suspicions.isEmpty()) {
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
        Duration certain = context.hello().multipliedBy(CERTAIN_HELLOS);
        suspicions.values().removeIf(suspicion -> !suspicion.lasts && hasPassed(suspicion.heard, certain, now));
        suspicions.forEach((contest, suspicion) -> {
            if (suspicion.lasts && hasPassed(suspicion.since, certain, now) && !reported.containsKey(contest.node())) {
                report(contest.node(), suspicion.since);
            }
        });
        reported.keySet().removeIf(node -> {
            boolean over = suspicions.keySet().stream()
                    .noneMatch(contest -> contest.node().equals(node));
            if (over) {
                LOG.info("no second machine with the certificate of {} is heard any more", node);
            }
            return over;
        });
        for (Suspicion suspicion : suspicions.values()) {
            Moment next = (suspicion.lasts ? suspicion.since : suspicion.heard).plus(certain);
            if (!now.hasReached(next.monotonicNanos())) {
                context.timers.setAtMost(
                        Timer.CLONES, now, Duration.ofNanos(next.monotonicNanos() - now.monotonicNanos()));
            }
        }
    }

    private static boolean hasPassed(Moment from, Duration duration, Moment now) {
        return now.hasReached(from.plus(duration).monotonicNanos());
    }

    private void report(Prefix node, Moment since) {
        reported.put(node, since);
        String who =
                node.equals(context.self()) ? "our certificate, that of " + node + "," : "the certificate of " + node;
        LOG.warn(
                "two machines use {}: both announce its prefix. Revoke it at the registry (re6st-registry revoke {})"
                        + " and give each machine one of its own",
                who,
                node);
    }
}
