package net.re6st.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import net.re6st.cli.Failure;
import net.re6st.testing.TinyGeoDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In which country addresses are, by a file. */
final class GeoDatabaseTest {
    @TempDir
    private Path directory;

    @Test
    void knowsTheCountryOfAddresses() throws Exception {
        GeoDatabase database = GeoDatabase.open(new TinyGeoDatabase()
                .block("203.0.113", 24, "FR")
                .block("198.51.100.128", 25, "JP")
                .write(directory.resolve("countries.mmdb")));
        assertThat(database.locate("203.0.113.9").orElseThrow().country()).contains("FR");
        assertThat(database.locate("203.0.113.9").orElseThrow().continent()).isEmpty();
        assertThat(database.locate("198.51.100.200").orElseThrow().country()).contains("JP");
        assertThat(database.locate("198.51.100.1")).isEmpty();
        assertThat(database.locate("2001:db8::1")).isEmpty();
        assertThat(database.locate("host.example")).isEmpty();
    }

    @Test
    void saysThatAFileIsNoDatabase() throws IOException {
        Path file = Files.writeString(directory.resolve("text"), "no database");
        assertThatThrownBy(() -> GeoDatabase.open(file))
                .isInstanceOf(Failure.class)
                .hasMessageContaining(file.toString());
        Path missing = directory.resolve("missing");
        assertThatThrownBy(() -> GeoDatabase.open(missing))
                .isInstanceOf(Failure.class)
                .hasMessageContaining(missing.toString());
    }
}
