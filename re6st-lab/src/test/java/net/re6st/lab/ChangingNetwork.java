package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** A running network whose parameters are changed, and in which no daemon and no babeld may start again. */
final class ChangingNetwork {
    static final Duration LIMIT = Duration.ofMinutes(3);

    private final ReNetwork network;
    private final Map<String, List<String>> options = new LinkedHashMap<>();
    private final Map<LabNode, List<Long>> daemons;
    /** How many lines of a node's log are of before. */
    private final Map<LabNode, Integer> before = new LinkedHashMap<>();

    private long start;

    /** The network is whole; waits until every node has two ways. */
    ChangingNetwork(ReNetwork network) {
        this.network = network;
        Await.until(
                "every node has two ways",
                LIMIT,
                () -> network.nodes().stream().allMatch(ChangingNetwork::hasTwoWays),
                () -> network.nodes().stream()
                        .filter(node -> !hasTwoWays(node))
                        .toList()
                        .toString());
        daemons = daemons();
    }

    private static boolean hasTwoWays(LabNode node) {
        return node.babel().neighbours().stream()
                        .filter(BabelTable.Neighbour::isAlive)
                        .count()
                >= 2;
    }

    /** From here on what is lost counts, and what is logged. */
    void begin() {
        network.awaitReachability(LIMIT);
        network.awaitSteadyReachability(LIMIT);
        before.clear();
        network.nodes().forEach(node -> before.put(node, log(node).size()));
        start = network.prober().now();
    }

    /** Gives the registry another option, and returns when every node has the parameters that follow. */
    void publish(String option, String... values) {
        awaitParametersAfter(() -> offer(option, values));
    }

    /** Starts another build of the registry, and returns when every node has the parameters that follow. */
    void publishBy(Path registry) {
        awaitParametersAfter(() -> {
            network.registry().useProgram(registry);
            restartRegistry();
        });
    }

    private void awaitParametersAfter(Runnable change) {
        List<String> versions = versions();
        change.run();
        Await.until(
                "every node has the new parameters",
                LIMIT,
                () -> versions().stream().distinct().count() == 1
                        && versions().stream().noneMatch(versions::contains),
                () -> versions().toString());
    }

    /** Gives the registry another option, and does not wait. */
    void offer(String option, String... values) {
        List<String> words = new ArrayList<>(List.of(option));
        words.addAll(List.of(values));
        options.put(option, words);
        restartRegistry();
    }

    private void restartRegistry() {
        network.registry().stop();
        network.restartRegistry(options.values().stream().flatMap(List::stream).toList());
    }

    private List<String> versions() {
        return network.nodes().stream().map(LabNode::cachedVersion).toList();
    }

    void assertLoss(String row, int most) {
        network.awaitSteadyReachability(LIMIT);
        Prober.Report report = network.prober().since(start);
        Figures.print("%s changed under way: %s".formatted(row, report));
        assertThat(report.lost()).as(report.toString()).isLessThanOrEqualTo(most);
    }

    /** The node's daemon was started again on purpose. */
    void started(LabNode node) {
        List<Long> pids = new ArrayList<>(daemons.get(node));
        pids.set(0, node.task().pid());
        daemons.put(node, pids);
    }

    void assertNothingRestarted() {
        network.requireRunning();
        assertThat(daemons()).isEqualTo(daemons);
        assertThat(log("restarting in ")).isZero();
    }

    /** The processes that must not change: the daemon and its babeld. */
    private Map<LabNode, List<Long>> daemons() {
        Map<LabNode, List<Long>> found = new LinkedHashMap<>();
        for (LabNode node : network.nodes()) {
            List<Long> pids = new ArrayList<>(List.of(node.task().pid()));
            node.host().processes("babeld").forEach(babeld -> pids.add(babeld.pid()));
            found.put(node, pids);
        }
        return found;
    }

    Set<Long> servers() {
        return network.nodes().stream()
                .flatMap(node -> node.host().processes("openvpn").stream())
                .filter(process -> process.argument("--mode").isPresent())
                .map(HostProcess::pid)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    Set<Long> tunnels() {
        return network.nodes().stream()
                .flatMap(node -> node.tunnels().stream())
                .map(LabNode.Tunnel::pid)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** How often that was logged since the beginning, by all nodes. */
    long log(String text) {
        return network.nodes().stream()
                .flatMap(node -> log(node).stream())
                .filter(line -> line.contains(text))
                .count();
    }

    void awaitLog(String text, long times) {
        Await.until(times + " times " + text, LIMIT, () -> log(text) >= times, () -> log(text) + " times");
    }

    void awaitLogOfEach(String text) {
        awaitLogOfEach(text, LIMIT);
    }

    void awaitLogOfEach(String text, Duration limit) {
        Predicate<String> wanted = line -> line.contains(text);
        Await.until("every node logs " + text, limit, () -> network.nodes().stream()
                .allMatch(node -> log(node).stream().anyMatch(wanted)));
    }

    private List<String> log(LabNode node) {
        try {
            List<String> lines = Files.readAllLines(node.log().resolve("re6stnet.log"));
            return lines.subList(before.getOrDefault(node, 0), lines.size());
        } catch (IOException e) {
            throw new LabException("no log of " + node, e);
        }
    }
}
