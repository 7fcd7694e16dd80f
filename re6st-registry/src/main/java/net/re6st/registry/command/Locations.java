package net.re6st.registry.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import net.re6st.cli.Failure;
import net.re6st.registry.os.Database;

/** Where a registry keeps what subcommands work on, and how long the prefixes are that it gives for tokens. */
public record Locations(Database db, Optional<Path> ca, Optional<Path> key, int prefixLength) {
    /** The database of a registry that is not told otherwise. */
    public static final Path DEFAULT_DB = Path.of("/var/lib/re6stnet/registry.db");

    /** The database that subcommands look at if nothing names one. */
    public static Path usualDatabase() {
        return ServiceAccount.find()
                .map(service -> usualDatabase(service.database(), DEFAULT_DB))
                .orElse(DEFAULT_DB);
    }

    /** The service of a package says {@code --db} itself, so its option file need not; it may also never have been started. */
    static Path usualDatabase(Path served, Path plain) {
        return Files.exists(served) || !Files.exists(plain) ? served : plain;
    }

    /** Whether the database is a file that is not there. */
    boolean lacksDatabase() {
        return db.file().filter(file -> !Files.exists(file)).isPresent();
    }

    /** Throws if there is none: an empty one would be no answer, and nothing that can be changed. */
    void requireDatabase() throws Failure {
        if (lacksDatabase()) {
            throw new Failure("there is no database " + db
                    + ": is it elsewhere? Name it with --db, or the registry's option file with --config");
        }
    }
}
