package net.re6st.registry.command;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import net.re6st.cli.Failure;
import net.re6st.config.Value;
import net.re6st.registry.port.TokenRow;
import picocli.CommandLine.Command;

/** Lists the tokens that were not used yet. */
@Command(description = "List the tokens that were not used yet. They are secrets: each lets somebody join.")
final class TokenListCommand extends DatabaseCommand {
    @Override
    int run(Report report) throws Failure {
        try (OpenRegistry registry = OpenRegistry.open(locations())) {
            List<TokenRow> tokens = registry.store().read(view -> view.tokens());
            if (report.isJson()) {
                report.json(
                        "tokens",
                        Report.members(
                                "tokens",
                                Value.of(
                                        tokens.stream().map(Descriptions::token).toList())));
            } else {
                List<List<String>> rows = tokens.stream()
                        .map(token -> List.of(
                                token.token(),
                                Integer.toString(token.prefixLength()),
                                Instant.ofEpochSecond(token.madeUnixSeconds()).toString(),
                                token.email()))
                        .toList();
                report.table(
                        List.of("TOKEN", "PREFIX LENGTH", "MADE", "E-MAIL"),
                        rows,
                        Collections.nCopies(rows.size(), false));
            }
            return 0;
        }
    }
}
