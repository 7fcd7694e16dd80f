package net.re6st.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** The hosts and what is between them: distance, loss, address translation, borders, cuts. */
final class Internet {
    private static final int LEAST_DELAY_MICROS = 1_000;
    private static final int DELAY_MICROS_PER_SIDE = 50_000;
    private static final int MAX_HOSTS = 1 << 24;

    /** Babel's defaults and those of the network, for the cost of a tunnel by its round-trip time. */
    private static final int PLAIN_COST = 96;

    private static final double MAX_RTT_PENALTY = 5000;
    private static final double RTT_MIN_MILLIS = 10;
    private static final double RTT_MAX_MILLIS = 500;

    /** No tunnel costs less, by the distance of its ends: the cost of distance alone, and what is subtracted is more than made up. */
    static final double LEAST_COST_PER_SIDE =
            2e-3 * DELAY_MICROS_PER_SIDE * MAX_RTT_PENALTY / (RTT_MAX_MILLIS - RTT_MIN_MILLIS) - 1;

    private final Plan plan;
    private final List<SimHost> hosts = new ArrayList<>();
    private boolean divided;

    /**
     * What the hosts are like, as shares of all of them.
     *
     * @param closed behind NAT that lets nobody in
     * @param mapped behind NAT with another port outside
     * @param loss probability that a datagram is lost on one link
     * @param countries number of countries, side by side
     * @param withoutUdp hosts on which UDP is disabled
     * @param slowTunnels hosts whose OpenVPN takes ten times as long
     * @param failingTunnels hosts whose OpenVPN fails one time in three
     * @param wrongClocks hosts whose clock is up to a day off
     * @param slowDisks hosts that need seconds to write
     */
    record Plan(
            double closed,
            double mapped,
            double loss,
            int countries,
            double withoutUdp,
            double slowTunnels,
            double failingTunnels,
            double wrongClocks,
            double slowDisks) {
        static final Plan PLAIN = new Plan(0, 0, 0, 1, 0, 0, 0, 0, 0);
    }

    /** Host 0 is the registry's: always open, fast and right. */
    Internet(Plan plan, int count, long seed) {
        if (count > MAX_HOSTS) {
            throw new IllegalArgumentException(count + " hosts");
        }
        this.plan = plan;
        for (int i = 0; i < count; i++) {
            hosts.add(SimHost.draw(plan, i, new SplittableRandom(seed * 31 + i)));
        }
        exactly(plan.closed(), seed);
    }

    /** As many hosts are closed as the plan says: by chance it could be all of a small network. */
    private void exactly(double closed, long seed) {
        RandomGenerator random = new SplittableRandom(~seed);
        int wanted = (int) Math.round(closed * hosts.size());
        List<Integer> order = new ArrayList<>();
        for (int i = 1; i < hosts.size(); i++) {
            order.add(random.nextInt(order.size() + 1), i);
        }
        order.stream().limit(wanted).forEach(i -> hosts.set(i, hosts.get(i).closed()));
    }

    SimHost host(int index) {
        return hosts.get(index);
    }

    int hostCount() {
        return hosts.size();
    }

    double loss() {
        return plan.loss();
    }

    /** The host at a public address, if there is one. */
    Optional<SimHost> at(String ip) {
        int index = SimHost.indexOf(ip);
        return index >= 0 && index < hosts.size() ? Optional.of(hosts.get(index)) : Optional.empty();
    }

    /** One way, without what the hosts themselves take. */
    static long delayMicros(SimHost from, SimHost to) {
        double distance = Math.hypot(from.x() - to.x(), from.y() - to.y());
        return LEAST_DELAY_MICROS + (long) (DELAY_MICROS_PER_SIDE * distance);
    }

    static SimLink.Path path(SimHost from, SimHost to) {
        long delay = delayMicros(from, to);
        return new SimLink.Path(delay, cost(2e-3 * delay));
    }

    static int cost(double rttMillis) {
        double share = (rttMillis - RTT_MIN_MILLIS) / (RTT_MAX_MILLIS - RTT_MIN_MILLIS);
        return PLAIN_COST + (int) (MAX_RTT_PENALTY * Math.max(0, Math.min(1, share)));
    }

    void divide(boolean isDivided) {
        divided = isDivided;
    }

    /** Whether everything between two hosts is lost: they are on different sides. */
    boolean isCut(SimHost from, SimHost to) {
        return divided && from.x() < 0.5 != to.x() < 0.5;
    }
}
