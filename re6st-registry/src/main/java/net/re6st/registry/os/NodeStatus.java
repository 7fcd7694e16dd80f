package net.re6st.registry.os;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import net.re6st.config.Json;
import net.re6st.config.Value;
import net.re6st.net.Prefix;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the registry's node says of itself over its control socket, asked each time. A node in Python has no such socket, and a
 * registry that is not root can't open it: then it says nothing. Any thread.
 */
public final class NodeStatus {
    private static final Logger LOG = LoggerFactory.getLogger(NodeStatus.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int MAX_BYTES = 1 << 20;
    private static final String QUESTION = "{\"version\": 1, \"request\": \"status\"}\n";

    private final Path socket;

    public NodeStatus(Path socket) {
        this.socket = socket;
    }

    /** The nodes that it reports as two machines. */
    NavigableSet<Prefix> cloned() {
        NavigableSet<Prefix> cloned = new TreeSet<>();
        if (answer().flatMap(Json::parse).orElse(null) instanceof Value.Members status
                && status.members().get("clones") instanceof Value.Items clones) {
            for (Value clone : clones.items()) {
                if (clone instanceof Value.Members members
                        && members.members().get("prefix") instanceof Value.Text prefix) {
                    Prefix.parseCn(prefix.text()).ifPresent(cloned::add);
                }
            }
        }
        return cloned;
    }

    private Optional<String> answer() {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
                Selector selector = Selector.open()) {
            channel.write(ByteBuffer.wrap(QUESTION.getBytes(StandardCharsets.US_ASCII)));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            return read(channel, selector);
        } catch (IOException | RuntimeException e) {
            LOG.debug("{}: {}", socket, e.getMessage());
            return Optional.empty();
        }
    }

    /** A line; empty if none comes in time. */
    private static Optional<String> read(SocketChannel channel, Selector selector) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(8192);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (text.size() < MAX_BYTES) {
            long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
            if (left <= 0 || selector.select(left) == 0) {
                return Optional.empty();
            }
            selector.selectedKeys().clear();
            buffer.clear();
            if (channel.read(buffer) < 0) {
                return Optional.empty();
            }
            text.write(buffer.array(), 0, buffer.position());
            String line = text.toString(StandardCharsets.UTF_8);
            if (line.endsWith("\n")) {
                return Optional.of(line.strip());
            }
        }
        return Optional.empty();
    }
}
