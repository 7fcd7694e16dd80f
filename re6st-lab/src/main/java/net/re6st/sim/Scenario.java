package net.re6st.sim;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.re6st.cli.Failure;
import net.re6st.registry.core.NetworkOptions;
import org.jspecify.annotations.Nullable;

/**
 * What is simulated, as a file says it: the network, the hosts, what happens to them, and what must hold. Its words are in
 * docs/simulator.rst.
 *
 * @param about one sentence
 * @param liars share of the nodes that advertise false addresses
 * @param events what happens, as written; {@link Disturbances} knows the words
 * @param checks what must hold, as written; {@link Checks} knows the words
 */
record Scenario(
        String name,
        String about,
        int nodes,
        Duration until,
        NetworkOptions network,
        Internet.Plan internet,
        double liars,
        List<Event> events,
        List<String> checks) {
    /** The scenarios that come with the simulator. */
    static final List<String> NAMES = List.of(
            "steady",
            "flash-crowd",
            "churn",
            "partition",
            "failures",
            "registry-outage",
            "version-storm",
            "hostile",
            "borders",
            "lost",
            "all-of-it");

    private static final Duration SETTLING = Duration.ofMinutes(3);
    private static final int MAX_LINES = 1000;
    private static final int MAX_NODES = 60_000;

    /** Something that happens at one time. */
    record Event(Duration at, String what) {}

    /** Reads a scenario: one of ours by name, or a file. */
    static Scenario read(String nameOrFile) throws Failure {
        Path file = Path.of(nameOrFile);
        try (InputStream own = Scenario.class.getResourceAsStream(nameOrFile + ".scenario")) {
            if (NAMES.contains(nameOrFile) && own != null) {
                return parse(nameOrFile, new String(own.readAllBytes(), StandardCharsets.UTF_8));
            }
            if (!Files.isRegularFile(file)) {
                throw new Failure(nameOrFile + " is neither a file nor one of " + String.join(", ", NAMES));
            }
            String name = file.getFileName().toString().replaceAll("\\..*", "").replaceAll("[^A-Za-z0-9_-]", "_");
            return parse(name, Files.readString(file));
        } catch (IOException e) {
            throw new Failure("can't read " + nameOrFile + ": " + e.getMessage());
        }
    }

    static Scenario parse(String name, String text) throws Failure {
        Reading reading = new Reading();
        List<String> lines = text.lines().limit(MAX_LINES).toList();
        for (String line : lines) {
            String meant = line.replaceAll("#.*", "").strip();
            if (!meant.isEmpty()) {
                reading.line(meant);
            }
        }
        Scenario scenario = reading.scenario(name);
        // Both know their own words; what they refuse is better refused before the run.
        Disturbances.check(scenario);
        Checks.check(scenario);
        return scenario;
    }

    Scenario with(@Nullable Integer otherNodes, @Nullable Duration otherUntil) throws Failure {
        int count = otherNodes == null ? nodes : otherNodes;
        if (count < 2 || count > MAX_NODES) {
            throw new Failure("--nodes " + count + ": must be 2 to " + MAX_NODES);
        }
        Duration end = otherUntil == null ? until : otherUntil;
        return new Scenario(name, about, count, end, network, internet, liars, events, checks);
    }

    /** What was read so far. */
    private static final class Reading {
        private final List<Event> events = new ArrayList<>();
        private final List<String> checks = new ArrayList<>();
        private String about = "";
        private int nodes = 1000;
        private Duration until = Duration.ofHours(1);
        private int clientCount = 10;
        private int maxClients = 20;
        private int hello = 15;
        private int tunnelRefresh = 300;
        private List<String> sameCountry = List.of();
        private final Map<Share, Double> shares = new EnumMap<>(Share.class);
        private int countries = 1;

        /** What hosts can be like. */
        private enum Share {
            CLOSED,
            MAPPED,
            LOSS,
            WITHOUT_UDP,
            SLOW_TUNNELS,
            FAILING_TUNNELS,
            WRONG_CLOCKS,
            SLOW_DISKS,
            LIARS
        }

        void line(String text) throws Failure {
            Words words = new Words(text);
            String key = words.next();
            switch (key) {
                case "about" -> about = String.join(" ", words.rest());
                case "nodes" -> nodes = words.number();
                case "until" -> until = words.duration();
                case "network" -> network(words);
                case "hosts" -> hosts(words);
                case "at" -> events.add(new Event(words.duration(), String.join(" ", words.rest())));
                case "check" -> checks.add(String.join(" ", words.rest()));
                default -> throw words.wrong("'" + key + "' is not known");
            }
            words.end();
        }

        private void network(Words words) throws Failure {
            String key = words.next();
            switch (key) {
                case "client-count" -> clientCount = words.number();
                case "max-clients" -> maxClients = words.number();
                case "hello" -> hello = words.number();
                case "tunnel-refresh" -> tunnelRefresh = words.number();
                case "same-country" -> sameCountry = words.rest();
                default -> throw words.wrong("'" + key + "' is no parameter of the network");
            }
        }

        private void hosts(Words words) throws Failure {
            String key = words.next();
            if (key.equals("countries")) {
                countries = words.number();
                return;
            }
            for (Share share : Share.values()) {
                if (share.name()
                        .toLowerCase(java.util.Locale.ROOT)
                        .replace('_', '-')
                        .equals(key)) {
                    shares.put(share, words.share());
                    return;
                }
            }
            throw words.wrong("'" + key + "' is nothing that hosts are");
        }

        private double share(Share share) {
            return shares.getOrDefault(share, 0.0);
        }

        Scenario scenario(String name) throws Failure {
            if (nodes < 2 || clientCount < 1 || maxClients < 1 || hello < 1 || tunnelRefresh < 1 || countries < 1) {
                throw new Failure("scenario " + name + ": numbers must be positive, and nodes at least 2");
            }
            NetworkOptions options = new NetworkOptions(
                    Optional.empty(), sameCountry, clientCount, true, hello, maxClients, 0, tunnelRefresh);
            Internet.Plan internet = new Internet.Plan(
                    share(Share.CLOSED),
                    share(Share.MAPPED),
                    share(Share.LOSS),
                    countries,
                    share(Share.WITHOUT_UDP),
                    share(Share.SLOW_TUNNELS),
                    share(Share.FAILING_TUNNELS),
                    share(Share.WRONG_CLOCKS),
                    share(Share.SLOW_DISKS));
            return new Scenario(
                    name,
                    about,
                    nodes,
                    until,
                    options,
                    internet,
                    share(Share.LIARS),
                    List.copyOf(events),
                    List.copyOf(checks));
        }
    }

    /** Whether the nodes that are started at the beginning have had time to join. */
    boolean isStarted(Duration elapsed) {
        Duration started = events.isEmpty() || !events.get(0).what().startsWith("start within ")
                ? Duration.ZERO
                : Words.parse(events.get(0).what().substring("start within ".length()));
        return started == null || elapsed.compareTo(started.plus(SETTLING)) >= 0;
    }

    Simulation build(long seed) {
        return new Simulation(new Simulation.Plan(seed, nodes, network, internet, liars(seed)));
    }

    private java.util.Set<Integer> liars(long seed) {
        java.util.SplittableRandom random = new java.util.SplittableRandom(seed * 17);
        java.util.Set<Integer> chosen = new java.util.TreeSet<>();
        while (chosen.size() < Math.round(liars * nodes)) {
            chosen.add(1 + random.nextInt(nodes - 1));
        }
        return chosen;
    }
}
