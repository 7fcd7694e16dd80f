package net.re6st.registry.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocationsTest {
    @TempDir
    private Path directory;

    /** Beside a registry that somebody runs as root although there is a package, and after its files were taken over. */
    @Test
    void theDatabaseOfAPackagedServiceComesFirstUnlessOnlyTheOtherIsThere() throws IOException {
        Path served = directory.resolve("served");
        Path plain = directory.resolve("plain");
        assertThat(Locations.usualDatabase(served, plain)).isEqualTo(served);
        Files.createFile(plain);
        assertThat(Locations.usualDatabase(served, plain)).isEqualTo(plain);
        Files.createFile(served);
        assertThat(Locations.usualDatabase(served, plain)).isEqualTo(served);
    }
}
