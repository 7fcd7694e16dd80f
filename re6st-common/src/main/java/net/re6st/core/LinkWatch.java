package net.re6st.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import net.re6st.core.LinkQuality.Verdict;
import net.re6st.core.port.ProbeAnswer;
import net.re6st.core.port.RoutingView;
import net.re6st.net.Iface;
import net.re6st.net.Ip6;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.net.Transport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which links are probed, and which tunnel is given up because its link loses too much. */
final class LinkWatch {
    /*
     * Who dialled probes, as it is who can give the tunnel up. The peer, if it is of this software, must not dial back at
     * once: so it probes, too, as soon as a client wants to drop its tunnel, and avoids the client if that link is poor.
     *
     * When several links look bad at once it is our own access to the internet, or this machine: a new tunnel would be no
     * better. Then nothing is given up, and the same if there is no other link to compare with.
     */
    private static final Logger LOG = LoggerFactory.getLogger(LinkWatch.class);
    private static final int MAX_LINKS = 256;

    private final NodeContext context;
    private final TunnelTable tunnels;
    private final TunnelRemovals removals;
    private final TunnelPlanner planner;
    private final PeerSessions sessions;
    private final List<Watched> links = new ArrayList<>();
    private long numbers;
    private long plannedAt = Long.MAX_VALUE;
    private @Nullable Moment choseAt;

    /** A link that is probed. */
    private static final class Watched {
        private final LinkQuality quality;

        /** Whether we dialled it; else its client is about to drop it. */
        private final boolean dialled;

        /** The last that is known: Babel may be cut off before the tunnel ends. */
        private @Nullable Ip6 address;

        /** When Babel last knew the peer on this link. */
        private @Nullable Moment heardAt;

        Watched(LinkQuality quality, boolean dialled) {
            this.quality = quality;
            this.dialled = dialled;
        }

        boolean isOf(Prefix peer, Iface iface) {
            return quality.peer().equals(peer) && quality.iface().equals(iface);
        }
    }

    /** A tunnel to give up, and why. */
    record Choice(Prefix peer, Iface iface, boolean silent) {}

    LinkWatch(
            NodeContext context,
            TunnelTable tunnels,
            TunnelRemovals removals,
            TunnelPlanner planner,
            PeerSessions sessions) {
        this.context = context;
        this.tunnels = tunnels;
        this.removals = removals;
        this.planner = planner;
        this.sessions = sessions;
    }

    /** Probes the links that there are now, and no others. */
    void follow(Moment now) {
        if (!context.settings.probing()) {
            return;
        }
        for (Watched link : List.copyOf(links)) {
            LinkQuality quality = link.quality;
            if (!isWanted(link, now)) {
                links.remove(link);
                if (!link.dialled && quality.isSuspect(now)) {
                    planner.avoid(quality.peer(), Timers.POOR_PEER, now);
                    LOG.info("{} gave up a link that loses packets", quality.peer());
                }
            }
        }
        for (OutgoingTunnel tunnel : tunnels.dialled()) {
            watch(tunnel.peer(), tunnel.iface(), true, isOrdered(tunnel), now);
        }
        for (Prefix peer : removals.requesting()) {
            tunnels.serversOf(peer).forEach(server -> watch(peer, server, false, TunnelTable.isOverTcp(server), now));
        }
        plan(now);
    }

    private static boolean isOrdered(OutgoingTunnel tunnel) {
        Transport transport =
                tunnel.current().map(attempt -> attempt.remote().transport()).orElse(Transport.UDP);
        return transport.isTcp();
    }

    private void watch(Prefix peer, Iface iface, boolean dialled, boolean ordered, Moment now) {
        if (links.size() >= MAX_LINKS || links.stream().anyMatch(link -> link.isOf(peer, iface))) {
            return;
        }
        Watched fresh = new Watched(new LinkQuality(peer, iface, ordered, now), dialled);
        if (isWanted(fresh, now)) {
            links.add(fresh);
            // To tell the peer that its link is left, which may be hard to begin then.
            sessions.ensure(peer, now);
        }
    }

    private boolean isWanted(Watched link, Moment now) {
        Prefix peer = link.quality.peer();
        Iface iface = link.quality.iface();
        boolean exists = link.dialled
                ? tunnels.dialled(peer)
                        .filter(tunnel -> tunnel.isUp() && tunnel.iface().equals(iface))
                        .isPresent()
                : removals.requesting().contains(peer)
                        && tunnels.serversOf(peer).contains(iface);
        context.routes.link(peer, iface).map(RoutingView.Neighbour::address).ifPresent(address -> {
            link.address = address;
            link.heardAt = now;
        });
        return exists && link.heardAt != null && (isBabelOffOnPurpose(link) || !isForsaken(link.heardAt, now));
    }

