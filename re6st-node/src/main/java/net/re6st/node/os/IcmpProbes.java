package net.re6st.node.os;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.ptr.IntByReference;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.Supplier;
import net.re6st.core.port.LinkProbe;
import net.re6st.core.port.ProbeAnswer;
import net.re6st.net.Bytes;
import net.re6st.net.Iface;
import net.re6st.net.Ip6;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Probes by ICMPv6: an echo, and, insisting, a neighbour solicitation. Kernels answer both, so the other end needs nothing of
 * ours. Sends in the loop's thread; a thread of its own receives.
 */
public final class IcmpProbes implements LinkProbe, AutoCloseable {
    /*
     * Java has no raw sockets, hence the C library, loaded when the first tunnel is up. The kernel fills checksums in. A filter
     * in the kernel lets only the two kinds of answers through. What an answer belongs to is looked up by its sequence
     * number, and it counts only on the interface that was asked on: what it says otherwise is not believed.
     */
    private static final Logger LOG = LoggerFactory.getLogger(IcmpProbes.class);

    private static final int AF_INET6 = 10;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPPROTO_ICMPV6 = 58;
    private static final int ICMP6_FILTER = 1;
    private static final int IPV6_UNICAST_HOPS = 16;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int SHUT_RD = 0;
    private static final int ADDRESS_BYTES = 28;

    private static final int ECHO_REQUEST = 128;
    private static final int ECHO_REPLY = 129;
    private static final int SOLICITATION = 135;
    private static final int ADVERTISEMENT = 136;
    private static final int ECHO_BYTES = 8;
    private static final int NEIGHBOUR_BYTES = 24;

    /** Neighbour discovery is only believed if it came from next door. */
    private static final int MOST_HOPS = 255;

    private static final int REMEMBERED = 4096;

    /** In a row; a signal may interrupt, but not for ever. */
    private static final int MAX_FAILURES = 1000;

    private final Consumer<ProbeAnswer> answered;
    private final int identifier;
    private final AtomicReferenceArray<@Nullable Sent> sent = new AtomicReferenceArray<>(REMEMBERED);
    private final Map<Integer, Iface> ifaces = new ConcurrentHashMap<>();
    private final Supplier<SocketLibrary> loading;
    private boolean started;
    private int sequence;
    private volatile int descriptor = -1;
    private volatile @Nullable SocketLibrary library;
    private volatile boolean closed;

    /** The C library, as far as needed here. */
    interface SocketLibrary extends Library {
        int socket(int family, int type, int protocol) throws LastErrorException;

        int setsockopt(int descriptor, int level, int option, byte[] value, int length) throws LastErrorException;

        NativeLong sendto(
                int descriptor, byte[] packet, NativeLong length, int flags, byte[] address, int addressLength);

        NativeLong recvfrom(
                int descriptor,
                byte[] packet,
                NativeLong length,
                int flags,
                byte[] address,
                IntByReference addressLength);

        int if_nametoindex(String name);

        int shutdown(int descriptor, int how);

        int close(int descriptor);
    }

    private record Sent(Iface iface, int index, long number, int sequence, long nanos) {}

    /**
     * @param identifier tells our echoes from those of other programs
     * @param answered is told of answers, in another thread
     */
    public IcmpProbes(int identifier, Consumer<ProbeAnswer> answered) {
        this(identifier, answered, () -> Native.load("c", SocketLibrary.class));
    }

    IcmpProbes(int identifier, Consumer<ProbeAnswer> answered, Supplier<SocketLibrary> loading) {
        this.identifier = identifier & 0xffff;
        this.answered = answered;
        this.loading = loading;
    }

    @Override
    public void probe(Iface iface, Ip6 address, long number, boolean insist) {
        SocketLibrary c = open();
        if (c == null) {
            return;
        }
        int index = c.if_nametoindex(iface.name());
        if (index == 0) {
            LOG.debug("{} is gone", iface);
            return;
        }
        if (!iface.equals(ifaces.put(index, iface))) {
            // The number it had before was that of another one.
            ifaces.keySet().removeIf(other -> other != index && iface.equals(ifaces.get(other)));
        }
        sequence = (sequence + 1) & 0xffff;
        sent.set(sequence % REMEMBERED, new Sent(iface, index, number, sequence, System.nanoTime()));
        send(c, echo(identifier, sequence), socketAddress(address, index));
        if (insist) {
            send(c, solicitation(address), socketAddress(address, index));
        }
    }

    /** A packet that can't be sent is as good as one that is lost. */
    private void send(SocketLibrary c, byte[] packet, byte[] to) {
        c.sendto(descriptor, packet, new NativeLong(packet.length), MSG_DONTWAIT, to, to.length);
    }

    /** Until the socket is open nothing is sent: loading a library takes longer than the loop may wait. */
    private @Nullable SocketLibrary open() {
        if (!started) {
            started = true;
            Threads.named("probes").newThread(this::work).start();
        }
        return library;
    }

