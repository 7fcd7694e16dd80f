package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BabeldBurstTest {
    private static final int NODES = 10_000;
    private static final int NEIGHBOURS = 20;

    /** babeld gives a reader up that takes nothing for so long; it buffers no more than its socket does. */
    private static final int PATIENCE_MILLIS = 100;

    private static final int SOCKET_BUFFER_BYTES = 212_992;

    @TempDir
    Path directory;

    @Test
    void keepsTwoHundredThousandRoutesInTheMemoryOfANode() throws Exception {
        Path socket = directory.resolve("ctl");
        AtomicReference<String> problem = new AtomicReference<>("nobody connected");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            Thread babeld = new Thread(() -> {
                try (SocketChannel reader = server.accept()) {
                    reader.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
                    problem.set(tell(reader));
                    Thread.sleep(20_000);
                } catch (IOException | InterruptedException e) {
                    problem.compareAndSet("", "");
                }
            });
            babeld.setDaemon(true);
            babeld.start();
            Process reader = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx64m",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            BabeldBurst.class.getName(),
                            socket.toString(),
                            Integer.toString(NODES))
                    .redirectErrorStream(true)
                    .start();
            String output = new String(reader.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(reader.waitFor(90, TimeUnit.SECONDS)).isTrue();
            System.out.print(output);
            assertThat(problem.get()).isEmpty();
            assertThat(reader.exitValue()).as(output).isZero();
            babeld.interrupt();
        }
    }

    /** Says all as babeld does; returns why it gave up, or nothing. */
    private static String tell(SocketChannel reader) throws IOException {
        try (Selector writable = Selector.open()) {
            reader.configureBlocking(false);
            reader.register(writable, SelectionKey.OP_WRITE);
            StringBuilder text = new StringBuilder("BABEL 1.0\nversion babeld-1.12.1\nhost h\nmy-id 0\nok\n");
            for (int n = 1; n <= NEIGHBOURS; n++) {
                text.append("add neighbour 55c25444")
                        .append(Integer.toHexString(n))
                        .append(" address fe80::")
                        .append(n);
                text.append(" if re6stnet").append(n).append(" reach ffff ureach 0000 rxcost 96 txcost 96 cost 96\n");
            }
            for (int node = 1; node <= NODES; node++) {
                for (int n = 1; n <= NEIGHBOURS; n++) {
                    boolean direct = node == n;
                    boolean installed = node % NEIGHBOURS == n % NEIGHBOURS;
                    text.append("add route 55c2").append(Integer.toHexString(0x1000_0000 + 64 * (node * 32 + n)));
                    text.append(" prefix 2001:db8:42:")
                            .append(Integer.toHexString(node))
                            .append("::/64 from ::/0");
                    text.append(" installed ").append(installed ? "yes" : "no").append(" id 80:7a:ee:93:b8:cc:2e:af");
                    text.append(" metric 192 refmetric ")
                            .append(direct ? 0 : 96)
                            .append(" via fe80::")
                            .append(n);
                    text.append(" if re6stnet").append(n).append('\n');
                }
                if (text.length() > 4_000 || node == NODES) {
                    text.append(node == NODES ? "ok\n" : "");
                    String problem = write(reader, writable, text.toString());
                    if (!problem.isEmpty()) {
                        return problem + " at node " + node;
                    }
                    text.setLength(0);
                    if (node < 300) {
                        // Routes come in by and by when a node starts; the whole table comes to one that has run for a
                        // while.
                        LockSupport.parkNanos(10_000_000);
                    }
                }
            }
        }
        return "";
    }

    private static String write(SocketChannel reader, Selector writable, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) {
            if (reader.write(bytes) == 0 && writable.select(PATIENCE_MILLIS) == 0) {
                return "the reader was too slow";
            }
            writable.selectedKeys().clear();
        }
        return "";
    }
}
