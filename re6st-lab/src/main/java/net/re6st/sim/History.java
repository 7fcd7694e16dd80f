package net.re6st.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What happened to the network so far, as far as checks and the report need to know. */
final class History {
    private static final String STARTING = "start within ";

    private final Simulation simulation;
    private final Map<Integer, Long> revoked = new TreeMap<>();
    private final List<Recovery> recoveries = new ArrayList<>();
    private final List<SimNode> fooled = new ArrayList<>();
    private boolean divided;
    private long unitedNanos = Long.MIN_VALUE;
    private long publishedNanos;
    private long killed;

    /** Something that happened, and how the network came back. */
    static final class Recovery {
        private final String what;
        private final Duration at;
        private final Duration takes;
        private double largestAfter = 1;
        private @Nullable Duration whole;
        private @Nullable Duration informed;

        Recovery(String what, Duration at) {
            this.what = what;
            this.at = at;
            Duration begins = what.startsWith(STARTING) ? Words.parse(what.substring(STARTING.length())) : null;
            this.takes = begins == null ? Duration.ZERO : begins;
        }

        String what() {
            return what;
        }

        Duration at() {
            return at;
        }

        /** Whether it makes nodes unreachable at one moment. */
        boolean isOfFailure() {
            return what.startsWith("kill ") || what.equals("unite");
        }

        /** The smallest share of the running nodes that the largest part had since. */
        double largestAfter() {
            return largestAfter;
        }

        /** How long until all running nodes reached each other; null: not yet. */
        @Nullable
        Duration whole() {
            return whole;
        }

        /** How long until all running nodes had the newest parameters; null: not yet. */
        @Nullable
        Duration informed() {
            return informed;
        }
    }

    History(Simulation simulation) {
        this.simulation = simulation;
    }

    void event(String what) {
        recoveries.add(new Recovery(what, simulation.queue().elapsed()));
    }

    /** How the network is now: what share of the running nodes the largest part has, and whether all know the newest version. */
    void observe(double largest, boolean isInformed) {
        for (int i = 0; i < recoveries.size(); i++) {
            Recovery recovery = recoveries.get(i);
            Duration since = simulation.queue().elapsed().minus(recovery.at);
            if (recovery.whole == null) {
                recovery.largestAfter = Math.min(recovery.largestAfter, largest);
                recovery.whole = largest == 1 && since.compareTo(recovery.takes) > 0 ? since : null;
            }
            if (recovery.informed == null && isInformed && since.compareTo(recovery.takes) > 0) {
                recovery.informed = since;
            }
        }
    }

    List<Recovery> recoveries() {
        return recoveries;
    }

    /** A node answered a datagram that it had taken before. */
    void fooled(SimNode node) {
        fooled.add(node);
    }

    /** All nodes that did, as often as they did. */
    List<SimNode> fooled() {
        return fooled;
    }

    void killed(SimNode node) {
        killed++;
    }

    long killedCount() {
        return killed;
    }

    void revoked(SimNode node) {
        revoked.put(node.index(), nanos());
    }

    boolean isRevoked(SimNode node) {
        return revoked.containsKey(node.index());
    }

    /** When nodes were revoked, on the monotonic clock. */
    Map<Integer, Long> revokedNanos() {
        return revoked;
    }

    void published() {
        publishedNanos = nanos();
    }

    /** When the parameters changed last, on the monotonic clock; 0 if never. */
    long publishedNanos() {
        return publishedNanos;
    }

    void divided(boolean isDivided) {
        divided = isDivided;
        unitedNanos = nanos();
    }

    boolean isDivided() {
        return divided;
    }

    /** How long ago the internet became whole again; very long if it always was. */
    Duration sinceUnited() {
        return unitedNanos == Long.MIN_VALUE ? Duration.ofDays(10_000) : Duration.ofNanos(nanos() - unitedNanos);
    }

    private long nanos() {
        return simulation.queue().now().monotonicNanos();
    }
}
