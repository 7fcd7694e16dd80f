package net.re6st.lab.bench;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import net.re6st.lab.LabException;

/** {@code bin/bench WHAT [OPTION…]}: owns the list of benchmarks. */
public final class BenchMain {
    private static final Map<String, ToIntFunction<List<String>>> BENCHMARKS = new TreeMap<>(Map.of(
            "convergence", ConvergenceBench::run,
            "hello", HelloBench::run,
            "node", NodeBench::run,
            "registry", RegistryBench::run));

    private BenchMain() {}

    public static void main(String[] argv) {
        System.exit(run(List.of(argv)));
    }

    private static int run(List<String> words) {
        ToIntFunction<List<String>> benchmark = words.isEmpty() ? null : BENCHMARKS.get(words.get(0));
        if (benchmark == null) {
            System.err.println("usage: bin/bench " + String.join("|", BENCHMARKS.keySet()) + " [OPTION...]");
            return 2;
        }
        try {
            return benchmark.applyAsInt(words.subList(1, words.size()));
        } catch (LabException e) {
            System.err.println("bench: " + e.describe());
            return 1;
        }
    }
}
