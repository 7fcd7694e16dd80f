package net.re6st.registry.command;

import java.util.Optional;
import net.re6st.cli.Failure;
import net.re6st.cli.UsageError;
import net.re6st.registry.core.Answer;
import net.re6st.registry.core.Maintenance;
import net.re6st.registry.core.Occasion;
import net.re6st.registry.port.TokenRow;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes a token with which one node can join. */
@Command(
        customSynopsis = "re6st-registry token add [OPTIONS] EMAIL [TOKEN]",
        description = "Make a token with which one node can join, and print it. Without TOKEN it is eight random"
                + " letters; one of your own must be as hard to guess.")
final class TokenAddCommand extends DatabaseCommand {
    @Option(
            names = "--prefix-length",
            paramLabel = "BITS",
            description = "Length of the prefix the node gets (default: that of the option file, else 16).")
    @Nullable
    Integer prefixLength;

    @Override
    int minOperands() {
        return 1;
    }

    /** The first token may be made before the registry is started for the first time. */
    @Override
    boolean makesDatabase() {
        return true;
    }

    @Override
    int maxOperands() {
        return 2;
    }

    @Override
    void check() throws UsageError {
        if (prefixLength != null && (prefixLength < 1 || prefixLength > 128)) {
            throw new UsageError("--prefix-length " + prefixLength + ": must be in 1..128");
        }
    }

    @Override
    int run(Report report) throws Failure {
        if (locations().lacksDatabase()) {
            System.err.println("makes the database " + locations().db() + ", which is not there");
        }
        int length = prefixLength == null ? locations().prefixLength() : prefixLength;
        try (OpenRegistry registry = OpenRegistry.open(locations())) {
            int max = registry.authority().authority().network().maxPrefixLength();
            if (length < 1 || length > max) {
                throw new Failure("prefix length " + length + ": must be in 1.." + max + " here, see --prefix-length");
            }
            Maintenance maintenance = registry.maintenance(locations());
            Occasion occasion = OpenRegistry.occasion();
            Optional<String> chosen = operands().size() > 1 ? Optional.of(operand(1)) : Optional.empty();
            Answer answer = chosen.isPresent()
                    ? maintenance.addToken(operand(0), chosen.get(), length, occasion)
                    : maintenance.createToken(operand(0), length, occasion);
            RevokeCommand.check(answer, operand(0));
            String token = chosen.orElseGet(() -> answer.body().toLatin1());
            if (report.isJson()) {
                TokenRow row = new TokenRow(token, operand(0), length, occasion.unixSeconds());
                report.json("token", Report.members("token", Descriptions.token(row)));
            } else {
                report.line(token);
            }
            return 0;
        }
    }
}
