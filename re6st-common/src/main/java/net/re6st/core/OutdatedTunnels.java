package net.re6st.core;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import org.jspecify.annotations.Nullable;

/**
 * The tunnels that we dialled before something changed of which they know nothing, such as whether to encrypt: decides which
 * is replaced next, one at a time.
 */
final class OutdatedTunnels {
    /*
     * A new tunnel comes before an old one goes: as long as there are outdated ones, the node may have one more than usual.
     * Then one is removed as always, without losing a packet. One that can't be removed so, because there is no other way, is
     * cut after some attempts: its peer may be waiting for just that, and may refuse what is as old as the tunnel.
     *
     * All nodes do that at the same time, and a node whose neighbours all want to replace the tunnel to it has no other way. So
     * which tunnel, and when, is random.
     */
    private static final int GENTLE_ATTEMPTS = 4;

    private static final int LEAST_PAUSE_HELLOS = 2;
    private static final int MOST_PAUSE_HELLOS = 10;

    private final NodeContext context;
    private final TunnelTable tunnels;
    private final TunnelRemovals removals;
    private final Map<OutgoingTunnel, Integer> attempts = new LinkedHashMap<>();
    private @Nullable Moment lastAt;
    private Duration pause = Duration.ZERO;

    OutdatedTunnels(NodeContext context, TunnelTable tunnels, TunnelRemovals removals) {
        this.context = context;
        this.tunnels = tunnels;
        this.removals = removals;
    }

    /** One tunnel, and whether to cut it rather than to wait until it is not needed. */
    record Choice(Prefix peer, boolean cut) {}

    /** Those that exist are outdated. */
    void addAll(Moment now) {
        tunnels.dialled().forEach(tunnel -> attempts.putIfAbsent(tunnel, 0));
        pause(now);
    }

    /** The one that we dialled to {@code peer} is. */
    void add(Prefix peer, Moment now) {
        tunnels.dialled(peer).ifPresent(tunnel -> attempts.putIfAbsent(tunnel, 0));
        pause(now);
    }

    /** Until the next one: a new tunnel comes up, and routes find it. */
    private void pause(Moment now) {
        lastAt = now;
        int millis =
                LEAST_PAUSE_HELLOS * 1000 + context.choices.nextInt(1000 * (MOST_PAUSE_HELLOS - LEAST_PAUSE_HELLOS));
        pause = context.hello().multipliedBy(millis).dividedBy(1000);
    }

    /** How many more tunnels than usual there may be. */
    int extra() {
        forgetGone();
        return attempts.isEmpty() ? 0 : 1;
    }

    /** How many are left. */
    int count() {
        forgetGone();
        return attempts.size();
    }

    private void forgetGone() {
        attempts.keySet()
                .removeIf(tunnel ->
                        tunnels.dialled(tunnel.peer()).filter(t -> t == tunnel).isEmpty());
    }

    private boolean isGoing(OutgoingTunnel tunnel) {
        return removals.isRemoving(tunnel.peer()) || tunnel.state() == OutgoingTunnel.State.CLOSING;
    }

    /** What to replace now. */
    @Nullable
    Choice next(Moment now) {
        forgetGone();
        if (attempts.isEmpty() || lastAt == null || tunnels.dialled().stream().anyMatch(this::isGoing)) {
            return null;
        }
        if (!now.hasReached(lastAt.plus(pause).monotonicNanos())) {
            return null;
        }
        int least = attempts.values().stream().mapToInt(Integer::intValue).min().orElse(0);
        List<OutgoingTunnel> candidates = attempts.keySet().stream()
                .filter(OutgoingTunnel::isUp)
                .filter(tunnel -> attempts.getOrDefault(tunnel, 0) == least)
                .toList();
        if (candidates.isEmpty()) {
            return null;
        }
        OutgoingTunnel tunnel = candidates.get(context.choices.nextInt(candidates.size()));
        pause(now);
        return new Choice(tunnel.peer(), attempts.merge(tunnel, 1, Integer::sum) > GENTLE_ATTEMPTS);
    }
}
