package net.re6st.lab.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import net.re6st.lab.Host;
import net.re6st.lab.LabException;
import net.re6st.net.Bytes;

/**
 * The name server of every host: it knows the hosts of the laboratory by {@code NAME.lab.example} and answers at once, late or
 * never, as each host was told. One thread holds a socket inside each of them.
 */
final class NameServer implements AutoCloseable {
    private static final Duration NEVER = Duration.ofDays(1);
    private static final String DOMAIN = ".lab.example";
    private static final int MAX_WAITING = 1000;
    private static final int HEADER_BYTES = 12;
    private static final int TYPE_A = 1;

    private final Map<String, String> addresses = new TreeMap<>();
    private final Map<String, Duration> delays = new ConcurrentHashMap<>();
    private final PriorityQueue<Answer> waiting = new PriorityQueue<>((a, b) -> Long.signum(a.atNanos - b.atNanos));
    private final Selector selector;
    private final Thread thread = new Thread(this::run, "name-server");
    private volatile boolean closed;

    private record Answer(long atNanos, DatagramChannel channel, SocketAddress to, Bytes bytes) {}

    private NameServer(Selector selector) {
        this.selector = selector;
    }

    /** What others call the host. */
    static String nameOf(Host host) {
        return host.name() + DOMAIN;
    }

    /** Starts it on every host, for the programs that start there from now on. */
    static NameServer start(Collection<Host> hosts) {
        try {
            NameServer server = new NameServer(Selector.open());
            for (Host host : hosts) {
                server.addresses.put(nameOf(host), host.ip4());
                Path folder = Files.createDirectories(Path.of("/etc/netns", host.namespaceName()));
                Files.writeString(folder.resolve("resolv.conf"), "nameserver 127.0.0.1\n");
                host.inside(NameServer::open).register(server.selector, SelectionKey.OP_READ, host.name());
            }
            server.thread.setDaemon(true);
            server.thread.start();
            return server;
        } catch (IOException e) {
            throw new LabException("cannot serve names on the hosts: " + e.getMessage(), e);
        }
    }

    private static DatagramChannel open() throws IOException {
        DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
        channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 53));
        channel.configureBlocking(false);
        return channel;
    }

    /** From now on the host gets its answers so late. */
    void delay(Host host, Duration delay) {
        delays.put(host.name(), delay);
    }

    /** From now on the host gets no answers. */
    void silence(Host host) {
        delays.put(host.name(), NEVER);
    }

    private void run() {
        ByteBuffer buffer = ByteBuffer.allocate(512);
        try {
            while (!closed) {
                selector.select(100);
                for (SelectionKey key : selector.selectedKeys()) {
                    receive(key, buffer);
                }
                selector.selectedKeys().clear();
                while (!waiting.isEmpty() && waiting.element().atNanos - System.nanoTime() <= 0) {
                    Answer answer = waiting.remove();
                    answer.channel.send(answer.bytes.toBuffer(), answer.to);
                }
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException e) {
            throw new LabException("the name server failed: " + e.getMessage(), e);
        }
    }

    private void receive(SelectionKey key, ByteBuffer buffer) throws IOException {
        DatagramChannel channel = (DatagramChannel) key.channel();
        buffer.clear();
        for (SocketAddress from = channel.receive(buffer); from != null; from = channel.receive(buffer)) {
            buffer.flip();
            Bytes answer = answer(buffer);
            Duration delay = delays.getOrDefault((String) key.attachment(), Duration.ZERO);
            if (!answer.isEmpty() && !delay.equals(NEVER) && waiting.size() < MAX_WAITING) {
                waiting.add(new Answer(System.nanoTime() + delay.toNanos(), channel, from, answer));
            }
            buffer.clear();
        }
    }

    /** The answer to a query with one question (RFC 1035, 4): one address, none for other types, or "no such name". */
    private Bytes answer(ByteBuffer query) {
        if (query.remaining() < HEADER_BYTES) {
            return Bytes.EMPTY;
        }
        StringBuilder name = new StringBuilder();
        int at = HEADER_BYTES;
        while (at < query.limit() && query.get(at) != 0) {
            int length = query.get(at) & 0xff;
            if (length > 63 || at + length + 1 >= query.limit()) {
                return Bytes.EMPTY;
            }
            byte[] label = new byte[length];
            query.get(at + 1, label);
            name.append(name.length() == 0 ? "" : ".").append(new String(label, StandardCharsets.US_ASCII));
            at += length + 1;
        }
        int questionEnd = at + 5;
        if (questionEnd > query.limit()) {
            return Bytes.EMPTY;
        }
        String ip = addresses.get(name.toString().toLowerCase(Locale.ROOT));
        boolean found = ip != null && query.getShort(at + 1) == TYPE_A;
        ByteBuffer answer = ByteBuffer.allocate(questionEnd + 16);
        // Response, recursion desired and available; 3 is "no such name".
        answer.putShort(query.getShort(0)).putShort((short) (0x8180 | (ip == null ? 3 : 0)));
        answer.putShort((short) 1).putShort((short) (found ? 1 : 0)).putInt(0);
        answer.put(query.slice(HEADER_BYTES, questionEnd - HEADER_BYTES));
        if (found && ip != null) {
            // The name of the question, A, IN, a second to live.
            answer.putShort((short) 0xc00c).putInt(0x0001_0001).putInt(1).putShort((short) 4);
            for (String number : ip.split("\\.")) {
                answer.put((byte) Integer.parseInt(number));
            }
        }
        byte[] bytes = new byte[answer.position()];
        answer.flip().get(bytes);
        return Bytes.copyOf(bytes);
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join(5000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
