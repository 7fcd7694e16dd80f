package net.re6st.node.os;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import net.re6st.core.port.PeerChannel;
import net.re6st.net.Bytes;
import net.re6st.net.Ip6;
import net.re6st.wire.Protocol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The UDP socket {@code [::]:326}. Answers leave from our main address because that is what babeld's routes prefer. Loop's
 * thread only.
 */
public final class PeerSocket implements PeerChannel, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PeerSocket.class);

    /** So many datagrams at most before others have their turn. */
    private static final int MAX_BATCH = 64;

    private final EventLoop loop;
    private final DatagramChannel channel;
    private final BiConsumer<Source, Bytes> received;
    private final Consumer<Ip6> unsent;
    private final ByteBuffer input = ByteBuffer.allocate(65_536);

    /**
     * @param received takes every datagram
     * @param unsent is told, later, where there was no way to
     */
    public PeerSocket(EventLoop loop, BiConsumer<Source, Bytes> received, Consumer<Ip6> unsent) throws IOException {
        this.loop = loop;
        this.received = received;
        this.unsent = unsent;
        channel = DatagramChannel.open(StandardProtocolFamily.INET6);
        try {
            channel.bind(new InetSocketAddress("::", Protocol.PORT));
            loop.register(channel, SelectionKey.OP_READ, this::read);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public void send(Ip6 destination, Bytes datagram) {
        send(destination, Protocol.PORT, datagram);
    }

    @Override
    public void reply(Source source, Bytes datagram) {
        send(source.address(), source.port(), datagram);
    }

    private void send(Ip6 destination, int port, Bytes datagram) {
        try {
            channel.send(datagram.toBuffer(), new InetSocketAddress(address(destination), port));
        } catch (IOException e) {
            // No route yet, or too long.
            LOG.debug("to {}: {}", destination, e.toString());
            loop.post(() -> unsent.accept(destination));
        }
    }

    private void read() {
        for (int i = 0; i < MAX_BATCH; i++) {
            SocketAddress from;
            input.clear();
            try {
                from = channel.receive(input);
            } catch (IOException e) {
                // An earlier datagram of ours was refused.
                LOG.debug("receiving: {}", e.toString());
                continue;
            }
            if (from == null) {
                return;
            }
            input.flip();
            if (from instanceof InetSocketAddress socket && socket.getAddress() instanceof Inet6Address ip) {
                received.accept(new Source(Ip6.of(ip.getAddress()), socket.getPort()), Bytes.copyOf(input));
            }
        }
    }

    private static InetAddress address(Ip6 ip) throws UnknownHostException {
        return Inet6Address.getByAddress(null, ip.toBytes().toArray(), -1);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
