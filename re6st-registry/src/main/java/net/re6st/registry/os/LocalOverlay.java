package net.re6st.registry.os;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;
import net.re6st.registry.core.InquiryMessages;
import net.re6st.registry.port.Inquiry;
import net.re6st.registry.port.Overlay;
import net.re6st.wire.Protocol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reaches the overlay by UDP through the node on this machine. Any thread: each question has a socket of its own. */
public final class LocalOverlay implements Overlay {
    private static final Logger LOG = LoggerFactory.getLogger(LocalOverlay.class);

    /** How long to listen between two questions: the node's socket can't hold thousands of datagrams. */
    private static final int PAUSE_MILLIS = 1;

    private final InetSocketAddress node;
    private final BabeldRoutes routes;
    private final NodeStatus status;

    public LocalOverlay(InetAddress node, BabeldRoutes routes, NodeStatus status) {
        this.status = status;
        this.node = new InetSocketAddress(node, Protocol.PORT);
        this.routes = routes;
    }

    @Override
    public List<Prefix> reachable() {
        return routes.reachable();
    }

    @Override
    public SortedSet<Prefix> cloned() {
        return status.cloned();
    }

    @Override
    public Map<Prefix, Integer> delaysMillis() {
        return routes.delaysMillis();
    }

    @Override
    public void announceVersion(Prefix registryNode) {
        try (DatagramSocket socket = new DatagramSocket()) {
            send(socket, InquiryMessages.newVersion(registryNode));
        } catch (IOException e) {
            // A node that is not running reads the version when it starts.
            LOG.info("the registry's node was not told about the new version: {}", e.getMessage());
        }
    }

    @Override
    public void ask(Inquiry inquiry) {
        try (DatagramSocket socket = new DatagramSocket()) {
            // Connected, so that nobody else can answer, and a node that is not running is noticed at once.
            socket.connect(node);
            byte[] buffer = new byte[Protocol.MAX_DATAGRAM];
            boolean open = true;
            while (open) {
                Optional<Prefix> asked = inquiry.next();
                if (asked.isPresent()) {
                    for (Bytes question : InquiryMessages.questions(inquiry, asked.get())) {
                        send(socket, question);
                    }
                }
                open = receive(socket, buffer, inquiry, asked.isPresent()) && inquiry.isOpen();
            }
        } catch (IOException e) {
            LOG.info("asking the registry's node: {}", e.getMessage());
        }
    }

    private void send(DatagramSocket socket, Bytes datagram) throws IOException {
        socket.send(new DatagramPacket(datagram.toArray(), datagram.size(), node));
    }

    /** False if nothing came although it was waited for. */
    private static boolean receive(DatagramSocket socket, byte[] buffer, Inquiry inquiry, boolean moreToAsk)
            throws IOException {
        socket.setSoTimeout(moreToAsk ? PAUSE_MILLIS : (int) Inquiry.PATIENCE.toMillis());
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        try {
            socket.receive(packet);
        } catch (SocketTimeoutException e) {
            return moreToAsk;
        }
        InquiryMessages.take(inquiry, Bytes.copyOf(buffer, 0, packet.getLength()));
        return true;
    }
}
