package net.re6st.node.os;

import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import net.re6st.core.port.RemoteProbe;
import net.re6st.core.port.Ticket;
import net.re6st.net.Remote;
import net.re6st.wire.TryOutcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries whether OpenVPN listens at an address, each in a thread of its own that lives for some seconds.
 *
 * <p>An OpenVPN client begins with a packet that any server answers, and only what follows costs the server something: 2.6
 * remembers nothing of a client that it has not heard twice, and over TCP the end of the connection ends all. So what we send
 * is that packet alone.
 *
 * <pre>
 * +--------+-------------+---+------------+      +--------+-------------+---+---------+-------------+------
 * | opcode | our session | 0 | packet 0   | ->   | opcode | its session | n | n x 32  | our session | ...
 * | 0x38   | 64          |   | 32         |   <- | 0x40   | 64          | 8 | packets | 64          |
 * +--------+-------------+---+------------+      +--------+-------------+---+---------+-------------+------
 * </pre>
 *
 * <p>Over TCP each has its length before it, in 16 bits.
 */
public final class OpenVpnKnock implements RemoteProbe, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OpenVpnKnock.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int MAX_THREADS = 8;
    private static final int AGAIN_MILLIS = 1000;
    private static final int RESET_OF_CLIENT = 0x38;
    private static final int RESET_OF_SERVER = 0x40;
    private static final int MAX_BYTES = 2048;
    private static final int COUNT_AT = 9;

    private final BiConsumer<Ticket, TryOutcome> tried;
    private final Duration patience;
    private final SecureRandom random = new SecureRandom();
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            0, MAX_THREADS, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), Threads.named("knock"));

    /** {@code tried} is called in any thread. */
    public OpenVpnKnock(BiConsumer<Ticket, TryOutcome> tried) {
        this(tried, PATIENCE);
    }

    OpenVpnKnock(BiConsumer<Ticket, TryOutcome> tried, Duration patience) {
        this.tried = tried;
        this.patience = patience;
    }

    @Override
    public void tryOut(Ticket ticket, Remote remote) {
        try {
            threads.execute(() -> tried.accept(ticket, outcome(remote)));
        } catch (RejectedExecutionException e) {
            tried.accept(ticket, TryOutcome.BUSY);
        }
    }

    private TryOutcome outcome(Remote remote) {
        long end = System.nanoTime() + patience.toNanos();
        try {
            // Never a name: whoever asks has looked it up.
            InetAddress ip = InetAddress.getByName(remote.ip());
            if (NetworkInterface.getByInetAddress(ip) != null) {
                // What comes from here says nothing of what comes from elsewhere.
                return TryOutcome.UNABLE;
            }
            InetSocketAddress address = new InetSocketAddress(ip, remote.port());
            return remote.transport().isTcp() ? overTcp(address, end) : overUdp(address, end);
        } catch (SocketTimeoutException e) {
            return TryOutcome.SILENT;
        } catch (PortUnreachableException | NoRouteToHostException e) {
            return TryOutcome.REFUSED;
        } catch (ConnectException e) {
            return isOwnFault(e) ? TryOutcome.UNABLE : TryOutcome.REFUSED;
        } catch (IOException | RuntimeException e) {
            LOG.debug("trying {}: {}", remote, e.toString());
            return TryOutcome.UNABLE;
        }
    }

    /** Whether this host has no way to begin with. */
    private static boolean isOwnFault(IOException e) {
        return String.valueOf(e.getMessage()).startsWith("Network is unreachable");
    }

    /** Positive, as 0 would mean for ever. */
    private static int millisUntil(long endNanos) throws SocketTimeoutException {
        long millis = (endNanos - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
            throw new SocketTimeoutException();
        }
        return (int) millis;
    }

    private TryOutcome overTcp(InetSocketAddress address, long end) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(address, millisUntil(end));
            byte[] session = session();
            try {
                return isAnswer(answer(socket, reset(session), end), session) ? TryOutcome.REACHED : TryOutcome.STRANGE;
            } catch (SocketTimeoutException | SocketException e) {
                return TryOutcome.STRANGE;
            }
        }
    }

    /** The first packet that comes back; an empty one if that can't be one of OpenVPN. */
    private static ByteBuffer answer(Socket socket, byte[] packet, long end) throws IOException {
        ByteBuffer sent = ByteBuffer.allocate(2 + packet.length).putShort((short) packet.length);
        socket.getOutputStream().write(sent.put(packet).array());
        ByteBuffer received = ByteBuffer.allocate(MAX_BYTES).limit(2);
        while (received.hasRemaining()) {
            socket.setSoTimeout(millisUntil(end));
            int read = socket.getInputStream().read(received.array(), received.position(), received.remaining());
            if (read < 0) {
                return ByteBuffer.allocate(0);
            }
            received.position(received.position() + read);
            if (received.position() == 2) {
                int length = received.getShort(0) & 0xffff;
                received.limit(Math.min(MAX_BYTES, 2 + length));
            }
        }
        return received.flip().position(2).slice();
    }

    private TryOutcome overUdp(InetSocketAddress address, long end) throws IOException {
        byte[] session = session();
        byte[] packet = reset(session);
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(address);
            byte[] answer = new byte[MAX_BYTES];
            while (true) {
                socket.send(new DatagramPacket(packet, packet.length));
                long again = System.nanoTime() + AGAIN_MILLIS * 1_000_000L;
                try {
                    while (true) {
                        socket.setSoTimeout(Math.min(millisUntil(end), millisUntil(again)));
                        DatagramPacket received = new DatagramPacket(answer, answer.length);
                        socket.receive(received);
                        if (isAnswer(ByteBuffer.wrap(answer, 0, received.getLength()), session)) {
                            return TryOutcome.REACHED;
                        }
                    }
                } catch (SocketTimeoutException e) {
                    if (System.nanoTime() >= end) {
                        throw e;
                    }
                }
            }
        }
    }

    private byte[] session() {
        byte[] session = new byte[8];
        random.nextBytes(session);
        return session;
    }

    static byte[] reset(byte[] session) {
        return ByteBuffer.allocate(14).put((byte) RESET_OF_CLIENT).put(session).array();
    }

    /** Whether this is what a server answers to the first packet of the session. */
    static boolean isAnswer(ByteBuffer packet, byte[] session) {
        if (packet.remaining() <= COUNT_AT || (packet.get(0) & 0xff) != RESET_OF_SERVER) {
            return false;
        }
        int at = COUNT_AT + 1 + 4 * (packet.get(COUNT_AT) & 0xff);
        if (at == COUNT_AT + 1 || packet.remaining() < at + session.length) {
            return false;
        }
        return packet.slice(at, session.length).equals(ByteBuffer.wrap(session));
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
