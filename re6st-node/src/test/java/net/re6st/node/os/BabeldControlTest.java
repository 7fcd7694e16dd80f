package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import net.re6st.core.port.RoutingView;
import net.re6st.net.Iface;
import net.re6st.net.Network;
import net.re6st.net.Prefix;
import net.re6st.node.os.BabeldControl.Sign;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BabeldControlTest {
    private static final Duration TICK = Duration.ofMillis(20);

    @TempDir
    Path directory;

    private final CountDownLatch silent = new CountDownLatch(1);

    private final BlockingQueue<Error> defects = new LinkedBlockingQueue<>();
    private @Nullable Error bug;

    /** What babeld says before each answer. */
    private volatile String news = "";

    @Test
    void babeldThatStopsAnsweringIsReported() throws Exception {
        CountDownLatch questions = new CountDownLatch(3);
        talk(questions, 2);
        assertThat(questions.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(silent.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void babeldThatAnswersIsNotReported() throws Exception {
        CountDownLatch questions = new CountDownLatch(50);
        talk(questions, Integer.MAX_VALUE);
        assertThat(questions.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(silent.getCount()).isOne();
    }

    @Test
    void tellsOnceOfTheSignThatIsWaitedFor() throws Exception {
        Iface iface = new Iface("re6stnet1");
        news = "change interface re6stnet1 up true ipv6 fe80::1\n"
                + "change interface re6stnet2 up false\n"
                + "change neighbour 5c6e address fe80::2 if re6stnet2 reach ffff ureach 0000\n";
        CountDownLatch questions = new CountDownLatch(10);
        BabeldControl control = talk(questions, Integer.MAX_VALUE);
        AtomicInteger signs = new AtomicInteger();
        BabeldControl.Watch down = new BabeldControl.Watch(iface, Sign.DOWN, signs::incrementAndGet);
        control.watch(down);
        assertThat(questions.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(signs).as("what others do is none").hasValue(0);
        assertThat(control.unwatch(down)).isTrue();
        for (Sign sign : Sign.values()) {
            CountDownLatch told = new CountDownLatch(1);
            BabeldControl.Watch watch = new BabeldControl.Watch(iface, sign, told::countDown);
            control.watch(watch);
            news = "change neighbour 5c6e address fe80::2 if re6stnet1 reach ffff ureach 0000\n"
                    + "change interface re6stnet1 up false\n";
            assertThat(told.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(control.unwatch(watch)).as("it came").isFalse();
        }
    }

    @Test
    void aBugInItsThreadIsTold() throws Exception {
        bug = new NoClassDefFoundError("a test's");
        talk(new CountDownLatch(1), Integer.MAX_VALUE);
        assertThat(defects.poll(30, TimeUnit.SECONDS)).isSameAs(bug);
    }

    @Test
    void leavesNoSelectorBehind() throws Exception {
        RoutingTable table = new RoutingTable(
                Network.parseBits("0010").orElseThrow(), Prefix.parseCn("1/16").orElseThrow());
        long before = selectors();
        for (int i = 0; i < 50; i++) {
            BabeldControl control = new BabeldControl(directory.resolve("none"), table, listener, TICK);
            control.start();
            control.close();
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (selectors() > before + 25 && System.nanoTime() - deadline < 0) {
            Thread.sleep(5);
        }
        assertThat(selectors()).isLessThanOrEqualTo(before + 25);
    }

    private static long selectors() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.filter(BabeldControlTest::isSelector).count();
        }
    }

    private static boolean isSelector(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().contains("[eventpoll]");
        } catch (IOException e) {
            // Closed meanwhile.
            return false;
        }
    }

    /** A babeld that answers so often, and goes on talking for as long as it is listened to. */
    private BabeldControl talk(CountDownLatch questions, int answers) throws IOException {
        Path socket = directory.resolve("ctl");
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Thread babeld = new Thread(() -> {
            try (server;
                    SocketChannel channel = server.accept();
                    BufferedReader lines = new BufferedReader(Channels.newReader(channel, StandardCharsets.US_ASCII))) {
                write(channel, "BABEL 1.0\nversion babeld-1.12.1\nhost h\nmy-id 0\nok\n");
                int answered = 0;
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    questions.countDown();
                    write(channel, news);
                    write(channel, answered++ < answers ? "ok\n" : "add interface lo up false\n");
                }
            } catch (IOException e) {
                // The other end was closed.
                return;
            }
        });
        babeld.setDaemon(true);
        babeld.start();
        RoutingTable table = new RoutingTable(
                Network.parseBits("0010").orElseThrow(), Prefix.parseCn("1/16").orElseThrow());
        BabeldControl control = new BabeldControl(socket, table, listener, TICK);
        control.start();
        return control;
    }

    private static void write(SocketChannel channel, String text) throws IOException {
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private final BabeldControl.Listener listener = new BabeldControl.Listener() {
        @Override
        public void onConnected(Set<Iface> interfaces) {
            if (bug != null) {
                throw bug;
            }
        }

        @Override
        public void onView(RoutingView view) {}

        @Override
        public void onSilent() {
            silent.countDown();
        }

        @Override
        public void onDefect(Error error) {
            defects.add(error);
        }
    };
}
