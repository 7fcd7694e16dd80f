package net.re6st.core;

/**
 * What became of the probes of a link in the last minute.
 *
 * @param probes that were answered or given up
 * @param lost without an answer
 * @param late answered much later than others: how losses show in a tunnel over TCP
 */
public record LinkReport(int probes, int lost, int late) {
    /** Less is nothing worth telling. */
    private static final double TOLD = 0.02;

    public double lostShare() {
        return share(lost);
    }

    public double lateShare() {
        return share(late);
    }

    private double share(int count) {
        return probes == 0 ? 0 : (double) Math.min(count, probes) / probes;
    }

    /** Whether an operator should know: more than a single loss, and more than here and there one. */
    public boolean isLossy() {
        return lost + late >= 2 && share(lost + late) >= TOLD;
    }
}
