package net.re6st.cli;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd how the daemon is: ready, reading its options again, ending, alive. Does nothing where nobody asked for that.
 */
public final class ServiceNotice {
    /*
     * systemd listens on a datagram socket of the UNIX family, which Java has not: hence the C library, loaded only for
     * services. A socket's address is its family and a path, or a NUL and a name for one without a file.
     */
    private static final Logger LOG = LoggerFactory.getLogger(ServiceNotice.class);
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int MSG_DONTWAIT = 0x40;

    private final Optional<String> socket;
    private @Nullable SocketLibrary library;

    /** The C library, as far as needed here. */
    interface SocketLibrary extends Library {
        int socket(int family, int type, int protocol);

        NativeLong sendto(int descriptor, byte[] text, NativeLong length, int flags, byte[] address, int addressLength);

        int close(int descriptor);
    }

    ServiceNotice(Optional<String> socket) {
        this.socket = socket.filter(path -> path.startsWith("/") || path.startsWith("@"));
    }

    /** To whoever started this process as a service. */
    public static ServiceNotice ofEnvironment() {
        return new ServiceNotice(Optional.ofNullable(System.getenv("NOTIFY_SOCKET")));
    }

    public void ready() {
        tell("READY=1");
    }

    /** {@link #ready} follows. */
    public void reloading() {
        tell("RELOADING=1");
    }

    public void stopping() {
        tell("STOPPING=1");
    }

    /** We are alive: whoever watches us wants to hear it every {@link #watched}. */
    public void alive() {
        tell("WATCHDOG=1");
    }

    /** How often {@link #alive} must be told; empty if nobody watches us. */
    public static Optional<Duration> watched() {
        return interval(System.getenv("WATCHDOG_USEC"), System.getenv("WATCHDOG_PID"));
    }

    /** A third of what it may take; empty if nobody watches us. */
    static Optional<Duration> interval(@Nullable String micros, @Nullable String pid) {
        boolean ours =
                pid == null || pid.equals(Long.toString(ProcessHandle.current().pid()));
        return ours && micros != null && micros.matches("[1-9]\\d{3,15}")
                ? Optional.of(Duration.ofNanos(Long.parseLong(micros) * 1000 / 3))
                : Optional.empty();
    }

    /** Sends one notice; never waits. */
    private synchronized void tell(String text) {
        if (socket.isEmpty()) {
            return;
        }
        try {
            if (library == null) {
                library = Native.load("c", SocketLibrary.class);
            }
            send(library, socket.get(), text);
        } catch (LinkageError e) {
            LOG.warn("systemd can't be told {}: {}", text, e.getMessage());
        }
    }

    private static void send(SocketLibrary library, String path, String text) {
        int descriptor = library.socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        byte[] address = address(path);
        NativeLong length = new NativeLong(bytes.length);
        long sent = library.sendto(descriptor, bytes, length, MSG_DONTWAIT, address, address.length)
                .longValue();
        library.close(descriptor);
        if (sent != bytes.length) {
            LOG.warn("systemd can't be told {} at {}", text, path);
        }
    }

    /** The {@code sockaddr_un} of a path; the family is in this machine's byte order. */
    static byte[] address(String path) {
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        byte[] address = Arrays.copyOf(new byte[] {0, 0}, 2 + name.length);
        boolean little = java.nio.ByteOrder.nativeOrder() == java.nio.ByteOrder.LITTLE_ENDIAN;
        address[little ? 0 : 1] = AF_UNIX;
        System.arraycopy(name, 0, address, 2, name.length);
        if (address[2] == '@') {
            address[2] = 0;
        }
        return address;
    }
}
