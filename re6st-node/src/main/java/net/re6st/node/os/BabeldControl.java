package net.re6st.node.os;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import net.re6st.babel.BabeldLine;
import net.re6st.babel.BabeldLineReader;
import net.re6st.core.port.RoutingView;
import net.re6st.net.Iface;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one permanent connection to babeld's control socket, drained by a thread of its own: babeld drops a reader that is
 * slow, and a large network has more to say than a socket holds. The thread owns the {@link RoutingTable} and hands out views.
 *
 * <p>When the connection ends it is made again and everything is read anew. {@link #send} may be called by any thread.
 */
final class BabeldControl implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BabeldControl.class);

    /** A burst of changes becomes one view. */
    private static final long VIEW_INTERVAL_NANOS = 500_000_000L;

    private static final long RETRY_MILLIS = 20;
    private static final int BUFFER_BYTES = 65_536;
    private static final int MAX_QUEUED = 1_000;

    /** A comment: babeld says "ok" to it. */
    private static final String ARE_YOU_THERE = "#";

    private static final Duration TICK = Duration.ofSeconds(1);

    /** So many ticks without an answer: babeld hangs. Counted, not measured: when the machine stands still, so do we. */
    private static final int MAX_SILENT_TICKS = 5;

    /** Telling all there is may take longer. */
    private static final int MAX_SILENT_TICKS_AT_FIRST = 60;

    private final Path path;
    private final RoutingTable table;
    private final Listener listener;
    private final long tickNanos;
    private final Selector selector;
    private final Thread thread;
    private final Queue<String> outgoing = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;
    private volatile boolean renew;

    // The thread's own.
    private final BabeldLineReader lines = new BabeldLineReader();
    private final BabeldLine line = new BabeldLine();
    private final ByteBuffer input = ByteBuffer.allocate(BUFFER_BYTES);
    private final Deque<String> asked = new ArrayDeque<>();
    private Set<String> reportedFaulty = Set.of();
    private final Set<Iface> interfaces = new TreeSet<>();
    private boolean complete;
    private boolean changed;
    /** Whether there was no file descriptor left for a connection. */
    private boolean starved;

    private long lastViewNanos;
    private long lastTickNanos;
    private int silentTicks;
    private final AtomicReference<@Nullable Watch> watch = new AtomicReference<>();

    /** What babeld says of an interface. */
    enum Sign {
        /** A neighbour there was heard, most probably its Hello. */
        HEARD,
        /** babeld does not use it any more. */
        DOWN
    }

    /** Runs {@code then}, in the connection's thread, at the next such sign of an interface. */
    record Watch(Iface iface, Sign sign, Runnable then) {}

    /** What the thread tells; called in it. */
    interface Listener {
        /** babeld takes commands; {@code interfaces}: those it has already. */
        void onConnected(Set<Iface> interfaces);

        void onView(RoutingView view);

        /** babeld runs, but does not answer: it will not do so again. */
        void onSilent();

        /** A bug ended the thread: nothing will be told any more. */
        void onDefect(Error error);
    }

    BabeldControl(Path path, RoutingTable table, Listener listener) throws IOException {
        this(path, table, listener, TICK);
    }

    /** {@code tick}: how often babeld is asked whether it listens. */
    BabeldControl(Path path, RoutingTable table, Listener listener, Duration tick) throws IOException {
        this.path = path;
        this.table = table;
        this.listener = listener;
        this.tickNanos = tick.toNanos();
        this.selector = Selector.open();
        this.lastViewNanos = System.nanoTime() - VIEW_INTERVAL_NANOS;
        this.thread = Threads.named("babeld").newThread(this::run);
    }

    void start() {
        thread.start();
    }

    /** Queues one statement; it is lost when the connection is. */
    void send(String statement) {
        if (outgoing.size() < MAX_QUEUED) {
            outgoing.add(statement);
            selector.wakeup();
        } else {
            LOG.warn("babeld does not read its commands");
        }
    }

    /** babeld was started again: what the old one said is forgotten. */
    void restarted() {
        renew = true;
        selector.wakeup();
    }

    /** Calls {@code question} in the thread that owns the table, soon; not at all if the connection is never made. */
    void ask(Consumer<RoutingTable> question) {
        questions.add(question);
        selector.wakeup();
    }

    /** One at a time. */
    void watch(Watch fresh) {
        watch.set(fresh);
    }

    /** Ends it; false if that sign came. */
    boolean unwatch(Watch old) {
        return watch.compareAndSet(old, null);
    }

    private final Queue<Consumer<RoutingTable>> questions = new ConcurrentLinkedQueue<>();

    private void run() {
        try (selector) {
            talk();
        } catch (IOException e) {
            LOG.debug("closing the selector: {}", e.toString());
        } catch (Error e) {
            listener.onDefect(e);
        }
    }

    private void talk() {
        while (!closed) {
            try (SocketChannel channel = connect()) {
                if (channel != null) {
                    serve(channel);
                    LOG.info("babeld closed the connection");
                }
            } catch (IOException e) {
                LOG.debug("babeld: {}", e.toString());
            } catch (RuntimeException e) {
                LOG.error("reading babeld's control socket failed, trying again", e);
                pause();
            }
        }
    }

    /** Null, after a pause: babeld does not listen, or this process has no file descriptor left. */
    private @Nullable SocketChannel connect() throws IOException {
        renew = false;
        SocketChannel channel = null;
        try {
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(path));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            starved = false;
            return channel;
        } catch (IOException e) {
            if (channel != null) {
                channel.close();
            } else if (starved) {
                LOG.debug("babeld can't be asked: {}", e.toString());
            } else {
                starved = true;
                LOG.warn("babeld can't be asked for now: {}", e.toString());
            }
            pause();
            return null;
        }
    }

    private void pause() {
        try {
            selector.select(RETRY_MILLIS);
        } catch (IOException e) {
            LOG.debug("waiting for babeld: {}", e.toString());
        }
    }

    private void serve(SocketChannel channel) throws IOException {
        lines.reset();
        table.clear();
        asked.clear();
        outgoing.clear();
        interfaces.clear();
        complete = false;
        changed = true;
        silentTicks = 0;
        lastTickNanos = System.nanoTime();
        // babeld greets with a header that ends like an answer.
        asked.add("");
        write(channel, "monitor");
        while (!closed && !renew) {
            selector.select(waitMillis());
            selector.selectedKeys().clear();
            for (int i = 0; i < MAX_QUEUED && !outgoing.isEmpty(); i++) {
                write(channel, String.valueOf(outgoing.poll()));
            }
            for (Consumer<RoutingTable> question = questions.poll(); question != null; question = questions.poll()) {
                question.accept(table);
            }
            if (!read(channel)) {
                return;
            }
            publish();
            if (isSilent(channel)) {
                listener.onSilent();
                return;
            }
        }
    }

    /** Asks now and then whether babeld still listens. What it tells by itself says nothing of that. */
    private boolean isSilent(SocketChannel channel) throws IOException {
        long now = System.nanoTime();
        if (now - lastTickNanos < tickNanos) {
            return false;
        }
        lastTickNanos = now;
        if (asked.isEmpty()) {
            write(channel, ARE_YOU_THERE);
            return false;
        }
        silentTicks++;
        return silentTicks >= (complete ? MAX_SILENT_TICKS : MAX_SILENT_TICKS_AT_FIRST);
    }

    private long waitMillis() {
        long untilTick = lastTickNanos + tickNanos - System.nanoTime();
        long untilView = lastViewNanos + VIEW_INTERVAL_NANOS - System.nanoTime();
        return Math.max(1, (changed && complete ? Math.min(untilTick, untilView) : untilTick) / 1_000_000 + 1);
    }

    private void write(SocketChannel channel, String statement) throws IOException {
        asked.add(statement);
        ByteBuffer bytes = ByteBuffer.wrap((statement + "\n").getBytes(StandardCharsets.UTF_8));
        channel.write(bytes);
        if (bytes.hasRemaining()) {
            throw new IOException("babeld does not read its commands");
        }
    }

    /** Takes in what is there; false at the end of the connection. */
    private boolean read(SocketChannel channel) throws IOException {
        for (int i = 0; i < 64; i++) {
            input.clear();
            int count = channel.read(input);
            if (count <= 0) {
                return count == 0;
            }
            input.flip();
            lines.read(input, this::onLine);
        }
        return true;
    }

    private void onLine(byte[] bytes, int length) {
        line.set(bytes, length);
        Watch watching = watch.get();
        if (watching != null && isSign(watching) && watch.compareAndSet(watching, null)) {
            watching.then.run();
        }
        if (line.is(0, "ok") || line.is(0, "bad") || line.is(0, "no")) {
            onAnswer();
        } else if (table.apply(line)) {
            changed = true;
        } else if (!complete && line.is(0, "add") && line.is(1, "interface")) {
            interfaces.add(new Iface(line.text(2)));
        }
    }

    private boolean isSign(Watch watching) {
        String iface = watching.iface.name();
        return line.is(0, "change")
                && switch (watching.sign) {
                    case HEARD -> line.is(1, "neighbour") && line.is(5, "if") && line.is(6, iface);
                    case DOWN -> line.is(1, "interface") && line.is(2, iface) && line.is(4, "false");
                };
    }

    private void onAnswer() {
        String statement = asked.isEmpty() ? "" : asked.poll();
        silentTicks = 0;
        if (!line.is(0, "ok")) {
            // The statement itself may hold a key.
            LOG.warn("babeld refuses \"{}\": {}", statement.startsWith("key") ? "key" : statement, line.text(0));
        } else if (statement.equals("monitor")) {
            complete = true;
            listener.onConnected(Set.copyOf(interfaces));
        }
    }

    private void publish() {
        long now = System.nanoTime();
        if (changed && complete && now - lastViewNanos >= VIEW_INTERVAL_NANOS) {
            changed = false;
            lastViewNanos = now;
            Set<String> faulty = new TreeSet<>(table.faultyNeighbours());
            if (!faulty.equals(reportedFaulty)) {
                reportedFaulty = faulty;
                faulty.forEach(
                        it -> LOG.warn("the neighbour {} announces several prefixes of the network as its own", it));
            }
            listener.onView(table.view());
        }
    }

    /** The thread then ends by itself. */
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
    }
}
