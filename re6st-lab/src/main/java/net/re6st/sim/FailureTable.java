package net.re6st.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What sudden failures do, over many graphs of one size: those that were simulated, and as many that the rule alone made. */
final class FailureTable {
    static final List<String> HEAD = List.of(
            "nodes",
            "die at once",
            "somebody is cut off: tried",
            "by the rule alone",
            "computed",
            "without nodes behind NAT: tried",
            "computed",
            "largest part, mean");

    private final int nodes;
    private final SortedMap<Integer, Shares> simulated = new TreeMap<>();
    private final SortedMap<Integer, Shares> open = new TreeMap<>();
    private final SortedMap<Integer, Shares> byRule = new TreeMap<>();

    /** One row, as it grows. */
    private static final class Shares {
        private final Mean parted = new Mean();
        private final Mean estimate = new Mean();
        private final Mean largest = new Mean();
        private long draws;

        void add(SuddenFailures.Result result) {
            parted.add(result.partedShare());
            estimate.add(result.estimate());
            largest.add(result.largest());
            draws += result.draws();
        }

        /** Draws on one graph have much in common, so it is the graphs that are counted. */
        String tried() {
            return parted.mean() == 0
                    ? "none of %,d".formatted(draws)
                    : number(parted.mean()) + " \u00b1 " + number(parted.half95());
        }
    }

    FailureTable(int nodes) {
        this.nodes = nodes;
    }

    void addSimulated(Figures.Result figures) {
        add(figures.failures(), simulated);
        add(figures.openFailures(), open);
    }

    void addByRule(Map<Integer, SuddenFailures.Result> results) {
        add(results, byRule);
    }

    private static void add(Map<Integer, SuddenFailures.Result> results, Map<Integer, Shares> to) {
        results.forEach((percent, result) ->
                to.computeIfAbsent(percent, key -> new Shares()).add(result));
    }

    /** Of those shares that come to a number of nodes other than a smaller share does. */
    List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        int before = 0;
        for (Map.Entry<Integer, Shares> entry : simulated.entrySet()) {
            int failed = nodes * entry.getKey() / 100;
            Shares rule = byRule.getOrDefault(entry.getKey(), new Shares());
            Shares reachable = open.getOrDefault(entry.getKey(), new Shares());
            if (failed > before) {
                Shares shares = entry.getValue();
                rows.add(List.of(
                        Integer.toString(nodes),
                        "%d (%d %%)".formatted(failed, entry.getKey()),
                        shares.tried(),
                        rule.tried(),
                        number(shares.estimate.mean()),
                        reachable.tried(),
                        number(reachable.estimate.mean()),
                        Report.percent(shares.largest.mean())));
                before = failed;
            }
        }
        return rows;
    }

    /** Mean share that the largest part has, by per cent that die. */
    List<double[]> largest() {
        return simulated.entrySet().stream()
                .map(entry -> new double[] {
                    entry.getKey(), 100 * entry.getValue().largest.mean()
                })
                .toList();
    }

    private static String number(double share) {
        return String.format(Locale.ROOT, share == 0 || share >= 1e-3 ? "%.4f" : "%.1e", share);
    }
}
