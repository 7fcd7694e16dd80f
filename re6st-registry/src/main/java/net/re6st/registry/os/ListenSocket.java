package net.re6st.registry.os;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.ptr.IntByReference;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the sockets that listen: each for one family only, so that both families can have the same port. */
final class ListenSocket {
    /*
     * Java opens every IPv6 socket for IPv4 as well (IPV6_V6ONLY off) and has no option for it, so that [::]:80 would
     * collide with 0.0.0.0:80. The option must be set between creation and bind, on a descriptor that Java does not tell.
     * So it is set on all in /proc/self/fd: the kernel refuses it, without effect, on whatever is no IPv6 socket and on
     * sockets that are bound, and while the registry starts no other is unbound.
     */
    private static final Logger LOG = LoggerFactory.getLogger(ListenSocket.class);

    private static final int BACKLOG = 4096;
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_V6ONLY = 26;

    private ListenSocket() {}

    /** The C library, as far as needed here. */
    interface SocketLibrary extends Library {
        int setsockopt(int descriptor, int level, int name, IntByReference value, int length);
    }

    static ServerSocketChannel open(InetAddress address, int port) throws IOException {
        boolean six = address instanceof Inet6Address;
        ServerSocketChannel channel =
                ServerSocketChannel.open(six ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
        try {
            if (six) {
                setIpv6Only();
            }
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            return channel.bind(new InetSocketAddress(address, port), BACKLOG);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static void setIpv6Only() {
        try {
            SocketLibrary library = Native.load("c", SocketLibrary.class);
            for (int descriptor : descriptors()) {
                library.setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, new IntByReference(1), Integer.BYTES);
            }
        } catch (IOException | LinkageError e) {
            LOG.warn("IPv6 sockets take IPv4 connections as well: {}", e.getMessage());
        }
    }

    private static Set<Integer> descriptors() throws IOException {
        Set<Integer> numbers = new HashSet<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path entry : entries) {
                numbers.add(Integer.parseInt(String.valueOf(entry.getFileName())));
            }
        }
        return numbers;
    }
}
