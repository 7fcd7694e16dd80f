package net.re6st.node.os;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import net.re6st.babel.BabelDump;
import net.re6st.babel.BabelPacket;
import net.re6st.babel.BabelPacketReader;
import net.re6st.babel.BabelRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * RUN/babeld.sock, where a registry on this host asks for routes in the protocol of the original's babeld. Answers from what
 * we know; a cost multiplier is answered and ignored. Each connection has a thread, as there are few and none is in a hurry.
 */
public final class RoutingSocket implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RoutingSocket.class);
    private static final int MAX_CONNECTIONS = 8;
    private static final int DONE = 0;

    private final Consumer<Consumer<RoutingTable>> ask;
    private final AcceptLoop accepting;

    /** {@code ask} calls what it is given where the table can be read. */
    public RoutingSocket(Path path, Consumer<Consumer<RoutingTable>> ask) throws IOException {
        this.ask = ask;
        Files.deleteIfExists(path);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(path));
        } catch (IOException e) {
            server.close();
            throw e;
        }
        accepting = new AcceptLoop("routing-socket", MAX_CONNECTIONS, server, this::serve);
    }

    private void serve(SocketChannel connection) {
        BabelPacketReader reader = BabelPacketReader.ofRequests();
        ByteBuffer input = ByteBuffer.allocate(1024);
        try (connection) {
            boolean sane = true;
            while (sane && connection.read(input) >= 0) {
                input.flip();
                BlockingQueue<BabelPacket> requests = new ArrayBlockingQueue<>(input.capacity());
                sane = reader.read(input, requests::add);
                input.clear();
                for (BabelPacket request : requests) {
                    sane &= answer(connection, request);
                }
            }
        } catch (IOException e) {
            LOG.debug("routing socket: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean answer(SocketChannel connection, BabelPacket packet) throws IOException, InterruptedException {
        BabelRequest request = BabelRequest.of(packet).orElse(null);
        if (request == null) {
            return false;
        }
        BabelPacket answer = request instanceof BabelRequest.Dump dump ? dump().answer(dump) : BabelPacket.flags(DONE);
        ByteBuffer bytes = answer.encode().toBuffer();
        while (bytes.hasRemaining()) {
            connection.write(bytes);
        }
        return true;
    }

    private BabelDump dump() throws InterruptedException {
        BlockingQueue<BabelDump> answers = new ArrayBlockingQueue<>(1);
        ask.accept(table -> answers.add(table.dump()));
        // babeld may be starting: then there are no routes.
        BabelDump dump = answers.poll(2, TimeUnit.SECONDS);
        return dump == null ? BabelDump.EMPTY : dump;
    }

    @Override
    public void close() {
        try {
            accepting.close();
        } catch (IOException e) {
            LOG.debug("routing socket: {}", e.toString());
        }
    }
}
