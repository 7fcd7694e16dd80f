package net.re6st.node.os;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to the management socket of one OpenVPN: made as soon as it listens, made again when it is lost. Loop's
 * thread only.
 */
final class ManagementLink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ManagementLink.class);
    private static final Duration FIRST_RETRY = Duration.ofMillis(5);
    private static final Duration LAST_RETRY = Duration.ofMillis(500);

    private final EventLoop loop;
    private final Path path;
    private final Runnable connected;
    private final Consumer<ManagementEvent> events;
    private final ByteBuffer input = ByteBuffer.allocate(8192);
    private ManagementReader reader = new ManagementReader();
    private @Nullable SocketChannel channel;
    private Duration retry = FIRST_RETRY;
    private boolean closed;

    ManagementLink(EventLoop loop, Path path, Runnable connected, Consumer<ManagementEvent> events) {
        this.loop = loop;
        this.path = path;
        this.connected = connected;
        this.events = events;
    }

    /** Connects, now or as soon as possible. */
    void connect() {
        if (closed) {
            return;
        }
        try {
            SocketChannel fresh = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                fresh.connect(UnixDomainSocketAddress.of(path));
            } catch (IOException e) {
                fresh.close();
                throw e;
            }
            channel = fresh;
            retry = FIRST_RETRY;
            reader = new ManagementReader();
            loop.register(fresh, SelectionKey.OP_READ, this::read);
            connected.run();
        } catch (IOException e) {
            loop.after(retry, this::connect);
            retry = retry.multipliedBy(2).compareTo(LAST_RETRY) < 0 ? retry.multipliedBy(2) : LAST_RETRY;
        }
    }

    boolean isConnected() {
        return channel != null;
    }

    /** Sends one or more lines. They are short and few: a socket that can't take them belongs to a process that hangs. */
    void send(String lines) {
        SocketChannel to = channel;
        if (to == null) {
            LOG.debug("{} is not connected, can't be told: {}", path, lines);
            return;
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap((lines + "\n").getBytes(StandardCharsets.UTF_8));
            to.write(bytes);
            if (bytes.hasRemaining()) {
                LOG.warn("{} takes no more commands", path);
                lost();
            }
        } catch (IOException e) {
            lost();
        }
    }

    private void read() {
        SocketChannel from = channel;
        if (from == null) {
            return;
        }
        try {
            input.clear();
            int count = from.read(input);
            if (count < 0) {
                lost();
                return;
            }
            input.flip();
            for (ManagementEvent event : reader.read(input)) {
                if (event instanceof ManagementEvent.Invalid invalid) {
                    LOG.debug("{}: not understood: {}", path, invalid.reason());
                } else if (!closed) {
                    events.accept(event);
                }
            }
        } catch (IOException e) {
            lost();
        }
    }

    private void lost() {
        closeChannel();
        if (!closed) {
            loop.after(FIRST_RETRY, this::connect);
        }
    }

    private void closeChannel() {
        SocketChannel old = channel;
        channel = null;
        if (old != null) {
            try {
                old.close();
            } catch (IOException e) {
                LOG.debug("closing {}: {}", path, e.toString());
            }
        }
    }

    /** Lets go of OpenVPN, which goes on without us. */
    @Override
    public void close() {
        closed = true;
        closeChannel();
    }
}
