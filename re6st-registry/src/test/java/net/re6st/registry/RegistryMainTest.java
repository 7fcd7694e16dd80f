package net.re6st.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import net.re6st.registry.os.Database;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryMainTest {
    @TempDir
    private Path directory;

    @Test
    void subcommandsWorkOnTheDatabaseOfTheOptionFileElseOnTheUsualOne() throws Exception {
        Path usual = Path.of("/var/lib/re6st-registry/registry.db");
        assertThat(database("", usual).file()).contains(usual);
        assertThat(database("db own.db", usual).file()).contains(directory.resolve("own.db"));
        // The default, but said.
        assertThat(database("db /var/lib/re6stnet/registry.db", usual).file())
                .contains(Path.of("/var/lib/re6stnet/registry.db"));
        assertThat(database("db postgresql://me@db.example.com/x", usual).file())
                .isEmpty();
    }

    @Test
    void theRegistryItselfHasTheDefaultOfTheOriginal() {
        assertThat(new RegistryOptions().database().file()).contains(Path.of("/var/lib/re6stnet/registry.db"));
    }

    private Database database(String line, Path usual) throws Exception {
        Path file =
                Files.writeString(directory.resolve("re6st-registry.conf"), "ca ca.crt\nkey ca.key\n" + line + "\n");
        return RegistryMain.locations(file, usual).db();
    }
}
