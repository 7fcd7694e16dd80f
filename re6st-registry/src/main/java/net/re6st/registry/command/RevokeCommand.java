package net.re6st.registry.command;

import net.re6st.cli.Failure;
import net.re6st.config.Value;
import net.re6st.registry.core.Answer;
import net.re6st.registry.core.PublishedParameters;
import picocli.CommandLine.Command;

/** Excludes a node. */
@Command(
        customSynopsis = "re6st-registry revoke [OPTIONS] CN|SERIAL",
        description = "Exclude a node. By CN (5/16): its certificate is revoked and its prefix is free for another. By"
                + " serial: the certificate alone is revoked, and its holder can have another. A running registry tells"
                + " the network within a second; otherwise the next start does. Status 3 if there is none.")
final class RevokeCommand extends DatabaseCommand {
    @Override
    int minOperands() {
        return 1;
    }

    @Override
    int run(Report report) throws Failure {
        try (OpenRegistry registry = OpenRegistry.open(locations())) {
            Answer answer = registry.maintenance(locations()).revoke(operand(0), OpenRegistry.occasion());
            check(answer, operand(0));
            long version = registry.store()
                    .read(PublishedParameters::of)
                    .map(PublishedParameters::version)
                    .orElse(0L);
            if (report.isJson()) {
                report.json(
                        "revoked",
                        Report.members("target", Value.of(operand(0)), "network_version", Value.of(version)));
            } else {
                report.line("revoked " + operand(0) + ", in version " + version + " of the parameters");
            }
            return 0;
        }
    }

    /** Turns a refusal into a message and an exit status. */
    static void check(Answer answer, String what) throws Failure {
        if (answer.reason().isPresent()) {
            int status = answer.status() == Answer.NOT_FOUND ? Subcommands.NOT_FOUND : 1;
            throw new Failure(status, what + ": " + answer.reason().get());
        }
    }
}
