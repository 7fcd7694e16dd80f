package net.re6st.registry.os;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Tells which other process of this host has a file open, as far as {@code /proc} shows it to us: to root all of it. */
final class OpenFiles {
    private static final Path PROCESSES = Path.of("/proc");

    private OpenFiles() {}

    /** A process that has the file open, by number and name; empty if none is seen. */
    static Optional<String> user(Path name) {
        long own = ProcessHandle.current().pid();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
            Path file = name.toRealPath();
            for (Path process : processes) {
                if (!process.endsWith(Long.toString(own)) && hasOpen(process, file)) {
                    return Optional.of("process " + process.getFileName() + name(process));
                }
            }
        } catch (IOException e) {
            // No /proc: nothing is known.
            return Optional.empty();
        }
        return Optional.empty();
    }

    private static boolean hasOpen(Path process, Path file) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (isSame(descriptor, file)) {
                    return true;
                }
            }
        } catch (IOException e) {
            // Somebody else's process, or it is gone.
            return false;
        }
        return false;
    }

    private static boolean isSame(Path descriptor, Path file) {
        try {
            // By the link's text first: what a descriptor leads to may be slow, or a pipe.
            return Files.readSymbolicLink(descriptor).endsWith(file.getFileName())
                    && Files.isSameFile(descriptor, file);
        } catch (IOException e) {
            return false;
        }
    }

    private static String name(Path process) {
        try {
            return " (" + Files.readString(process.resolve("comm")).strip() + ")";
        } catch (IOException e) {
            return "";
        }
    }
}
