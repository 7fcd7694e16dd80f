package net.re6st.registry.command;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.re6st.cli.Failure;
import net.re6st.config.Value;
import net.re6st.crypto.Certificate;
import net.re6st.net.Ip6;
import net.re6st.net.Network;
import net.re6st.net.Prefix;
import net.re6st.registry.core.Clashes;
import net.re6st.registry.port.AuditRow;
import net.re6st.registry.port.ClashRow;
import net.re6st.registry.port.NodeRow;
import net.re6st.registry.port.View;
import picocli.CommandLine.Command;

/** Shows all there is about one node, or about those of one e-mail address. */
@Command(
        customSynopsis = "re6st-registry show [OPTIONS] PREFIX|SERIAL|EMAIL",
        description = "Show all there is about a node: its certificate and what the audit log has about it."
                + " PREFIX is a CN (5/16) or an address in the node's subnet, SERIAL that of its certificate."
                + " An e-mail address may have several nodes. Status 3 if there is none.")
final class ShowCommand extends DatabaseCommand {
    private static final int PAGE = 1000;
    private static final int MAX_HISTORY = 20;
    private static final int MAX_SERIAL_DIGITS = 18;

    @Override
    int minOperands() {
        return 1;
    }

    /** A node, its certificate, what is known of two machines that have it, and the newest audit rows about it. */
    private record Shown(
            NodeRow node, Optional<Certificate> certificate, Optional<ClashRow> clones, List<AuditRow> history) {}

    @Override
    int run(Report report) throws Failure {
        try (OpenRegistry registry = OpenRegistry.open(locations())) {
            Network network = registry.authority().authority().network();
            long now = OpenRegistry.now().wall().getEpochSecond();
            List<Shown> shown = registry.store().read(view -> find(view, network, now));
            if (shown.isEmpty()) {
                throw new Failure(Subcommands.NOT_FOUND, "no node is " + operand(0));
            }
            if (report.isJson()) {
                List<Value> nodes =
                        shown.stream().map(one -> describe(network, one, now)).toList();
                report.json("details", Report.members("nodes", Value.of(nodes)));
            } else {
                shown.forEach(one -> print(report, network, one, now));
            }
            return 0;
        }
    }

    private List<Shown> find(View view, Network network, long now) {
        List<ClashRow> clashes = Clashes.certain(view, now);
        return view.nodes().stream()
                .filter(node -> isMeant(node, network))
                .map(node -> new Shown(
                        node,
                        view.certificate(node.prefix()).flatMap(row -> Certificate.ofPem(row.pem())),
                        clashes.stream()
                                .filter(clash -> clash.node().equals(node.prefix()))
                                .findFirst(),
                        history(view, node.prefix().cn())))
                .toList();
    }

    private boolean isMeant(NodeRow node, Network network) {
        String wanted = operand(0);
        if (wanted.indexOf('@') >= 0) {
            return node.email().filter(wanted::equals).isPresent();
        }
        if (wanted.indexOf(':') >= 0) {
            return Ip6.parse(wanted)
                    .flatMap(network::suffixOf)
                    .filter(bits -> bits.startsWith(node.prefix()))
                    .isPresent();
        }
        if (wanted.indexOf('/') >= 0) {
            return Prefix.parseCn(wanted).filter(node.prefix()::equals).isPresent();
        }
        return wanted.length() <= MAX_SERIAL_DIGITS && wanted.equals(Long.toString(node.serial()));
    }

    private static List<AuditRow> history(View view, String cn) {
        List<AuditRow> found = new ArrayList<>();
        List<AuditRow> page = view.auditBefore(Long.MAX_VALUE, PAGE);
        while (!page.isEmpty() && found.size() < MAX_HISTORY) {
            page.stream()
                    .filter(row -> row.target().equals(cn))
                    .limit(MAX_HISTORY - found.size())
                    .forEach(found::add);
            page = view.auditBefore(page.get(page.size() - 1).number(), PAGE);
        }
        return found;
    }

    private static Value describe(Network network, Shown one, long now) {
        return Report.object(
                "node", Descriptions.node(network, one.node(), now),
                "certificate",
                        one.certificate()
                                .map(certificate -> Report.object(
                                        "subject",
                                                Value.of(certificate.subject().toString()),
                                        "not_before",
                                                Report.time(
                                                        certificate.notBefore().getEpochSecond()),
                                        "key_bits", Value.of(certificate.keyBits()),
                                        "fingerprint", Value.of(Descriptions.fingerprint(certificate)),
                                        "pem", Value.of(certificate.pem())))
                                .orElseGet(Value.Null::new),
                "clones",
                        one.clones()
                                .map(clash -> Report.object(
                                        "times", Value.of(clash.times()),
                                        "last", Report.time(clash.lastUnixSeconds()),
                                        "address", Value.of(clash.address()),
                                        "other_address", Value.of(clash.otherAddress())))
                                .orElseGet(Value.Null::new),
                "history",
                        Value.of(one.history().stream().map(Descriptions::audit).toList()));
    }

    private static void print(Report report, Network network, Shown one, long now) {
        NodeRow node = one.node();
        String state = Descriptions.state(node, now);
        report.line("node         " + node.prefix().cn());
        report.line("prefix       " + node.prefix().bits());
        report.line("subnet       " + network.subnet(node.prefix()));
        report.line("e-mail       " + node.email().orElse("-"));
        report.line("state        " + (state.equals("valid") ? state : report.red(state)));
        report.line("serial       " + node.serial());
        node.subjectSerial().ifPresent(serial -> report.line("IPv4 number  " + serial));
        one.certificate().ifPresent(certificate -> {
            report.line("valid        " + certificate.notBefore() + " to " + certificate.notAfter());
            report.line("subject      " + certificate.subject());
            report.line("key          RSA, " + certificate.keyBits() + " bits");
            report.line("fingerprint  " + Descriptions.fingerprint(certificate));
        });
        one.clones()
                .ifPresent(clash -> report.line("clones       "
                        + report.red("two machines have this certificate") + ": they called from "
                        + clash.address() + " and " + clash.otherAddress() + ", the last time "
                        + Instant.ofEpochSecond(clash.lastUnixSeconds())));
        one.history().forEach(row -> report.line("  " + AuditCommand.text(row)));
        report.line("");
    }
}
