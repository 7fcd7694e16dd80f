package net.re6st.registry.command;

import net.re6st.cli.Failure;
import net.re6st.config.Value;
import picocli.CommandLine.Command;

/** Deletes a token, so that nobody can join with it. */
@Command(
        customSynopsis = "re6st-registry token delete [OPTIONS] TOKEN",
        description = "Delete a token, so that nobody can join with it. Status 3 if there is none.")
final class TokenDeleteCommand extends DatabaseCommand {
    @Override
    int minOperands() {
        return 1;
    }

    @Override
    int run(Report report) throws Failure {
        try (OpenRegistry registry = OpenRegistry.open(locations())) {
            if (!registry.maintenance(locations()).deleteToken(operand(0), OpenRegistry.occasion())) {
                throw new Failure(Subcommands.NOT_FOUND, "there is no such token");
            }
            if (report.isJson()) {
                report.json("token-deleted", Report.members("token", Value.of(operand(0))));
            } else {
                report.line("deleted");
            }
            return 0;
        }
    }
}
