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
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import net.re6st.core.port.RoutingView;
import net.re6st.net.Bytes;
import net.re6st.net.Iface;
import net.re6st.net.Network;
import net.re6st.net.Prefix;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a daemon says to a babeld that it did not start, and to one that it is connected to once more. */
final class BabeldTakeOverTest {
    private static final long LIMIT_SECONDS = 30;
    private static final int MAX_CONNECTIONS = 3;
    private static final String KNOW_LOOPBACK = "interface lo type tunnel";
    private static final String FORGET_LOOPBACK = "flush interface lo";

    /** Longer than filters take to be looked at. */
    private static final Duration REFRESHED = Duration.ofMillis(700);

    private static final BabelKeys KEYS = BabelKeys.of(null, null, Bytes.ofHex("00112233445566778899aabbccddeeff"));

    private static final Network NETWORK = Network.parseBits("0010").orElseThrow();

    @TempDir
    private Path run;

    private final BlockingQueue<String> statements = new LinkedBlockingQueue<>();
    private final BlockingQueue<Iface> announced = new LinkedBlockingQueue<>();

    private final BlockingQueue<Integer> outdated = new LinkedBlockingQueue<>();

    /** Interfaces that are not up. */
    private final Set<Iface> down = new TreeSet<>();

    /** What would start babeld as it is. */
    private List<String> words = List.of("babeld");

    /** What babeld has. */
    private volatile String interfaces = "";

    private ServerSocketChannel server;
    private volatile SocketChannel channel;
    private EventLoop loop;
    private Commands commands;
    private Thread looping;
    private Process process;
    private Children children;
    private BabeldDaemon babeld;

    @BeforeEach
    void begin() throws IOException {
        loop = new EventLoop();
        commands = new Commands();
        process = new ProcessBuilder("sleep", "300").start();
        looping = LoopThread.of(loop);
    }

