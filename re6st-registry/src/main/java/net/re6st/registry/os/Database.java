package net.re6st.registry.os;

import java.nio.file.Path;
import java.util.Optional;
import net.re6st.cli.Failure;
import net.re6st.cli.UsageError;
import net.re6st.registry.os.SqliteRegistryStore.CertificateReader;

/** Where a registry's database is, as {@code --db} says it: a SQLite file, or a PostgreSQL server. */
public sealed interface Database permits SqliteFile, PostgresAddress {
    /** Reads the value of {@code --db}; {@code passwordFile}: in whose first line the password for the server is. */
    static Database of(String text, Optional<Path> passwordFile) throws UsageError {
        if (PostgresAddress.isMeant(text)) {
            return PostgresAddress.of(text, passwordFile);
        }
        if (passwordFile.isPresent()) {
            throw new UsageError("--db-password-file is for a database that is a PostgreSQL server, see --db");
        }
        return new SqliteFile(Path.of(text));
    }

    /** Whether the value of {@code --db} means a server. */
    static boolean isServer(String text) {
        return PostgresAddress.isMeant(text);
    }

    /** The same, seen from a directory to which names of files are relative. */
    Database in(Path directory);

    /** The file, if it is one. */
    Optional<Path> file();

    /** Opens it, makes what is missing in it; says why when it can't be used. */
    OpenStore openStore(int maxPrefixLength, CertificateReader reader) throws Failure;

    /** Opens one that must be there, to look at it. */
    OpenContent openContent() throws Failure;
}
