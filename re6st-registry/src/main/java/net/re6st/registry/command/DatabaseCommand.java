package net.re6st.registry.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import net.re6st.cli.Failure;
import net.re6st.cli.UsageError;
import net.re6st.registry.os.SqliteFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A subcommand that works on a database. Decides where the database, the CA and its key are. */
abstract class DatabaseCommand extends AuthorityCommand {
    private static final Path DEFAULT_CONFIG = Path.of("/etc/re6stnet/re6st-registry.conf");
    private static final int DEFAULT_PREFIX_LENGTH = 16;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Option file of the registry, also written @FILE; says where database, CA and key are. File"
                    + " names in it are relative to its directory (default: /etc/re6stnet/re6st-registry.conf, if it"
                    + " is there).")
    @Nullable
    Path config;

    @Option(
            names = "--db",
            paramLabel = "FILE|URL",
            description = "Database, a file or postgresql://USER@HOST:PORT/NAME (default: registry.db in"
                    + " /var/lib/re6st-registry, where a package has made that, or in /var/lib/re6stnet).")
    @Nullable
    String db;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "Private key of the CA, needed by what changes anything.")
    @Nullable
    Path key;

    private @Nullable Locations locations;

    @Override
    final void locate(Subcommands.OptionFile files) throws UsageError {
        Locations found;
        if (config != null) {
            found = files.read(config);
        } else if (db == null && Files.isReadable(DEFAULT_CONFIG)) {
            found = files.read(DEFAULT_CONFIG);
        } else {
            found = new Locations(
                    new SqliteFile(Locations.usualDatabase()),
                    Optional.empty(),
                    Optional.empty(),
                    DEFAULT_PREFIX_LENGTH);
        }
        locations = new Locations(
                db == null ? found.db() : database(db),
                Optional.ofNullable(ca).or(found::ca),
                Optional.ofNullable(key).or(found::key),
                found.prefixLength());
    }

    /** Whether it may make the database if that is a file that is not there. */
    boolean makesDatabase() {
        return false;
    }

    @Override
    final void ready() throws Failure {
        if (!makesDatabase()) {
            locations().requireDatabase();
        }
    }

    final Locations locations() {
        if (locations == null) {
            throw new IllegalStateException("not located yet");
        }
        return locations;
    }
}
