package net.re6st.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.re6st.cli.Failure;

/** The checks of a scenario: understands their words, and lets them look. */
final class Checks {
    private final List<Check> checks;

    /** What a check is made of. */
    private record Parts(Simulation simulation, History history, Violations violations) {}

    /** Makes a check. */
    private interface Maker {
        Check make(Parts parts);
    }

    private Checks(List<Check> checks) {
        this.checks = checks;
    }

    /** Whether every check of the scenario can be understood. */
    static void check(Scenario scenario) throws Failure {
        for (String text : scenario.checks()) {
            Maker unused = maker(text);
        }
    }

    static Checks of(Scenario scenario, Simulation simulation, History history, Violations violations) throws Failure {
        List<Check> checks = new ArrayList<>();
        for (String text : scenario.checks()) {
            checks.add(maker(text).make(new Parts(simulation, history, violations)));
        }
        return new Checks(checks);
    }

    private static Maker maker(String text) throws Failure {
        Words words = new Words(text);
        Maker maker = maker(words);
        words.end();
        return maker;
    }

    private static Maker maker(Words words) throws Failure {
        String name = words.next();
        switch (name) {
            case "connected":
                words.expect("within");
                Duration settled = words.duration();
                return p -> new ConnectedCheck(p.simulation(), p.history(), p.violations(), settled);
            case "degrees":
                words.expect("from");
                Duration from = words.duration();
                return p -> new DegreesCheck(p.simulation(), p.history(), p.violations(), from);
            case "removals":
                return p -> new RemovalsCheck(p.simulation(), p.violations());
            case "refresh":
                words.expect("from");
                Duration begin = words.duration();
                words.expect("at-least");
                double share = words.share();
                return p -> new RefreshCheck(p.simulation(), p.violations(), begin, share);
            case "versions":
                words.expect("within");
                Duration informed = words.duration();
                return p -> new VersionsCheck(p.simulation(), p.history(), p.violations(), informed);
            case "revoked":
                words.expect("within");
                Duration isolated = words.duration();
                return p -> new RevokedCheck(p.simulation(), p.history(), p.violations(), isolated);
            case "bounded":
                return p -> new BoundedCheck(p.simulation(), p.violations());
            case "replays":
                return p -> new ReplaysCheck(p.simulation(), p.history(), p.violations());
            case "handshakes":
                return p -> new HandshakesCheck(p.simulation(), p.history(), p.violations());
            case "stretch":
                words.expect("at-most");
                double stretch = words.factor();
                return p -> new StretchCheck(p.simulation(), p.violations(), stretch);
            case "bursts":
                words.expect("at-most");
                int most = words.number();
                words.expect("per-node-and-minute");
                return p -> new BurstsCheck(p.simulation(), p.violations(), most);
            case "dialling":
                return p -> new DiallingCheck(p.simulation(), p.violations());
            case "registry":
            case "dials":
            case "traffic":
            case "cryptography":
                return load(name, words);
            default:
                throw words.wrong("'" + name + "' is no check");
        }
    }

    private static Maker load(String name, Words words) throws Failure {
        words.expect("at-most");
        int most = words.number();
        words.expect("per-node-and-hour");
        words.expect("from");
        Duration from = words.duration();
        LoadCheck.Counter counter =
                switch (name) {
                    case "registry" ->
                        (simulation, node) -> simulation.counters().registryCalls(node.index());
                    case "dials" -> (simulation, node) -> simulation.counters().dials(node.index());
                    case "traffic" ->
                        (simulation, node) -> simulation.counters().datagrams(node.index());
                    default -> (simulation, node) -> node.cryptography().operations();
                };
        return p -> new LoadCheck(name, p.simulation(), p.violations(), new LoadCheck.Limit(counter, most, from));
    }

    void look() {
        checks.forEach(Check::look);
    }

    void end() {
        checks.forEach(Check::end);
    }

    List<Check> all() {
        return checks;
    }
}
