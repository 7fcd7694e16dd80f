package net.re6st.node.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.re6st.config.Value;
import net.re6st.node.command.Finding.Level;
import net.re6st.node.command.Terminal.Tone;
import net.re6st.node.control.ControlRequest;
import net.re6st.node.control.Fields;
import net.re6st.node.os.Reconcile;

/** {@code re6stnet doctor}: which checks there are, in which order; what they found, and the exit status that follows. */
final class Doctor {
    private final List<Check> checks;

    /** One check: one finding or more. */
    @FunctionalInterface
    interface Check {
        List<Finding> examine(Examination seen);
    }

    Doctor(List<Check> checks) {
        this.checks = checks;
    }

    static Doctor withAllChecks() {
        return new Doctor(List.of(
                ProgramChecks::openvpn,
                ProgramChecks::babeld,
                ProgramChecks::devices,
                IdentityChecks::certificate,
                IdentityChecks::registry,
                CloneChecks::clones,
                Doctor::leftovers,
                KernelChecks::address,
                KernelChecks::forwarding,
                KernelChecks::acceptRa,
                KernelChecks::reversePath,
                KernelChecks::networkManager,
                PortChecks::ports,
                RouterChecks::mapping,
                LinkChecks::babel,
                LinkChecks::sessions,
                LinkChecks::icmp,
                LinkChecks::loss,
                LinkChecks::mtu));
    }

    List<Finding> examine(Examination seen) {
        List<Finding> findings = new ArrayList<>();
        findings.add(daemon(seen));
        for (Check check : checks) {
            findings.addAll(check.examine(seen));
        }
        return findings;
    }

    private static Finding daemon(Examination seen) {
        if (seen.isRunning()) {
            return Finding.ok("daemon", "runs, as process " + seen.status().text("pid"));
        } else if (seen.status().text("state").equals("starting")) {
            return Finding.warning(
                    "daemon",
                    "is starting, and waits for the network parameters",
                    "the registry must be reachable once: see what is said of it below");
        }
        return Finding.warning("daemon", "does not run", "systemctl start re6stnet, or see re6stnet.log why it ended");
    }

    /** While a daemon runs everything of re6stnet on this host is its own. */
    private static List<Finding> leftovers(Examination seen) {
        if (!seen.status().members().isEmpty()) {
            return List.of(Finding.skipped("leftovers", "re6stnet runs"));
        }
        List<String> left = Reconcile.leftovers(seen.run());
        return List.of(
                left.isEmpty()
                        ? Finding.ok("leftovers", "nothing is left of an earlier run")
                        : Finding.warning(
                                "leftovers",
                                "an earlier run left " + String.join(", ", left),
                                "start re6stnet: it takes them over, or ends them"));
    }

    static int status(List<Finding> findings) {
        Level worst = Finding.worst(findings);
        return worst == Level.ERROR ? 2 : worst == Level.WARNING ? 1 : 0;
    }

    static Value json(Examination seen, List<Finding> findings) {
        return new Fields()
                .put("version", ControlRequest.VERSION)
                .put("kind", "doctor")
                .put("running", seen.isRunning())
                .put("verdict", List.of("fine", "warnings", "errors").get(status(findings)))
                .put("findings", findings.stream().map(Finding::json).toList())
                .value();
    }

    static List<String> lines(List<Finding> findings, Terminal terminal) {
        Map<Level, Tone> tones = new TreeMap<>(Map.of(
                Level.OK, Tone.GOOD, Level.SKIPPED, Tone.PLAIN, Level.WARNING, Tone.WARNING, Level.ERROR, Tone.BAD));
        List<String> lines = new ArrayList<>();
        for (Finding finding : findings) {
            String level = "%-8s".formatted(finding.level().name().toLowerCase(java.util.Locale.ROOT));
            lines.add(terminal.paint(tones.getOrDefault(finding.level(), Tone.PLAIN), level)
                    + "%-15s".formatted(finding.check())
                    + finding.text());
            if (!finding.remedy().isEmpty()) {
                lines.add(" ".repeat(23) + "-> " + finding.remedy());
            }
        }
        long errors = count(findings, Level.ERROR);
        long warnings = count(findings, Level.WARNING);
        lines.add(
                errors + warnings == 0
                        ? "everything is fine"
                        : errors
                                + (errors == 1 ? " error, " : " errors, ")
                                + warnings
                                + (warnings == 1 ? " warning" : " warnings"));
        return lines;
    }

    private static long count(List<Finding> findings, Level level) {
        return findings.stream().filter(finding -> finding.level() == level).count();
    }
}
