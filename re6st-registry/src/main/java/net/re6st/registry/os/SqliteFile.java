package net.re6st.registry.os;

import java.nio.file.Path;
import java.util.Optional;
import net.re6st.cli.Failure;
import net.re6st.registry.os.SqliteRegistryStore.CertificateReader;

/** A database that is a file. */
public record SqliteFile(Path path) implements Database {
    @Override
    public Database in(Path directory) {
        return new SqliteFile(directory.resolve(path));
    }

    @Override
    public Optional<Path> file() {
        return Optional.of(path);
    }

    @Override
    public OpenStore openStore(int maxPrefixLength, CertificateReader reader) throws Failure {
        return SqliteRegistryStore.open(path, maxPrefixLength, reader);
    }

    @Override
    public OpenContent openContent() throws Failure {
        return SqliteContent.open(path);
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
