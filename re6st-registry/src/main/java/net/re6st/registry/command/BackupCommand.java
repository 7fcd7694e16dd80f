package net.re6st.registry.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import net.re6st.cli.Failure;
import net.re6st.config.Value;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.registry.core.AuditCheck;
import net.re6st.registry.os.SqliteBackup;
import net.re6st.registry.os.SqliteContent;
import net.re6st.registry.port.CaKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Copies the database while a registry works on it. */
@Command(
        customSynopsis = "re6st-registry backup [OPTIONS] FILE",
        description =
                "Copy the database, with the certificate of the CA, into a file that only its owner can read, also"
                        + " while a registry works on it, and check the copy. Status 4 if the copy, and so the database, breaks"
                        + " its rules: it is kept. The CA's private key is not in it unless asked for; without that key nothing"
                        + " can be restored, so keep it elsewhere.")
final class BackupCommand extends DatabaseCommand {
    @Option(names = "--with-key", description = "Put the CA's private key into the file as well.")
    boolean withKey;

    @Option(names = "--force", description = "Replace the file if it exists.")
    boolean force;

    @Override
    int minOperands() {
        return 1;
    }

    @Override
    int run(Report report) throws Failure {
        Path source = locations()
                .db()
                .file()
                .orElseThrow(() -> new Failure("backup copies a database that is a file; back up "
                        + locations().db() + " with pg_dump, or copy it into a file with re6st-registry migrate"));
        Path target = Path.of(operand(0));
        if (!force && Files.exists(target)) {
            throw new Failure(target + " exists: name another file, or use --force");
        }
        CertificateAuthority authority = OpenRegistry.authority(locations());
        Optional<CaKey> key = OpenRegistry.key(locations(), authority);
        if (withKey && key.isEmpty()) {
            throw new Failure("--with-key: name the key with --key, or the registry's option file with --config");
        }
        try (SafeFile file = SafeFile.secret(target)) {
            SqliteBackup.copy(source, file.pending());
            if (withKey) {
                SqliteBackup.putKey(
                        file.pending(), OpenRegistry.text(locations().key().orElseThrow()));
            }
            VerifyCommand.Verification verification;
            try (SqliteContent content = SqliteContent.open(file.pending())) {
                verification = VerifyCommand.Verification.of(content, authority, key);
            }
            file.commit();
            tell(report, target, verification);
            return verification.findings().isEmpty() ? 0 : Subcommands.FINDINGS;
        }
    }

    private void tell(Report report, Path target, VerifyCommand.Verification verification) throws Failure {
        long bytes;
        try {
            bytes = Files.size(target);
        } catch (IOException e) {
            throw new Failure("can't read " + target + ": " + e.getMessage());
        }
        if (report.isJson()) {
            report.json(
                    "backup",
                    Report.members(
                            "file", Value.of(target.toString()),
                            "bytes", Value.of(bytes),
                            "with_key", Value.of(withKey),
                            "nodes", Value.of(verification.nodes()),
                            "head", Descriptions.head(verification.audit().flatMap(AuditCheck.Result::head)),
                            "findings", Descriptions.findings(verification.findings())));
        } else {
            verification.findings().forEach(finding -> report.warn(finding.toString()));
            report.line("wrote " + target + ", " + bytes + " bytes, " + verification.nodes() + " nodes");
            verification.audit().ifPresent(audit -> report.line(AuditVerifyCommand.summary(audit)));
        }
    }
}
