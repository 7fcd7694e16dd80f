package net.re6st.registry.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceAccountTest {
    @TempDir
    private Path directory;

    @Test
    void letsTheGroupOfTheDirectoryReadAndNobodyElse() throws Exception {
        Path key = directory.resolve("ca.key");
        SafeFile.create(key, "secret", true);
        new ServiceAccount(directory).letRead(key);
        PosixFileAttributes found = Files.readAttributes(key, PosixFileAttributes.class);
        assertThat(PosixFilePermissions.toString(found.permissions())).isEqualTo("rw-r-----");
        assertThat(found.group())
                .isEqualTo(Files.readAttributes(directory, PosixFileAttributes.class)
                        .group());
    }
}
