package net.re6st.sim;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.re6st.cli.ProgramOptions;
import net.re6st.cli.UsageError;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of {@code bin/simulate}. */
@Command(
        name = "simulate",
        description =
                "Runs a network of production node cores and the registry's, on simulated time, chance, underlay, "
                        + "Babel and OpenVPN, all in one process and from one seed. SCENARIO is one of steady, flash-crowd, "
                        + "churn, partition, failures, registry-outage, version-storm, hostile, borders, lost, all-of-it, or a file. "
                        + "See docs/simulator.rst.")
final class SimulateOptions extends ProgramOptions {
    @Option(
            names = "--nodes",
            paramLabel = "N[,N...]",
            description =
                    "How many nodes (default: the scenario's); several: one run for each, compared in one report.")
    private String nodes = "";

    @Option(names = "--seed", paramLabel = "S", description = "What all chance comes from (default: 1).")
    private long seed = 1;

    @Option(
            names = "--seeds",
            paramLabel = "K",
            description = "Runs with K seeds from --seed on, and tells in how many the network was ever parted.")
    private int seeds = 1;

    @Option(names = "--until", paramLabel = "TIME", description = "End, like 90s, 15m, 6h (default: the scenario's).")
    private String until = "";

    @Option(names = "--trace", paramLabel = "NODE", description = "Tell every event of the node with this number.")
    private int trace = -1;

    @Option(
            names = "--report",
            paramLabel = "DIR",
            description = "Where report.txt and report.html go (default: target/simulate/SCENARIO).")
    private @Nullable Path report;

    private String scenario = "";
    private final List<Integer> counts = new ArrayList<>();
    private @Nullable Duration end;

    @Override
    protected void complete(List<String> rest) throws UsageError {
        if (rest.size() != 1) {
            throw new UsageError("which scenario? One of " + String.join(", ", Scenario.NAMES) + ", or a file");
        }
        scenario = rest.get(0);
        for (String count : nodes.isEmpty() ? new String[0] : nodes.split(",", -1)) {
            if (!count.matches("[0-9]{1,6}")) {
                throw new UsageError("--nodes " + nodes + ": not numbers");
            }
            counts.add(Integer.parseInt(count));
        }
        end = until.isEmpty() ? null : Words.parse(until);
        if (!until.isEmpty() && end == null) {
            throw new UsageError("--until " + until + ": no duration like 90s, 15m, 6h or 1d");
        }
        if (seeds < 1 || seeds > 100_000) {
            throw new UsageError("--seeds " + seeds + ": must be 1 to 100000");
        }
    }

    String scenario() {
        return scenario;
    }

    List<Integer> counts() {
        return counts;
    }

    long seed() {
        return seed;
    }

    int seeds() {
        return seeds;
    }

    @Nullable
    Duration until() {
        return end;
    }

    int trace() {
        return trace;
    }

    boolean isSweep() {
        return counts.size() > 1 || seeds > 1;
    }

    Path report(String name) {
        Path root = Path.of(System.getProperty("re6st.root", "."));
        return report != null ? report : root.resolve("target/simulate").resolve(name);
    }
}