    private void work() {
        try {
            SocketLibrary c = loading.get();
            int opened = c.socket(AF_INET6, SOCK_RAW_CLOEXEC, IPPROTO_ICMPV6);
            byte[] filter = filter();
            c.setsockopt(opened, IPPROTO_ICMPV6, ICMP6_FILTER, filter, filter.length);
            byte[] hops = ints(MOST_HOPS);
            c.setsockopt(opened, IPPROTO_IPV6, IPV6_UNICAST_HOPS, hops, hops.length);
            descriptor = opened;
            library = c;
            if (!closed) {
                receive(c, opened);
            }
            library = null;
            c.close(opened);
        } catch (LinkageError | LastErrorException e) {
            LOG.warn("links can't be probed for losses: {}", e.getMessage());
        }
    }

    /** Returns when nothing more will come. */
    private void receive(SocketLibrary c, int from) {
        byte[] packet = new byte[256];
        byte[] address = new byte[ADDRESS_BYTES];
        int failures = 0;
        while (failures < MAX_FAILURES) {
            IntByReference length = new IntByReference(address.length);
            int count = c.recvfrom(from, packet, new NativeLong(packet.length), 0, address, length)
                    .intValue();
            long nanos = System.nanoTime();
            if (count == 0) {
                // No packet is empty: this is the end of the daemon.
                return;
            } else if (count < 0) {
                failures++;
                continue;
            }
            failures = 0;
            ByteBuffer source = ByteBuffer.wrap(address).order(ByteOrder.nativeOrder());
            int index = source.getInt(ADDRESS_BYTES - 4);
            received(ByteBuffer.wrap(packet, 0, count), Ip6.of(Bytes.copyOf(address), 8), index, nanos);
        }
    }

    /** Takes one packet; whatever is no answer to us is ignored. */
    void received(ByteBuffer packet, Ip6 from, int index, long nanos) {
        int kind = packet.remaining() < ECHO_BYTES ? 0 : packet.get(0) & 0xff;
        if (kind == ECHO_REPLY && (packet.getShort(4) & 0xffff) == identifier) {
            int number = packet.getShort(6) & 0xffff;
            Sent question = sent.get(number % REMEMBERED);
            if (question != null && question.sequence() == number && question.index() == index) {
                sent.compareAndSet(number % REMEMBERED, question, null);
                Iface iface = question.iface();
                Duration time = Duration.ofNanos(Math.max(0, nanos - question.nanos()));
                answered.accept(new ProbeAnswer.Echo(iface, question.number(), time, traffic(iface)));
            }
        } else if (kind == ADVERTISEMENT && packet.remaining() >= NEIGHBOUR_BYTES) {
            Iface iface = ifaces.get(index);
            if (iface != null) {
                answered.accept(new ProbeAnswer.Presence(iface, from));
            }
        }
    }

    private static long traffic(Iface iface) {
        return counter(iface, "rx_bytes") + counter(iface, "tx_bytes");
    }

    private static long counter(Iface iface, String name) {
        try {
            Path file = Path.of("/sys/class/net", iface.name(), "statistics", name);
            return Long.parseLong(Files.readString(file).strip());
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }

    static byte[] echo(int identifier, int sequence) {
        return ByteBuffer.allocate(ECHO_BYTES)
                .put(0, (byte) ECHO_REQUEST)
                .putShort(4, (short) identifier)
                .putShort(6, (short) sequence)
                .array();
    }

    static byte[] solicitation(Ip6 target) {
        ByteBuffer packet = ByteBuffer.allocate(NEIGHBOUR_BYTES).put(0, (byte) SOLICITATION);
        return packet.putLong(8, target.high()).putLong(16, target.low()).array();
    }

    /** A {@code sockaddr_in6}; its family and scope are in this machine's byte order. */
    static byte[] socketAddress(Ip6 ip, int index) {
        ByteBuffer address = ByteBuffer.allocate(ADDRESS_BYTES).order(ByteOrder.nativeOrder());
        address.putShort(0, (short) AF_INET6).putInt(ADDRESS_BYTES - 4, index);
        return address.order(ByteOrder.BIG_ENDIAN)
                .putLong(8, ip.high())
                .putLong(16, ip.low())
                .array();
    }

    /** A bit for each kind of packet that is not wanted: all but answers. */
    static byte[] filter() {
        ByteBuffer filter = ByteBuffer.allocate(32).order(ByteOrder.nativeOrder());
        for (int i = 0; i < 8; i++) {
            filter.putInt(4 * i, -1);
        }
        for (int kind : new int[] {ECHO_REPLY, ADVERTISEMENT}) {
            int at = 4 * (kind >> 5);
            filter.putInt(at, filter.getInt(at) & ~(1 << (kind & 31)));
        }
        return filter.array();
    }

    private static byte[] ints(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.nativeOrder())
                .putInt(0, value)
                .array();
    }

    /** The thread that receives then closes the socket. */
    @Override
    public void close() {
        closed = true;
        SocketLibrary c = library;
        if (c != null) {
            c.shutdown(descriptor, SHUT_RD);
        }
    }
}