    @AfterEach
    void end() throws Exception {
        // The loop is not closed: a thread may have something to post to it yet.
        loop.stop();
        looping.join(TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
        babeld.handOver();
        children.handOver();
        commands.close();
        server.close();
        process.destroyForcibly().waitFor();
    }

    @Test
    void endsWhatAnInterfaceThatRestedCalledFor() throws Exception {
        interfaces = "add interface lo up false\nadd interface re6stnet1 up true ipv6 fe80::1\n";
        takeOver();
        await("link-detect false");
        await("log-file \"" + run.resolve("babeld.log") + "\"");
        await("flush interface lo");
    }

    /** One that comes up with another tunnel minutes later is as new to others as one that babeld did not know. */
    @Test
    void announcesInterfacesThatBabeldKnew() throws Exception {
        interfaces = "add interface re6stnet1 up true ipv6 fe80::1\nadd interface re6stnet2 up false\n";
        takeOver();
        loop.post(() -> babeld.addInterface(new Iface("re6stnet1")));
        assertThat(announced.poll(LIMIT_SECONDS, TimeUnit.SECONDS)).hasToString("re6stnet1");
        loop.post(() -> babeld.addInterface(new Iface("re6stnet1")));
        loop.post(() -> babeld.addInterface(new Iface("re6stnet2")));
        assertThat(announced.poll(LIMIT_SECONDS, TimeUnit.SECONDS)).hasToString("re6stnet2");
        loop.post(() -> babeld.addInterface(new Iface("re6stnet3")));
        assertThat(await("interface re6stnet3 type tunnel hello-interval 11.25 update-interval 15 " + KEYS.use()))
                .noneMatch(said -> said.startsWith("interface re6stnet"));
        assertThat(announced.poll(LIMIT_SECONDS, TimeUnit.SECONDS)).hasToString("re6stnet3");
    }

    /** An interface that carries a link takes up options only if it goes down: that is a step of its own. */
    @Test
    void givesOptionsOfNowToIdleInterfacesAndAsksForTheOthers() throws Exception {
        words = words(3, "rtt-max 500");
        interfaces = "add interface re6stnet1 up true ipv6 fe80::1\nadd interface re6stnet2 up false\n"
                + "add interface re6stnet3 up false\nadd interface eth0 up true ipv6 fe80::2\n";
        down.add(new Iface("re6stnet3"));
        loop.post(() -> babeld.addInterface(new Iface("re6stnet1")));
        loop.post(() -> babeld.addInterface(new Iface("re6stnet3")));
        takeOver();
        String options = " type tunnel rtt-max 120 hello-interval 11.25 update-interval 15 " + KEYS.use();
        List<String> told = await("interface re6stnet2" + options);
        told.addAll(await("interface re6stnet3" + options));
        assertThat(told).noneMatch(said -> said.contains("re6stnet1") || said.contains("eth0"));
        assertThat(outdated.poll(LIMIT_SECONDS, TimeUnit.SECONDS)).isEqualTo(3);
    }

    @Test
    void asksForNothingWhereOptionsAreTheSame() throws Exception {
        words = words(15, "");
        interfaces = "add interface re6stnet2 up false\n";
        takeOver();
        assertThat(await("flush interface lo")).noneMatch(said -> said.contains("re6stnet2"));
        assertThat(outdated).isEmpty();
    }

    /** babeld drops who reads too slowly, just when there is much to tell it. */
    @Test
    void tellsAgainWhatWasLostWithTheConnection() throws Exception {
        interfaces = "add interface re6stnet1 up true ipv6 fe80::1\n";
        takeOver();
        loop.post(() -> babeld.addInterface(new Iface("re6stnet1")));
        assertThat(announced.poll(LIMIT_SECONDS, TimeUnit.SECONDS)).hasToString("re6stnet1");
        await(FORGET_LOOPBACK);
        interfaces = interfaces.concat("add interface lo up false\n");
        CountDownLatch told = new CountDownLatch(1);
        Object connection = loseConnection(told);
        loop.post(() -> babeld.addInterface(new Iface("re6stnet9")));
        assertThat(announced.poll(LIMIT_SECONDS, TimeUnit.SECONDS)).hasToString("re6stnet9");
        told.countDown();
        await("monitor");
        assertThat(channel).isNotSameAs(connection);
        String options = " type tunnel hello-interval 11.25 update-interval 15 " + KEYS.use();
        assertThat(await("interface re6stnet9" + options))
                .containsSubsequence(
                        KEYS.definition(),
                        "interface re6stnet1" + options,
                        "link-detect false",
                        "log-file \"" + run.resolve("babeld.log") + "\"",
                        FORGET_LOOPBACK,
                        KNOW_LOOPBACK);
        await(FORGET_LOOPBACK);
        // All that was waiting for an interface is done: this comes after it.
        loop.post(() -> babeld.addInterface(new Iface("re6stnet3")));
        assertThat(announced.poll(LIMIT_SECONDS, TimeUnit.SECONDS)).hasToString("re6stnet3");
    }

    @Test
    void expectsTroubleAgainAfterTheConnectionWasLost() throws Exception {
        takeOver();
        await(FORGET_LOOPBACK);
        CountDownLatch told = new CountDownLatch(1);
        loseConnection(told);
        loop.post(babeld::expectTrouble);
        inLoop();
        told.countDown();
        await("monitor");
        assertThat(await("link-detect true")).containsSubsequence("log-file /dev/null", KNOW_LOOPBACK);
        loop.post(babeld::troubleIsOver);
        assertThat(await("link-detect false")).doesNotContain(FORGET_LOOPBACK);
        await(FORGET_LOOPBACK);
        await(KNOW_LOOPBACK);
        await(FORGET_LOOPBACK);
    }

    /** What both use is not taken away from an interface that rests, whichever was first. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void locksALinkAfterTheRestOfAnother(boolean lockFirst) throws Exception {
        takeOver();
        await(FORGET_LOOPBACK);
        Runnable lock = babeld::refreshFilters;
        Runnable rest = babeld::expectTrouble;
        loop.post(lockFirst ? lock : rest);
        loop.post(lockFirst ? rest : lock);
        await("link-detect true");
        loop.post(() -> loop.after(REFRESHED, babeld::reopenLog));
        assertThat(await("reopen-logfile")).isEmpty();
        loop.post(babeld::troubleIsOver);
        await("link-detect false");
        await(FORGET_LOOPBACK);
        if (!lockFirst) {
            await(KNOW_LOOPBACK);
            await(FORGET_LOOPBACK);
        }
        loop.post(babeld::refreshFilters);
        assertThat(await(KNOW_LOOPBACK)).isEmpty();
        await(FORGET_LOOPBACK);
    }

    /** The connection ends while its thread waits for {@code told}: what is sent until then is lost. Returns what it was. */
    private Object loseConnection(CountDownLatch told) throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        babeld.ask(table -> {
            waiting.countDown();
            try {
                assertThat(told.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(waiting.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        SocketChannel lost = channel;
        lost.close();
        return lost;
    }

    /** Waits until all that was posted is done. */
    private void inLoop() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        loop.post(done::countDown);
        assertThat(done.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    private void takeOver() throws IOException {
        listen();
        long pid = process.pid();
        children = new Children(new RunRecord(run), loop);
        babeld = new BabeldDaemon(loop, commands, children, setup(), KEYS, events, iface -> !down.contains(iface));
        babeld.tellOutdated(outdated::add);
        babeld.start(new RunState.Child(pid, ProcFiles.startTicks(pid).orElseThrow(), words, null, null));
        looping.start();
    }

    private List<String> words(int helloSeconds, String babelDefault) {
        Path file = run.resolve("file");
        return BabeldCommand.start(new BabeldCommand.Settings(
                helloSeconds,
                file,
                file,
                file,
                NETWORK.address(),
                64,
                NETWORK,
                Optional.empty(),
                false,
                true,
                babelDefault,
                KEYS,
                0,
                List.of(),
                List.of("-h", "77")));
    }

    private BabeldDaemon.Setup setup() {
        return new BabeldDaemon.Setup(
                keys -> List.of("babeld"),
                run.resolve("ctl"),
                run.resolve("babeld.log"),
                15,
                "",
                NETWORK,
                Prefix.parseCn("1/16").orElseThrow(),
                0);
    }

    /** Waits until babeld is told that; returns what it is told before. */
    private List<String> await(String statement) throws InterruptedException {
        List<String> before = new ArrayList<>();
        String told = statements.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        while (told != null && !told.equals(statement)) {
            before.add(told);
            told = statements.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        }
        assertThat(told).as("after " + before).isEqualTo(statement);
        return before;
    }

    /** A babeld that agrees to everything. */
    private void listen() throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(run.resolve("ctl")));
        Thread babeld = new Thread(() -> {
            for (int connection = 0; connection < MAX_CONNECTIONS; connection++) {
                try (SocketChannel accepted = server.accept()) {
                    channel = accepted;
                    serve(accepted);
                } catch (IOException e) {
                    // The other end was closed, or this one.
                }
            }
        });
        babeld.setDaemon(true);
        babeld.start();
    }

    private void serve(SocketChannel channel) throws IOException {
        BufferedReader lines = new BufferedReader(Channels.newReader(channel, StandardCharsets.US_ASCII));
        write(channel, "BABEL 1.0\nversion babeld-1.12.1\nhost h\nmy-id 0\nok\n");
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            // Questions whether it listens would make every wait endless.
            if (!line.equals("#")) {
                statements.add(line);
            }
            write(channel, line.equals("monitor") ? interfaces + "ok\n" : "ok\n");
        }
    }

    private static void write(SocketChannel channel, String text) throws IOException {
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private final BabeldDaemon.Events events = new BabeldDaemon.Events() {
        @Override
        public void onRoutes(RoutingView view) {}

        @Override
        public void onRoutingRestarted() {}

        @Override
        public void onInterface(Iface iface) {
            announced.add(iface);
        }
    };
}
