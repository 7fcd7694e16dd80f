package net.re6st.registry.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import net.re6st.cli.Failure;
import net.re6st.config.Value;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.registry.core.Maintenance;
import net.re6st.registry.os.CertificateRows;
import net.re6st.registry.os.SqliteBackup;
import net.re6st.registry.os.SqliteContent;
import net.re6st.registry.os.SqliteFile;
import net.re6st.registry.os.SqliteLock;
import net.re6st.registry.os.SqliteRegistryStore;
import net.re6st.registry.port.CaKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Puts a backup in the place of the database. */
@Command(
        customSynopsis = "re6st-registry restore [OPTIONS] FILE",
        description =
                "Put a backup in the place of the database. It is checked first; status 4, and nothing is changed, if it"
                        + " breaks its rules. The files of the CA and of its key are made if they are missing, the key only"
                        + " from a backup that has it. Serials and versions continue 1000 numbers further on, because"
                        + " some were given after the backup. Refused while a registry uses the database.")
final class RestoreCommand extends DatabaseCommand {
    @Option(names = "--force", description = "Replace the database if it exists.")
    boolean force;

    @Override
    boolean makesDatabase() {
        return true;
    }

    @Override
    int minOperands() {
        return 1;
    }

    @Override
    int run(Report report) throws Failure {
        Path source = Path.of(operand(0));
        Path db = db();
        if (!force && Files.exists(db)) {
            throw new Failure(db + " exists: --force replaces it");
        }
        CertificateAuthority authority = authority(source);
        Optional<String> storedKey = SqliteBackup.key(source);
        CaKey key = key(authority, storedKey);
        VerifyCommand.Verification verification;
        try (SqliteContent content = SqliteContent.open(source)) {
            verification = VerifyCommand.Verification.of(content, authority, Optional.of(key));
        }
        if (!verification.findings().isEmpty()) {
            verification.findings().forEach(finding -> System.err.println(finding));
            throw new Failure(Subcommands.FINDINGS, source + " breaks the rules of a database: nothing was changed");
        }
        replace(source, authority, key);
        writeMissing(authority, storedKey);
        if (report.isJson()) {
            report.json(
                    "restored", Report.members("db", Value.of(db.toString()), "nodes", Value.of(verification.nodes())));
        } else {
            report.line("restored " + db + ", " + verification.nodes() + " nodes");
        }
        return 0;
    }

    private Path db() throws Failure {
        return locations()
                .db()
                .file()
                .orElseThrow(
                        () -> new Failure("restore makes a database that is a file: restore into one, and copy that"
                                + " into " + locations().db() + " with re6st-registry migrate"));
    }

    /** The CA's file if it is there, else what the backup says. */
    private CertificateAuthority authority(Path source) throws Failure {
        Locations backup =
                new Locations(new SqliteFile(source), locations().ca().filter(Files::exists), Optional.empty(), 0);
        return OpenRegistry.authority(backup);
    }

    private CaKey key(CertificateAuthority authority, Optional<String> stored) throws Failure {
        if (locations().key().filter(Files::exists).isPresent()) {
            return OpenRegistry.key(locations(), authority).orElseThrow();
        }
        String pem = stored.orElseThrow(() -> new Failure(
                "the CA's key is needed and not in the backup: name it with --key, or the registry's option file with"
                        + " --config"));
        return OpenRegistry.keyOf(pem, "the key in the backup", authority);
    }

    private void replace(Path source, CertificateAuthority authority, CaKey key) throws Failure {
        Path db = db();
        try (SqliteLock lock = SqliteLock.ofPlace(db);
                SafeFile file = SafeFile.replace(db)) {
            SqliteBackup.copy(source, file.pending());
            SqliteBackup.dropKey(file.pending());
            int max = authority.network().maxPrefixLength();
            try (SqliteRegistryStore store = SqliteRegistryStore.open(file.pending(), max, CertificateRows::read)) {
                new Maintenance(store, key, new SecureRandom())
                        .continueFrom(source.getFileName().toString(), OpenRegistry.occasion());
            }
            lock.deleteJournals();
            file.commit();
        }
    }

    private void writeMissing(CertificateAuthority authority, Optional<String> storedKey) throws Failure {
        Optional<Path> ca = locations().ca().filter(file -> !Files.exists(file));
        if (ca.isPresent()) {
            SafeFile.create(ca.get(), authority.certificate().pem(), false);
        }
        Optional<Path> key = locations().key().filter(file -> !Files.exists(file));
        if (key.isPresent() && storedKey.isPresent()) {
            SafeFile.create(key.get(), storedKey.get(), true);
        }
    }
}
