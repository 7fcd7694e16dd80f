package net.re6st.registry.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import net.re6st.cli.Failure;

/** The user as whom a package runs the registry: known by the directory that it has made for the database. */
record ServiceAccount(Path directory) {
    private static final Path PACKAGED = Path.of("/var/lib/re6st-registry");

    static Optional<ServiceAccount> find() {
        return Files.isDirectory(PACKAGED) ? Optional.of(new ServiceAccount(PACKAGED)) : Optional.empty();
    }

    Path database() {
        return directory.resolve("registry.db");
    }

    /** Lets the group of that user read a file, and nobody else but its owner. */
    void letRead(Path file) throws Failure {
        try {
            PosixFileAttributes place = Files.readAttributes(directory, PosixFileAttributes.class);
            PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
            view.setGroup(place.group());
            view.setPermissions(PosixFilePermissions.fromString("rw-r-----"));
        } catch (IOException e) {
            throw new Failure("the registry can't be allowed to read " + file + ": " + e.getMessage());
        }
    }
}
