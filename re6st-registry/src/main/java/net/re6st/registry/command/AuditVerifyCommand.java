package net.re6st.registry.command;

import java.util.List;
import java.util.Optional;
import net.re6st.cli.Failure;
import net.re6st.cli.UsageError;
import net.re6st.config.Value;
import net.re6st.net.Bytes;
import net.re6st.registry.core.AuditCheck;
import net.re6st.registry.core.Finding;
import net.re6st.registry.os.OpenContent;
import net.re6st.registry.port.AuditHead;
import net.re6st.registry.port.CaKey;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Checks that the audit log is as it was written. */
@Command(
        description =
                "Check that the audit log is as it was written: no row changed, none missing, also at the end. With"
                        + " the CA's key the seal of the last row is checked as well. Prints the last row's number and hash:"
                        + " kept elsewhere and given to --expect, they show when a whole database was put back. Status 4 if"
                        + " something is wrong.")
final class AuditVerifyCommand extends DatabaseCommand {
    private static final int HASH_DIGITS = 64;

    @Option(names = "--expect", paramLabel = "NUMBER:HASH", description = "The row of that number must have that hash.")
    @Nullable
    String expect;

    private Optional<AuditCheck.Expected> expected = Optional.empty();

    @Override
    void check() throws UsageError {
        if (expect != null) {
            if (!expect.matches("\\d{1,18}:[0-9a-fA-F]{" + HASH_DIGITS + "}")) {
                throw new UsageError("--expect " + expect + ": must be NUMBER:HASH, as audit verify prints it");
            }
            int colon = expect.indexOf(':');
            expected = Optional.of(new AuditCheck.Expected(
                    Long.parseLong(expect.substring(0, colon)), Bytes.ofHex(expect.substring(colon + 1))));
        }
    }

    @Override
    int run(Report report) throws Failure {
        Optional<CaKey> key = OpenRegistry.key(locations(), OpenRegistry.authority(locations()));
        AuditCheck.Result result;
        try (OpenContent content = locations().db().openContent()) {
            if (!content.has("re6st_audit")) {
                throw new Failure(locations().db() + " has no audit log: the next start of the registry begins one");
            }
            result = content.read(view -> AuditCheck.check(view, key, expected));
        }
        if (report.isJson()) {
            report.json(
                    "audit-verification",
                    Report.members(
                            "rows", Value.of(result.rows()),
                            "head", Descriptions.head(result.head()),
                            "seal_checked", Value.of(result.isSealChecked()),
                            "findings", Descriptions.findings(result.findings())));
        } else {
            result.findings().forEach(finding -> report.warn(finding.toString()));
            report.line(summary(result));
        }
        return result.findings().isEmpty() ? 0 : Subcommands.FINDINGS;
    }

    static String summary(AuditCheck.Result result) {
        List<Finding> findings = result.findings();
        String head = result.head().map(AuditVerifyCommand::text).orElse("none");
        return result.rows() + " rows of the audit log, "
                + (findings.isEmpty() ? "nothing wrong" : findings.size() + " findings") + "; last: " + head
                + (result.isSealChecked() ? "" : "; the seal was not checked, for want of the CA's key");
    }

    private static String text(AuditHead head) {
        return head.number() + ":" + head.hash().toHex();
    }
}
