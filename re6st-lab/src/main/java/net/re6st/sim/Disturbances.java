package net.re6st.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.re6st.cli.Failure;
import net.re6st.registry.core.NetworkOptions;

/** What happens to the network in a scenario: understands its words, and lets it happen when its time has come. */
final class Disturbances {
    private final Simulation simulation;
    private final History history;
    private final Hostile hostile;

    /** One thing that happens. */
    private interface Act {
        void happen(Disturbances on);
    }

    private Disturbances(Simulation simulation, History history) {
        this.simulation = simulation;
        this.history = history;
        this.hostile = new Hostile(simulation, history);
    }

    /** Whether every event of the scenario can be understood. */
    static void check(Scenario scenario) throws Failure {
        for (Scenario.Event event : scenario.events()) {
            Act unused = act(event);
        }
    }

    /** Posts all events of a scenario. */
    static void schedule(Scenario scenario, Simulation simulation, History history) throws Failure {
        Disturbances disturbances = new Disturbances(simulation, history);
        for (Scenario.Event event : scenario.events()) {
            Act act = act(event);
            simulation.queue().post(event.at(), () -> {
                history.event(event.what());
                act.happen(disturbances);
            });
        }
    }

    private static Act act(Scenario.Event event) throws Failure {
        Words words = new Words(event.what());
        Act act = act(words);
        words.end();
        return act;
    }

    private static Act act(Words words) throws Failure {
        String verb = words.next();
        switch (verb) {
            case "start":
                words.expect("within");
                Duration within = words.duration();
                return on -> on.startAll(within);
            case "kill":
                double killed = words.share();
                return on -> on.some(killed).forEach(on::kill);
            case "divide":
                return on -> on.divide(true);
            case "unite":
                return on -> on.divide(false);
            case "registry":
                boolean away = words.takes("away");
                if (!away) {
                    words.expect("back");
                }
                return on -> on.simulation.registry().setAway(away);
            case "publish":
                return publish(words);
            case "revoke":
                double revoked = words.share();
                return on -> on.some(revoked).forEach(on::revoke);
            case "clocks":
                double wrong = words.share();
                words.expect("off");
                Duration error = words.duration();
                return on -> on.some(wrong).forEach(node -> node.setClock(error));
            case "servers":
                double restarted = words.share();
                words.expect("restart");
                return on -> on.some(restarted).forEach(on.simulation.tunnels()::restartServers);
            case "churn":
                return churn(words);
            case "attack":
                int rate = words.number();
                words.expect("per-second");
                int victims = words.takes("on") ? words.number() : Integer.MAX_VALUE;
                words.expect("until");
                Duration end = words.duration();
                return on -> on.attack(rate, victims, end);
            default:
                throw words.wrong("'" + verb + "' is nothing that can happen");
        }
    }

    private static Act publish(Words words) throws Failure {
        String what = words.next();
        int value = words.number();
        if (!List.of("tunnel-refresh", "client-count", "max-clients").contains(what)) {
            throw words.wrong("'" + what + "' can't be published");
        }
        return on -> on.publish(what, value);
    }

    private static Act churn(Words words) throws Failure {
        double share = words.share();
        words.expect("per-hour");
        words.expect("down");
        Duration down = words.duration();
        words.expect("until");
        Duration end = words.duration();
        return on -> on.churn(share / 3600, down, end);
    }

    // What they do

    private void startAll(Duration within) {
        for (SimNode node : simulation.nodes()) {
            boolean first = node.index() == 0;
            Duration delay = first ? Duration.ZERO : simulation.jitter(0, Math.toIntExact(within.toMillis()));
            simulation.queue().post(delay, node::start);
        }
    }

    /** Running nodes at random, never the registry's. */
    private List<SimNode> some(double share) {
        List<SimNode> running = new ArrayList<>(simulation.nodes().stream()
                .filter(node -> node.isRunning() && node.index() != 0)
                .toList());
        int count = (int) Math.round(share * running.size());
        List<SimNode> chosen = new ArrayList<>();
        while (chosen.size() < count) {
            chosen.add(running.remove(simulation.random().nextInt(running.size())));
        }
        return chosen;
    }

    private void kill(SimNode node) {
        history.killed(node);
        node.kill();
    }

    private void revoke(SimNode node) {
        history.revoked(node);
        simulation.registry().revoke(node);
        history.published();
    }

    private void attack(int rate, int victims, Duration end) {
        hostile.attack(rate, Math.max(1, Math.min(victims, simulation.nodes().size())), end);
    }

    private void divide(boolean divided) {
        history.divided(divided);
        simulation.divide(divided);
    }

    private void publish(String what, int value) {
        NetworkOptions now = simulation.registry().options();
        simulation
                .registry()
                .publish(new NetworkOptions(
                        now.ipv4(),
                        now.sameCountry(),
                        what.equals("client-count") ? value : now.clientCount(),
                        now.encrypt(),
                        now.helloSeconds(),
                        what.equals("max-clients") ? value : now.maxClients(),
                        now.minProtocol(),
                        what.equals("tunnel-refresh") ? value : now.tunnelRefreshSeconds()));
        history.published();
    }

    /** Every second some nodes die; each comes back later. */
    private void churn(double sharePerSecond, Duration down, Duration end) {
        if (simulation.queue().elapsed().compareTo(end) >= 0) {
            return;
        }
        double expected = sharePerSecond * simulation.nodes().size();
        int count = (int) expected;
        count += simulation.random().nextDouble() < expected - count ? 1 : 0;
        for (int i = 0; i < count; i++) {
            SimNode node = simulation
                    .nodes()
                    .get(1 + simulation.random().nextInt(simulation.nodes().size() - 1));
            if (node.isRunning()) {
                kill(node);
                simulation.queue().post(down, node::start);
            }
        }
        simulation.queue().post(Duration.ofSeconds(1), () -> churn(sharePerSecond, down, end));
    }
}
