package net.re6st.registry.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.re6st.cli.Failure;
import net.re6st.config.Value;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.registry.core.AuditCheck;
import net.re6st.registry.core.DatabaseRules;
import net.re6st.registry.core.Finding;
import net.re6st.registry.os.OpenContent;
import net.re6st.registry.port.CaKey;
import picocli.CommandLine.Command;

/** Checks the database against its own rules. */
@Command(
        description = "Check the database against its own rules: the tree of prefixes covers the network once, each"
                + " certificate is of this CA and of its row, serials are unique, what is published is signed, the audit"
                + " log is whole. Changes nothing, also beside a running registry. Status 4 if something is wrong.")
final class VerifyCommand extends DatabaseCommand {
    @Override
    int run(Report report) throws Failure {
        CertificateAuthority authority = OpenRegistry.authority(locations());
        Optional<CaKey> key = OpenRegistry.key(locations(), authority);
        try (OpenContent content = locations().db().openContent()) {
            Verification verification = Verification.of(content, authority, key);
            if (report.isJson()) {
                report.json(
                        "verification",
                        Report.members(
                                "nodes", Value.of(verification.nodes()),
                                "audit_rows",
                                        Value.of(verification
                                                .audit()
                                                .map(AuditCheck.Result::rows)
                                                .orElse(0L)),
                                "findings", Descriptions.findings(verification.findings())));
            } else {
                verification.findings().forEach(finding -> report.warn(finding.toString()));
                report.line(verification.nodes() + " nodes, "
                        + (verification.findings().isEmpty()
                                ? "nothing wrong"
                                : verification.findings().size() + " findings"));
                verification.audit().ifPresent(audit -> report.line(AuditVerifyCommand.summary(audit)));
            }
            return verification.findings().isEmpty() ? 0 : Subcommands.FINDINGS;
        }
    }

    /** Everything that can be checked. */
    record Verification(int nodes, Optional<AuditCheck.Result> audit, List<Finding> findings) {
        static Verification of(OpenContent content, CertificateAuthority authority, Optional<CaKey> key) {
            DatabaseRules.Result rules = DatabaseRules.check(content, authority);
            Optional<AuditCheck.Result> audit = content.has("re6st_audit")
                    ? Optional.of(content.read(view -> AuditCheck.check(view, key, Optional.empty())))
                    : Optional.empty();
            List<Finding> findings = new ArrayList<>(rules.findings());
            audit.ifPresent(result -> findings.addAll(result.findings()));
            return new Verification(rules.nodes(), audit, findings);
        }
    }
}
