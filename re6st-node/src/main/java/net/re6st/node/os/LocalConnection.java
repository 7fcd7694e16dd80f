package net.re6st.node.os;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * A connection on this host that carries lines of text, with a limit for the length of each and for the time that reading or
 * writing one may take. Blocking; for one thread that is not the loop's.
 */
public final class LocalConnection implements AutoCloseable {
    private final SocketChannel channel;
    private final Selector selector;
    private final Duration patience;
    private final ByteBuffer input = ByteBuffer.allocate(8192).flip();

    LocalConnection(SocketChannel channel, Duration patience) throws IOException {
        this.channel = channel;
        this.patience = patience;
        channel.configureBlocking(false);
        selector = Selector.open();
        channel.register(selector, SelectionKey.OP_READ);
    }

    /** Connects; fails if nobody listens. */
    public static LocalConnection to(SocketAddress address, Duration patience) throws IOException {
        SocketChannel channel = SocketChannel.open(address);
        try {
            return new LocalConnection(channel, patience);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** The next line, without its end; empty at the end of the connection, or if the line is longer than it may be. */
    public Optional<String> readLine(int maxBytes) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            while (input.hasRemaining() && line.size() <= maxBytes) {
                byte b = input.get();
                if (b == '\n') {
                    return Optional.of(line.toString(StandardCharsets.UTF_8));
                }
                line.write(b);
            }
            if (line.size() > maxBytes || !fill(deadline)) {
                return Optional.empty();
            }
        }
    }

    private boolean fill(long deadline) throws IOException {
        input.clear();
        try {
            int count = channel.read(input);
            while (count == 0) {
                await(SelectionKey.OP_READ, deadline);
                count = channel.read(input);
            }
            return count > 0;
        } finally {
            input.flip();
        }
    }

    public void write(String text) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            if (channel.write(bytes) == 0) {
                await(SelectionKey.OP_WRITE, deadline);
            }
        }
    }

    private void await(int operation, long deadline) throws IOException {
        channel.keyFor(selector).interestOps(operation);
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        if (millis <= 0 || selector.select(millis) == 0) {
            throw new SocketTimeoutException("no answer within " + patience.toSeconds() + " s");
        }
        selector.selectedKeys().clear();
    }

    @Override
    public void close() throws IOException {
        selector.close();
        channel.close();
    }
}
