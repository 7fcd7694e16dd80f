package net.re6st.registry.os;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.re6st.babel.BabelDump;
import net.re6st.babel.BabelPacket;
import net.re6st.babel.BabelPacketReader;
import net.re6st.babel.BabelRequest;
import net.re6st.net.Bytes;
import net.re6st.net.Network;
import net.re6st.net.Prefix;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the routing daemon of the registry's node knows of other nodes, asked each time. Any thread. */
public final class BabeldRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(BabeldRoutes.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int BUFFER_BYTES = 64 * 1024;

    private final Path socket;
    private final Network network;

    public BabeldRoutes(Path socket, Network network) {
        this.socket = socket;
        this.network = network;
    }

    List<Prefix> reachable() {
        return List.copyOf(dump().reachable(network));
    }

    Map<Prefix, Integer> delaysMillis() {
        return dump().delaysMillis(network);
    }

    /** Empty if the socket is not there, or has nothing sensible to say in time. */
    private BabelDump dump() {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
                Selector selector = Selector.open()) {
            send(channel);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            return read(channel, selector).flatMap(BabelDump::of).orElse(BabelDump.EMPTY);
        } catch (IOException | RuntimeException e) {
            LOG.info("{}: {}", socket, e.getMessage());
            return BabelDump.EMPTY;
        }
    }

    private static void send(SocketChannel channel) throws IOException {
        Bytes request = Bytes.copyOf(BabelPacket.GREETING)
                .plus(BabelRequest.Dump.USUAL.toPacket().encode());
        ByteBuffer buffer = request.toBuffer();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private Optional<BabelPacket> read(SocketChannel channel, Selector selector) throws IOException {
        BabelPacketReader reader = BabelPacketReader.ofAnswers();
        List<BabelPacket> packets = new ArrayList<>();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (packets.isEmpty()) {
            long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
            if (left <= 0 || selector.select(left) == 0) {
                LOG.info("{}: no answer", socket);
                return Optional.empty();
            }
            selector.selectedKeys().clear();
            if (channel.read(buffer.clear()) < 0 || !reader.read(buffer.flip(), packets::add)) {
                LOG.info("{}: the routing daemon ended the conversation, or talks nonsense", socket);
                return Optional.empty();
            }
        }
        return Optional.of(packets.get(0)).filter(packet -> packet.type() == BabelPacket.DUMP);
    }
}
