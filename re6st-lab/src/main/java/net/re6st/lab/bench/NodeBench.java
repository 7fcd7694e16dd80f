package net.re6st.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.re6st.lab.Await;
import net.re6st.lab.LabException;
import net.re6st.lab.LabNode;
import net.re6st.lab.NetworkPlan;
import net.re6st.lab.Programs;
import net.re6st.lab.ReNetwork;

/**
 * What one node costs: time from its start to the main loop ({@code --up} runs just before it), with and without a
 * cache, and the memory of its Java process once it is connected to all others, or some minutes later.
 */
public final class NodeBench {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final double TARGET_SECONDS = 0.45;
    private static final double TARGET_MEGABYTES = 60;

    private NodeBench() {}

    /** Status 1 if a target is missed. */
    public static int run(List<String> words) {
        Arguments arguments = new Arguments(words, "--runs", "--nodes", "--minutes");
        int runs = arguments.number("--runs", 5);
        int minutes = arguments.number("--minutes", 0);
        try (ReNetwork network = ReNetwork.build(NetworkPlan.of(arguments.number("--nodes", 2)))) {
            network.startRegistry(List.of());
            network.enrol();
            LabNode node = network.node(2);
            List<Double> cached = new ArrayList<>();
            System.out.printf("first start, no cache: %.2f s%n", start(node));
            for (int run = 0; run < runs; run++) {
                node.stop();
                cached.add(start(node));
            }
            Numbers seconds = new Numbers(cached);
            System.out.printf("start to main loop: %s%n", seconds.text("s", TARGET_SECONDS));

            network.probe();
            network.nodes().stream().filter(other -> other != node).forEach(LabNode::start);
            network.awaitReachability(Duration.ofMinutes(2));
            // Its tunnels are measured by now: that needs a library.
            Await.until("answered probes", LIMIT, () -> isMeasured(node));
            sleep(Duration.ofMinutes(minutes));
            double resident = memory(node, "Rss");
            double proportional = memory(node, "Pss");
            System.out.printf(
                    "memory of the Java process: %.1f MB resident, %.1f MB PSS (target %.0f: %s)%n",
                    resident, proportional, TARGET_MEGABYTES, resident <= TARGET_MEGABYTES ? "reached" : "MISSED");
            return seconds.median() <= TARGET_SECONDS && resident <= TARGET_MEGABYTES ? 0 : 1;
        }
    }

    /** Starts it and returns the seconds until {@code --up} ran, by the clock of that command. */
    private static double start(LabNode node) {
        Path mark = node.host().directory().resolve("main-loop");
        long before = System.currentTimeMillis();
        try {
            Files.deleteIfExists(mark);
            node.start(List.of("--up", "date +%s%3N > " + mark + ".new; mv " + mark + ".new " + mark), Map.of());
            Await.until("the main loop", LIMIT, () -> Files.exists(mark));
            return (Long.parseLong(Files.readString(mark).strip()) - before) / 1000.0;
        } catch (IOException e) {
            throw new LabException("cannot read " + mark + ": " + e.getMessage(), e);
        }
    }

    private static void sleep(Duration duration) {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
    }

    private static boolean isMeasured(LabNode node) {
        return node.host()
                .command(
                        Programs.node(),
                        "tunnels",
                        "--json",
                        "--run",
                        node.run().toString())
                .output()
                .contains("\"lostShare\": 0");
    }

    /** A line of the kernel's summary of its memory, in millions of bytes. */
    private static double memory(LabNode node, String name) {
        Path file = Path.of("/proc/" + node.task().pid() + "/smaps_rollup");
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> line.startsWith(name + ":"))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) * 1024 / 1e6)
                    .findFirst()
                    .orElseThrow(() -> new LabException(file + " has no " + name));
        } catch (IOException e) {
            throw new LabException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }
}
