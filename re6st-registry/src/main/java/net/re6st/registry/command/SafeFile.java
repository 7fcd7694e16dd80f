package net.re6st.registry.command;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import net.re6st.cli.Failure;

/**
 * A file that is written as a whole or not at all: beside its place, flushed, renamed. Made before anything else is changed,
 * so that a directory that can't be written is noticed in time.
 */
final class SafeFile implements AutoCloseable {
    private static final String PRIVATE = "rw-------";

    private final Path target;
    private final Path pending;

    private SafeFile(Path target, Path pending) {
        this.target = target;
        this.pending = pending;
    }

    /** A file that nobody else may read, in the place of another or of none. */
    static SafeFile secret(Path target) throws Failure {
        Path absolute = target.toAbsolutePath();
        Path pending = absolute.resolveSibling("." + absolute.getFileName() + ".new");
        try {
            Files.deleteIfExists(pending);
            Files.createFile(pending, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PRIVATE)));
            return new SafeFile(absolute, pending);
        } catch (IOException e) {
            throw new Failure("can't write " + target + ": " + reason(e));
        }
    }

    /** A file in the place of an existing one, with its owner and permissions. */
    static SafeFile replace(Path target) throws Failure {
        SafeFile file = secret(target);
        try {
            PosixFileAttributes old = Files.readAttributes(target.toRealPath(), PosixFileAttributes.class);
            PosixFileAttributeView view = Files.getFileAttributeView(file.pending, PosixFileAttributeView.class);
            PosixFileAttributes own = view.readAttributes();
            if (!old.owner().equals(own.owner()) || !old.group().equals(own.group())) {
                view.setOwner(old.owner());
                view.setGroup(old.group());
            }
            view.setPermissions(old.permissions());
            return new SafeFile(target.toRealPath(), file.pending);
        } catch (IOException e) {
            file.close();
            throw new Failure("can't replace " + target + ": " + reason(e));
        }
    }

    private static String reason(IOException e) {
        return e instanceof FileAlreadyExistsException
                ? "it exists"
                : e.getMessage() + " (" + e.getClass().getSimpleName() + ")";
    }

    /** Where the content goes until it is complete. */
    Path pending() {
        return pending;
    }

    void commit(String text) throws Failure {
        try {
            Files.writeString(pending, text, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new Failure("can't write " + target + ": " + reason(e));
        }
        commit();
    }

    /** The content is complete. */
    void commit() throws Failure {
        try {
            flush(pending);
            Files.move(pending, target, StandardCopyOption.ATOMIC_MOVE);
            Path parent = target.getParent();
            if (parent != null) {
                try (FileChannel directory = FileChannel.open(parent, StandardOpenOption.READ)) {
                    directory.force(true);
                }
            }
        } catch (IOException e) {
            throw new Failure("can't write " + target + ": " + reason(e));
        }
    }

    private static void flush(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** Writes a file that must not exist yet. */
    static void create(Path target, String text, boolean isSecret) throws Failure {
        String permissions = isSecret ? PRIVATE : "rw-r--r--";
        try (FileChannel channel = FileChannel.open(
                target,
                java.util.Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)))) {
            ByteBuffer content = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (content.hasRemaining()) {
                channel.write(content);
            }
            channel.force(true);
        } catch (IOException e) {
            throw new Failure("can't write " + target + ": " + reason(e));
        }
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(pending);
        } catch (IOException e) {
            // What is left over is deleted by the next attempt.
        }
    }
}
