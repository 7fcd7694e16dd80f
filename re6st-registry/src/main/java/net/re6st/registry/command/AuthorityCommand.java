package net.re6st.registry.command;

import java.nio.file.Path;
import java.util.Optional;
import net.re6st.cli.UsageError;
import net.re6st.registry.os.Database;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A subcommand that opens databases and needs the certificate of their CA. */
abstract class AuthorityCommand extends CommandOptions {
    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "Certificate of the CA; without it, the one that is in the database.")
    @Nullable
    Path ca;

    @Option(
            names = "--db-password-file",
            paramLabel = "FILE",
            description = "The file's first line is the password for a database that is a URL.")
    @Nullable
    Path dbPasswordFile;

    /** The database that a word names; if it is a server, the password file is for it. */
    final Database database(String text) throws UsageError {
        return Database.of(text, Database.isServer(text) ? Optional.ofNullable(dbPasswordFile) : Optional.empty());
    }
}
