package net.re6st.node.os;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import net.re6st.net.Bytes;

/** A router on the loopback interface: to each request it says what a test told it to, in turn, then what it said last. */
final class PcpServer implements AutoCloseable {
    private final DatagramSocket socket;
    private final Thread thread = new Thread(this::run, "pcp-server");
    private final BlockingQueue<Reply> replies = new LinkedBlockingQueue<>();
    private volatile Reply last = (request, from) -> {};

    /** As they came. */
    final List<Bytes> requests = new CopyOnWriteArrayList<>();

    interface Reply {
        void to(Bytes request, SocketAddress from) throws IOException;
    }

    PcpServer() throws IOException {
        socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return socket.getLocalPort();
    }

    void then(Reply reply) {
        replies.add(reply);
    }

    void thenNothing() {
        then((request, from) -> {});
    }

    void thenAnswer(int result, int lifetimeSeconds, int externalPort) {
        then((request, from) -> send(answer(request, result, lifetimeSeconds, externalPort), from));
    }

    void send(Bytes datagram, SocketAddress to) throws IOException {
        socket.send(new DatagramPacket(datagram.toArray(), datagram.size(), to));
    }

    /** A valid answer to {@code request}, with the external address 11.51.100.3. */
    static Bytes answer(Bytes request, int result, int lifetimeSeconds, int externalPort) {
        byte[] answer = request.toArray();
        answer[1] = (byte) 0x81;
        answer[3] = (byte) result;
        for (int i = 0; i < 4; i++) {
            answer[4 + i] = (byte) (lifetimeSeconds >>> (24 - 8 * i));
        }
        Arrays.fill(answer, 8, 24, (byte) 0);
        answer[42] = (byte) (externalPort >>> 8);
        answer[43] = (byte) externalPort;
        System.arraycopy(new byte[] {11, 51, 100, 3}, 0, answer, 56, 4);
        return Bytes.copyOf(answer);
    }

    private void run() {
        byte[] buffer = new byte[2000];
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                Bytes request = Bytes.copyOf(buffer, 0, packet.getLength());
                requests.add(request);
                Reply next = replies.poll();
                last = next == null ? last : next;
                last.to(request, packet.getSocketAddress());
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    @Override
    public void close() throws InterruptedException {
        socket.close();
        thread.join();
    }
}
