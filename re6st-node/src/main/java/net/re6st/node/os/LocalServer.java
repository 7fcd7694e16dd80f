package net.re6st.node.os;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves programs on this host, over a UNIX socket or a loopback port, a few at a time.
 */
public final class LocalServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LocalServer.class);
    private static final int MAX_CLIENTS = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final String name;
    private final ServerSocketChannel server;
    private final @Nullable Path path;
    private final Conversation conversation;
    private final AcceptLoop accepting;

    /** What is done with one client, until it returns. */
    @FunctionalInterface
    public interface Conversation {
        void hold(LocalConnection client) throws IOException, InterruptedException;
    }

    private LocalServer(String name, ServerSocketChannel server, @Nullable Path path, Conversation conversation) {
        this.name = name;
        this.path = path;
        this.server = server;
        this.conversation = conversation;
        this.accepting = new AcceptLoop(name, MAX_CLIENTS, server, this::serve);
    }

    /** Listens on a socket that nobody but its owner can open at any time; {@code mode} is what it becomes then. */
    public static LocalServer on(String name, Path path, String mode, Conversation conversation) throws IOException {
        // Bound in a directory of our own first: nobody can open it before its mode is what it should be.
        Path directory = path.resolveSibling("." + path.getFileName() + ".new");
        Path fresh = directory.resolve("s");
        Files.deleteIfExists(fresh);
        Files.deleteIfExists(directory);
        Files.createDirectory(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(fresh));
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString(mode));
            Files.deleteIfExists(path);
            Files.move(fresh, path);
            return new LocalServer(name, server, path, conversation);
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        } finally {
            Files.deleteIfExists(fresh);
            Files.deleteIfExists(directory);
        }
    }

    public static LocalServer on(String name, InetSocketAddress address, Conversation conversation) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        try {
            server.bind(address);
            return new LocalServer(name, server, null, conversation);
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    public SocketAddress address() throws IOException {
        return server.getLocalAddress();
    }

    private void serve(SocketChannel channel) {
        try (channel;
                LocalConnection client = new LocalConnection(channel, PATIENCE)) {
            conversation.hold(client);
        } catch (IOException e) {
            LOG.debug("{}: {}", name, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("{} failed", name, e);
        }
    }

    @Override
    public void close() {
        try {
            accepting.close();
            if (path != null) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            LOG.debug("{}: {}", name, e.toString());
        }
    }
}
