package net.re6st.conf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import net.re6st.cli.Failure;

/**
 * The directory of the files that re6stnet needs. Each is replaced as a whole or not at all: written beside, flushed to the
 * disk, renamed.
 */
final class ConfFiles {
    static final String CA = "ca.crt";
    static final String CERTIFICATE = "cert.crt";
    static final String KEY = "cert.key";
    static final String DH = "dh2048.pem";
    static final String CONFIGURATION = "re6stnet.conf";

    private static final int MAX_BYTES = 256 * 1024;
    /** More than any certificate needs. */
    private static final int RESERVED_BYTES = 16 * 1024;

    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<?>[] PUBLIC = {};

    private final Path directory;

    private ConfFiles(Path directory) {
        this.directory = directory;
    }

    static ConfFiles in(Path directory) throws Failure {
        if (!Files.isDirectory(directory.toAbsolutePath())) {
            throw new Failure("no such directory: " + directory);
        }
        return new ConfFiles(directory.toAbsolutePath());
    }

    /** The text of a file; empty if there is none. */
    Optional<String> read(String name) throws Failure {
        Path path = directory.resolve(name);
        try {
            if (Files.size(path) > MAX_BYTES) {
                throw new Failure(path + " is longer than " + MAX_BYTES + " bytes");
            }
            return Optional.of(new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new Failure("cannot read " + path + ": " + e.getMessage());
        }
    }

    boolean has(String name) {
        return Files.exists(directory.resolve(name));
    }

    void write(String name, String text) throws Failure {
        try (Pending pending = prepare(name, PUBLIC)) {
            pending.commit(text);
        }
    }

    /** For the private key: nobody else may read it, at no moment. */
    void writePrivate(String name, String text) throws Failure {
        try (Pending pending = prepare(name, PRIVATE)) {
            pending.commit(text);
        }
    }

    /** Makes sure that a file can be written later: permissions, a place to put it, room on the disk. */
    Pending prepare(String name) throws Failure {
        return prepare(name, PUBLIC);
    }

    private Pending prepare(String name, FileAttribute<?>... attributes) throws Failure {
        Path path = directory.resolve(name);
        try {
            // A symbolic link stays one; what it leads to is replaced.
            Path target = Files.exists(path) ? path.toRealPath() : path;
            if (Files.isDirectory(target)) {
                throw new Failure(path + " is a directory");
            }
            return new Pending(target, attributes);
        } catch (IOException e) {
            throw new Failure("cannot write " + path + ": " + e.getMessage());
        }
    }

    /** Removes a file without content, as a failed attempt of another program may leave it. */
    void removeIfEmpty(String name) throws Failure {
        Path path = directory.resolve(name);
        try {
            if (Files.isRegularFile(path) && Files.size(path) == 0) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new Failure("cannot remove " + path + ": " + e.getMessage());
        }
    }

    Path path(String name) {
        return directory.resolve(name);
    }

    /** A file that has its room on the disk but not its content; closing it without {@link #commit} leaves no trace. */
    static final class Pending implements AutoCloseable {
        private final Path target;
        private final Path beside;
        private final FileChannel channel;
        private boolean committed;

        private Pending(Path target, FileAttribute<?>... attributes) throws IOException {
            this.target = target;
            this.beside = target.resolveSibling(
                    "." + target.getFileName() + "." + ProcessHandle.current().pid());
            Files.deleteIfExists(beside);
            // Whoever is asked for a token may press Ctrl-C.
            beside.toFile().deleteOnExit();
            channel = FileChannel.open(
                    beside, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes);
            try {
                if (Files.exists(target)) {
                    takeAfter(Files.readAttributes(target, PosixFileAttributes.class));
                }
                writeFully(ByteBuffer.allocate(RESERVED_BYTES));
                channel.force(true);
            } catch (IOException e) {
                close();
                throw e;
            }
        }

        /** The same permissions, for the same user and group: a registry on this host may read a file as its group. */
        private void takeAfter(PosixFileAttributes old) throws IOException {
            PosixFileAttributeView view = Files.getFileAttributeView(beside, PosixFileAttributeView.class);
            PosixFileAttributes fresh = view.readAttributes();
            if (!fresh.group().equals(old.group())) {
                view.setGroup(old.group());
            }
            if (!fresh.owner().equals(old.owner())) {
                view.setOwner(old.owner());
            }
            view.setPermissions(old.permissions());
        }

        void commit(String text) throws Failure {
            try {
                channel.position(0);
                ByteBuffer content = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
                channel.truncate(content.remaining());
                writeFully(content);
                channel.force(true);
                channel.close();
                Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
                committed = true;
                try (FileChannel parent = FileChannel.open(parent(target), StandardOpenOption.READ)) {
                    parent.force(true);
                }
            } catch (IOException e) {
                throw new Failure("cannot write " + target + ": " + e.getMessage());
            }
        }

        private static Path parent(Path target) throws IOException {
            Path parent = target.getParent();
            if (parent == null) {
                throw new IOException(target + " is in no directory");
            }
            return parent;
        }

        private void writeFully(ByteBuffer content) throws IOException {
            while (content.hasRemaining()) {
                channel.write(content);
            }
        }

        @Override
        public void close() {
            try {
                channel.close();
                if (!committed) {
                    Files.deleteIfExists(beside);
                }
            } catch (IOException e) {
                // What stays is a hidden file that the next run replaces.
                return;
            }
        }
    }
}