    private boolean isBabelOffOnPurpose(Watched link) {
        return !link.dialled || removals.isRemoving(link.quality.peer());
    }

    /** A tunnel without Babel carries nothing, and probes would keep OpenVPN from ending it. */
    private boolean isForsaken(Moment heardAt, Moment now) {
        return now.hasReached(heardAt.plus(context.timeout()).monotonicNanos());
    }

    private void plan(Moment now) {
        plannedAt =
                links.stream().mapToLong(link -> link.quality.nextNanos()).min().orElse(Long.MAX_VALUE);
        if (plannedAt != Long.MAX_VALUE) {
            context.timers.set(
                    Timers.Timer.PROBE, now, Duration.ofNanos(Math.max(0, plannedAt - now.monotonicNanos())));
        }
    }

    /** Probes what is due. Returns the tunnel to give up, if any. */
    Optional<Choice> onTimer(Moment now) {
        boolean heldUp = now.monotonicNanos() - plannedAt >= Timers.HELD_UP.toNanos();
        for (Watched link : links) {
            LinkQuality quality = link.quality;
            if (heldUp) {
                quality.excuse();
            }
            quality.judge(now);
        }
        if (links.stream().anyMatch(link -> link.quality.isWorrying())) {
            links.forEach(link -> link.quality.hurry(now));
        }
        for (Watched link : links) {
            LinkQuality quality = link.quality;
            if (quality.isDue(now)) {
                probe(link, now);
            }
        }
        plan(now);
        return choose(now);
    }

    private void probe(Watched link, Moment now) {
        long number = ++numbers;
        boolean insist = link.quality.isSuspicious();
        if (link.address != null) {
            context.ports.probe().probe(link.quality.iface(), link.address, number, insist);
        }
        link.quality.sent(number, insist, now);
    }

    void onAnswer(ProbeAnswer answer, Moment now) {
        for (Watched link : links) {
            LinkQuality quality = link.quality;
            if (answer instanceof ProbeAnswer.Echo echo
                    && quality.iface().equals(echo.iface())
                    && quality.answered(echo, now)) {
                break;
            } else if (answer instanceof ProbeAnswer.Presence presence
                    && quality.iface().equals(presence.iface())
                    && presence.address().equals(link.address)) {
                quality.isPresent();
            }
        }
        plan(now);
    }

    // Giving up

    private Optional<Choice> choose(Moment now) {
        List<LinkQuality> judged = links.stream()
                .filter(link -> link.dialled)
                .map(link -> link.quality)
                .filter(quality -> quality.isJudged(now))
                .toList();
        List<LinkQuality> bad = judged.stream()
                .filter(quality -> quality.verdict(now) != Verdict.GOOD)
                .filter(quality -> !removals.isRemoving(quality.peer()) && !planner.isAvoided(quality.peer(), now))
                .toList();
        boolean soon = choseAt != null
                && !now.hasReached(choseAt.plus(Timers.POOR_TUNNEL).monotonicNanos());
        if (bad.isEmpty() || soon || isOurs(judged, now)) {
            return Optional.empty();
        }
        LinkQuality worst = bad.stream()
                .max(Comparator.comparing(link -> link.verdict(now)))
                .orElseThrow();
        if (context.routes
                .link(worst.peer(), worst.iface())
                .filter(link -> link.otherWays() > 0)
                .isEmpty()) {
            return Optional.empty();
        }
        choseAt = now;
        boolean silent = worst.verdict(now) == Verdict.SILENT;
        planner.avoid(worst.peer(), silent ? Timers.SILENT_LINK : Timers.POOR_PEER, now);
        LOG.info("{} to {} {}: giving it up", worst.iface(), worst.peer(), text(worst, silent, now));
        return Optional.of(new Choice(worst.peer(), worst.iface(), silent));
    }

    private static String text(LinkQuality link, boolean silent, Moment now) {
        return silent
                ? "is silent"
                : link.report(now)
                        .map(report -> "loses %.0f %% of packets and delays %.0f %%"
                                .formatted(100 * report.lostShare(), 100 * report.lateShare()))
                        .orElse("loses packets");
    }

    /** Whether what is wrong is likely to be on our side. */
    private static boolean isOurs(List<LinkQuality> judged, Moment now) {
        long suspects = judged.stream().filter(link -> link.isSuspect(now)).count();
        return suspects >= judged.size() || (suspects > 1 && 2 * suspects >= judged.size());
    }

    /** Losses of a link in the last minute; empty if they are not known. */
    Optional<LinkReport> report(Prefix peer, Iface iface, Moment now) {
        return links.stream()
                .filter(link -> link.dialled && link.isOf(peer, iface))
                .findFirst()
                .flatMap(link -> link.quality.report(now));
    }
}
