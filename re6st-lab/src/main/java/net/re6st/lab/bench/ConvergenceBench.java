package net.re6st.lab.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.re6st.lab.NetworkPlan;
import net.re6st.lab.ReNetwork;

/**
 * How long a network takes from the first start of its nodes, all at once, until all ordered pairs reach each other.
 * Each run is a new network: no cache, no earlier state.
 */
public final class ConvergenceBench {
    private ConvergenceBench() {}

    /** Status 1 if a target is missed. */
    public static int run(List<String> words) {
        Arguments arguments = new Arguments(words, "--nodes", "--nat", "--hello", "--runs");
        NetworkPlan plan = NetworkPlan.of(arguments.number("--nodes", 8)).withBehindNat(arguments.number("--nat", 2));
        int runs = arguments.number("--runs", 3);
        int hello = arguments.number("--hello", 0);
        boolean reached = true;
        for (int seconds : hello > 0 ? new int[] {hello} : new int[] {2, 15}) {
            reached &= measure(plan.withHello(seconds), runs);
        }
        return reached ? 0 : 1;
    }

    private static boolean measure(NetworkPlan plan, int runs) {
        System.out.printf(
                "%d nodes, %d behind NAT, hello %d s, client-count %d%n",
                plan.nodes(), plan.behindNat(), plan.helloSeconds(), plan.clientCount());
        List<Double> seconds = new ArrayList<>();
        for (int run = 1; run <= runs; run++) {
            try (ReNetwork network = ReNetwork.build(plan)) {
                network.startRegistry(List.of());
                network.enrol();
                network.startNodes();
                Duration took = network.awaitFirstReachability(Duration.ofSeconds(120 + 20L * plan.helloSeconds()));
                seconds.add(took.toMillis() / 1000.0);
                System.out.printf("  run %d: %.2f s%n", run, took.toMillis() / 1000.0);
            }
        }
        Numbers numbers = new Numbers(seconds);
        double target = plan.helloSeconds() <= 2 ? 10 : 40;
        System.out.printf("  all pairs after %s%n", numbers.text("s", target));
        return numbers.median() <= target;
    }
}
