package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import net.re6st.cli.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose a directory may be that a daemon takes for its sockets. */
class RunDirectoryTest {
    @TempDir
    private Path folder;

    @Test
    void isMadeForTheDaemonAlone() throws Exception {
        Path run = folder.resolve("a/run");
        RunDirectory.open(run).close();
        assertThat(permissions(run)).isEqualTo("rwx------");
    }

    @Test
    void oneThatIsThereIsTaken() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(folder.resolve("babeld.pid"), "1");
        RunDirectory.open(folder).close();
        assertThat(permissions(folder)).isEqualTo("rwx------");
        Files.createDirectory(folder.resolve("whatever"));
        RunDirectory.open(folder).close();
    }

    /** {@code --run /run} would leave the host without its services. */
    @Test
    void oneThatOthersUseIsNot() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectory(folder.resolve("systemd"));
        assertThatThrownBy(() -> RunDirectory.open(folder))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("--run " + folder + " holds directories of others");
        assertThat(permissions(folder)).isEqualTo("rwxr-xr-x");
        assertThat(folder.resolve("lock")).doesNotExist();
    }

    @Test
    void belongsToOneDaemonAtATime() throws Exception {
        try (RunDirectory run = RunDirectory.open(folder)) {
            assertThatThrownBy(() -> RunDirectory.open(run.path())).hasMessageContaining("another re6stnet runs");
        }
        RunDirectory.open(folder).close();
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
