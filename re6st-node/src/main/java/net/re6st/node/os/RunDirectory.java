package net.re6st.node.os;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import net.re6st.cli.Failure;
import net.re6st.net.Iface;

/** RUN: made for us alone, and held by one daemon at a time. */
public final class RunDirectory implements AutoCloseable {
    /** What the kernel takes for a path of a socket. */
    private static final int MAX_SOCKET_PATH = 107;

    private static final Set<PosixFilePermission> OF_OTHERS = PosixFilePermissions.fromString("---rwxrwx");

    private final Path path;
    private final FileChannel lock;

    private RunDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    public static RunDirectory open(Path path) throws Failure {
        Path longest = OpenVpnCommand.managementSocket(path, new Iface("re6stnet-udp65535".substring(0, 15)));
        if (longest.toString().length() > MAX_SOCKET_PATH) {
            throw new Failure("--run " + path + " is too long: sockets in it could not be opened");
        }
        try {
            Set<PosixFilePermission> owner = PosixFilePermissions.fromString("rwx------");
            Files.createDirectories(path, PosixFilePermissions.asFileAttribute(owner));
            if (isShared(path)) {
                throw new Failure(
                        "--run " + path + " holds directories of others, who could not use them any more: name"
                                + " a directory for re6stnet alone");
            }
            Files.setPosixFilePermissions(path, owner);
            FileChannel channel =
                    FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!isLocked(channel)) {
                channel.close();
                throw new Failure("another re6stnet runs with --run " + path);
            }
            return new RunDirectory(path, channel);
        } catch (IOException e) {
            throw new Failure("can't use --run " + path + ": " + e);
        }
    }

    /** Whether it is one such as /run or /tmp, which we must not take for ourselves. */
    private static boolean isShared(Path path) throws IOException {
        boolean open = Files.getPosixFilePermissions(path).stream().anyMatch(OF_OTHERS::contains);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path, Files::isDirectory)) {
            return open && entries.iterator().hasNext();
        }
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /** Removes all sockets and the record of children. */
    public static void clear(Path path) {
        try (DirectoryStream<Path> sockets = Files.newDirectoryStream(path, "*.{sock,ctl}")) {
            for (Path socket : sockets) {
                Files.deleteIfExists(socket);
            }
            Files.deleteIfExists(RunRecord.file(path));
        } catch (IOException e) {
            org.slf4j.LoggerFactory.getLogger(RunDirectory.class).warn("can't clear {}: {}", path, e.toString());
        }
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            org.slf4j.LoggerFactory.getLogger(RunDirectory.class).debug("unlocking {}: {}", path, e.toString());
        }
    }
}
