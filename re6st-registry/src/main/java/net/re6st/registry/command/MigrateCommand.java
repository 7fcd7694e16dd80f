package net.re6st.registry.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.re6st.cli.Failure;
import net.re6st.cli.UsageError;
import net.re6st.config.Value;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.registry.command.VerifyCommand.Verification;
import net.re6st.registry.core.AuditCheck;
import net.re6st.registry.os.Database;
import net.re6st.registry.os.Migration;
import net.re6st.registry.os.OpenContent;
import net.re6st.registry.os.SqliteFile;
import net.re6st.registry.os.SqliteLock;
import net.re6st.registry.port.CaKey;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Moves the database between a file and a server. */
@Command(
        customSynopsis = "re6st-registry migrate [OPTIONS] FROM TO",
        description =
                "Copy a database into another place: from a file to a PostgreSQL server, or back, or from one server"
                        + " to another. Both are written as for --db. Both are checked as verify does it; status 4, and nothing is"
                        + " written, if one breaks its rules. The file must not exist, the database on the server must have no"
                        + " network yet. Refused while a registry uses FROM.")
final class MigrateCommand extends AuthorityCommand {
    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "Private key of the CA, to check the seal of the audit log as well.")
    @Nullable
    Path key;

    private Database from = new SqliteFile(Path.of(""));
    private Database to = from;

    @Override
    int minOperands() {
        return 2;
    }

    @Override
    void check() throws UsageError {
        from = database(operand(0));
        to = database(operand(1));
        if (from.file().isPresent() && to.file().isPresent()) {
            throw new UsageError("both are files: backup and restore copy those");
        }
    }

    @Override
    int run(Report report) throws Failure {
        Locations locations = new Locations(from, Optional.ofNullable(ca), Optional.ofNullable(key), 0);
        CertificateAuthority authority = OpenRegistry.authority(locations);
        Both both = new Both(authority, OpenRegistry.key(locations, authority));
        Optional<Path> file = to.file();
        if (file.isEmpty()) {
            Migration.run(from, to, both);
        } else if (Files.exists(file.get())) {
            throw new Failure(to + " exists: name another file");
        } else {
            try (SqliteLock lock = SqliteLock.ofPlace(file.get());
                    SafeFile safe = SafeFile.replace(file.get())) {
                Migration.run(from, new SqliteFile(safe.pending()), both);
                lock.deleteJournals();
                safe.commit();
            }
        }
        Verification copied = both.seen.get(1);
        if (report.isJson()) {
            report.json(
                    "migrated",
                    Report.members(
                            "from", Value.of(from.toString()),
                            "to", Value.of(to.toString()),
                            "nodes", Value.of(copied.nodes()),
                            "head", Descriptions.head(copied.audit().flatMap(AuditCheck.Result::head))));
        } else {
            report.line("copied " + from + " to " + to + ", " + copied.nodes() + " nodes");
            copied.audit().ifPresent(audit -> report.line(AuditVerifyCommand.summary(audit)));
        }
        return 0;
    }

    /** Checks the one, then the other, and that they say the same. */
    private static final class Both implements Migration.Check {
        private final CertificateAuthority authority;
        private final Optional<CaKey> key;
        private final List<Verification> seen = new ArrayList<>();

        Both(CertificateAuthority authority, Optional<CaKey> key) {
            this.authority = authority;
            this.key = key;
        }

        @Override
        public void check(OpenContent content) throws Failure {
            Verification verification = Verification.of(content, authority, key);
            String which = seen.isEmpty() ? "the database" : "the copy";
            if (!verification.findings().isEmpty()) {
                verification.findings().forEach(finding -> System.err.println(finding));
                throw new Failure(Subcommands.FINDINGS, which + " breaks its rules: nothing was written");
            }
            if (!seen.isEmpty() && !verification.equals(seen.get(0))) {
                throw new Failure(Subcommands.FINDINGS, "the copy differs from the database: nothing was written");
            }
            seen.add(verification);
        }
    }
}
