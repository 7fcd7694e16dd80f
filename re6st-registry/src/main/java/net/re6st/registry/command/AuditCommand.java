package net.re6st.registry.command;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.re6st.cli.Failure;
import net.re6st.cli.UsageError;
import net.re6st.config.Value;
import net.re6st.registry.port.AuditRow;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the end of the audit log. */
@Command(
        description = "Show the end of the audit log: who did what, and when. The log is checked by"
                + " re6st-registry audit verify.")
final class AuditCommand extends DatabaseCommand {
    private static final int MAX = 1_000_000;

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "N",
            description = "How many rows, the newest last (default: ${DEFAULT-VALUE}).")
    int lines = 50;

    @Override
    void check() throws UsageError {
        if (lines < 1 || lines > MAX) {
            throw new UsageError("--lines " + lines + ": must be in 1.." + MAX);
        }
    }

    @Override
    int run(Report report) throws Failure {
        try (OpenRegistry registry = OpenRegistry.open(locations())) {
            List<AuditRow> rows =
                    new ArrayList<>(registry.store().read(view -> view.auditBefore(Long.MAX_VALUE, lines)));
            Collections.reverse(rows);
            if (report.isJson()) {
                report.json(
                        "audit",
                        Report.members(
                                "rows",
                                Value.of(rows.stream().map(Descriptions::audit).toList())));
            } else {
                rows.forEach(row -> report.line(text(row)));
            }
            return 0;
        }
    }

    static String text(AuditRow row) {
        return row.number() + " " + Instant.ofEpochSecond(row.unixSeconds()) + " " + row.act()
                + (row.target().isEmpty() ? "" : " " + row.target())
                + (row.detail().isEmpty() ? "" : " (" + row.detail() + ")") + " by " + row.actor();
    }
}
