package net.re6st.lab;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/**
 * Sends a small datagram from every host to every other one ten times a second, less often between very many, and keeps
 * account of what arrived.
 *
 * <p>One thread of this process holds a socket inside each host, so both ends of a datagram have the same clock and each
 * direction is seen by itself, which an echo cannot; and all pairs of eight hosts cost about 1 % of a processor. The
 * numbers are read from any thread.
 */
public final class Prober implements AutoCloseable {
    private static final int PORT = 7326;
    private static final int MAGIC = 0x72653673;
    private static final int PACKET_BYTES = 16;
    private static final long LOOK_NANOS = 1_000_000_000;
    private static final long INTERVAL_NANOS = 100_000_000;
    /** Each datagram passes two or three processes of OpenVPN: more would leave the machine nothing for the nodes. */
    private static final long LEAST_GAP_NANOS = 700_000;
    /** What was sent so recently may still be under way. */
    static final long IN_FLIGHT_NANOS = 1_000_000_000;

    /** A host and the overlay address others reach it by. */
    public record Target(String name, Host host, Inet6Address address) {}

    private final List<Target> targets;
    private final List<DatagramChannel> channels = new ArrayList<>();
    private final Flow[][] flows;
    private final Stalls stalls = new Stalls();
    private final List<RouteMisses> misses = new ArrayList<>();
    private final Selector selector;
    private final Thread thread;
    private volatile boolean closed;

    private Prober(List<Target> targets, Selector selector) {
        this.targets = List.copyOf(targets);
        this.selector = selector;
        this.flows = new Flow[targets.size()][targets.size()];
        this.thread = new Thread(this::run, "prober");
        for (Flow[] row : flows) {
            for (int i = 0; i < row.length; i++) {
                row[i] = new Flow();
            }
        }
    }

    /** Starts sending at once, whether anything is reachable or not. */
    public static Prober start(List<Target> targets) {
        try {
            Prober prober = new Prober(targets, Selector.open());
            for (int i = 0; i < targets.size(); i++) {
                DatagramChannel channel = targets.get(i).host().inside(Prober::open);
                channel.register(prober.selector, SelectionKey.OP_READ, i);
                prober.channels.add(channel);
                prober.misses.add(RouteMisses.of(targets.get(i).host()));
            }
            prober.thread.setDaemon(true);
            prober.thread.start();
            return prober;
        } catch (IOException e) {
            throw new LabException("cannot open sockets on the hosts: " + e.getMessage(), e);
        }
    }

    private static DatagramChannel open() throws IOException {
        DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET6);
        channel.bind(new InetSocketAddress(PORT));
        channel.configureBlocking(false);
        return channel;
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join(5000);
            for (DatagramChannel channel : channels) {
                channel.close();
            }
            for (RouteMisses counter : misses) {
                counter.close();
            }
            selector.close();
        } catch (IOException e) {
            throw new LabException("cannot close the sockets on the hosts: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- what it saw

    public long now() {
        return System.nanoTime();
    }

    /** When the last of all ordered pairs was reached for the first time; empty while one was not. */
    public synchronized Optional<Long> allReachedNanos() {
        long last = Long.MIN_VALUE;
        for (Pair pair : pairs()) {
            Flow flow = flows[pair.from][pair.to];
            if (!flow.hasArrived()) {
                return Optional.empty();
            }
            last = Math.max(last, flow.firstArrivalNanos());
        }
        return Optional.of(last);
    }

    /** How many ordered pairs were reached at least once. */
    public synchronized int reachedPairs() {
        return (int) pairs().stream()
                .filter(pair -> flows[pair.from][pair.to].hasArrived())
                .count();
    }

    /** Ordered pairs ("h1 > h2") accepted by {@code filter}, of which nothing arrived that was sent from {@code nanos} on. */
    public synchronized List<String> unreachableSince(long nanos, BiPredicate<String, String> filter) {
        return pairs().stream()
                .filter(pair -> accepts(filter, pair))
                .filter(pair -> !flows[pair.from][pair.to].isAliveSince(nanos))
                .map(this::name)
                .toList();
    }

    /**
     * What was lost from {@code nanos} until one second ago, over the pairs of names that {@code filter} accepts, but for what
     * {@link Stalls} excuses.
     */
    public synchronized Report since(long nanos, BiPredicate<String, String> filter) {
        long until = now() - IN_FLIGHT_NANOS;
        List<Report.Line> lines = pairs().stream()
                .filter(pair -> accepts(filter, pair))
                .map(pair ->
                        new Report.Line(name(pair), flows[pair.from][pair.to].between(nanos, until, stalls::covers)))
                .toList();
        Map<String, Long> routeless = new TreeMap<>();
        for (int i = 0; i < misses.size(); i++) {
            routeless.put(targets.get(i).name(), misses.get(i).since(nanos));
        }
        routeless.values().removeIf(count -> count == 0);
        return new Report(lines, stalls.since(nanos), routeless);
    }

    private boolean accepts(BiPredicate<String, String> filter, Pair pair) {
        return filter.test(targets.get(pair.from).name(), targets.get(pair.to).name());
    }

    public List<String> unreachableSince(long nanos) {
        return unreachableSince(nanos, (from, to) -> true);
    }

    public Report since(long nanos) {
        return since(nanos, (from, to) -> true);
    }

    /**
     * Losses of a time, by ordered pair.
     *
     * @param stalls how often the machine stood still meanwhile
     * @param routeless how many packets of any kind met no route until now, by host, see {@link RouteMisses}
     */
    public record Report(List<Line> lines, int stalls, Map<String, Long> routeless) {
        /** One ordered pair. */
        public record Line(String pair, Flow.Loss loss) {}

        public int sent() {
            return lines.stream().mapToInt(line -> line.loss().sent()).sum();
        }

        public int lost() {
            return lines.stream().mapToInt(line -> line.loss().lost()).sum();
        }

        public Duration longestGap() {
            return Duration.ofNanos(lines.stream()
                    .mapToLong(line -> line.loss().longestGapNanos())
                    .max()
                    .orElse(0));
        }

        /** "3 of 5600 lost, longest gap 0.2 s; h1 > h2 3 (0.2 s at 12:34:56.7); no route: h3 2", UTC as in the logs. */
        @Override
        public String toString() {
            StringBuilder text = new StringBuilder("%d of %d lost, longest gap %.1f s"
                    .formatted(lost(), sent(), longestGap().toMillis() / 1000.0));
            text.append(stalls == 0 ? "" : " (and the machine stood still " + stalls + " times)");
            lines.stream()
                    .filter(line -> line.loss().lost() > 0)
                    .limit(20)
                    .forEach(line -> text.append("; %s %d (%.1f s at %s)"
                            .formatted(
                                    line.pair(),
                                    line.loss().lost(),
                                    line.loss().longestGapNanos() / 1e9,
                                    clock(line.loss().longestGapFromNanos()))));
            if (lost() > 0 && !routeless.isEmpty()) {
                text.append("; no route: ");
                text.append(routeless.entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .collect(Collectors.joining(", ")));
            }
            return text.toString();
        }

        private static String clock(long nanos) {
            Instant at = Instant.now().minusNanos(System.nanoTime() - nanos);
            return LocalTime.ofInstant(at, ZoneOffset.UTC)
                    .truncatedTo(ChronoUnit.MILLIS)
                    .toString();
        }
    }

    /** The first moment from {@code nanos} on after which no pair lost anything, as far as is known. */
    public synchronized long steadySince(long nanos) {
        long until = now() - IN_FLIGHT_NANOS;
        return pairs().stream()
                .mapToLong(pair -> flows[pair.from][pair.to].steadySince(nanos, until, stalls::covers))
                .max()
                .orElse(nanos);
    }

    // ---- the thread

    private record Pair(int from, int to) {}

    private List<Pair> pairs() {
        List<Pair> pairs = new ArrayList<>();
        for (int from = 0; from < targets.size(); from++) {
            for (int to = 0; to < targets.size(); to++) {
                if (from != to) {
                    pairs.add(new Pair(from, to));
                }
            }
        }
        return pairs;
    }

    private String name(Pair pair) {
        return targets.get(pair.from).name() + " > " + targets.get(pair.to).name();
    }

    private void run() {
        List<Pair> pairs = pairs();
        ByteBuffer buffer = ByteBuffer.allocateDirect(64);
        long gap = Math.max(LEAST_GAP_NANOS, INTERVAL_NANOS / Math.max(1, pairs.size()));
        long due = System.nanoTime();
        long seen = due;
        long looked = due - LOOK_NANOS;
        int next = 0;
        try {
            while (!closed) {
                long woken = System.nanoTime();
                if (stalled(seen, woken)) {
                    // All at once, what is overdue would fill the queues.
                    due = woken;
                }
                seen = woken;
                // Spread over the interval: a burst of all pairs would measure the queues.
                for (long now = System.nanoTime(); now - due >= 0; due += gap) {
                    if (!pairs.isEmpty()) {
                        send(pairs.get(next), buffer);
                        next = (next + 1) % pairs.size();
                    }
                }
                receive(buffer);
                if (woken - looked >= LOOK_NANOS) {
                    looked = woken;
                    look(woken);
                }
                selector.select(Math.max(1, (due - System.nanoTime()) / 1_000_000));
            }
        } catch (IOException e) {
            throw new LabException("the prober failed: " + e.getMessage(), e);
        }
    }

    private synchronized void look(long nanos) throws IOException {
        for (RouteMisses counter : misses) {
            counter.look(nanos);
        }
    }

    private synchronized boolean stalled(long from, long to) {
        return stalls.seen(from, to);
    }

    private void send(Pair pair, ByteBuffer buffer) {
        int sequence;
        synchronized (this) {
            sequence = flows[pair.from][pair.to].send(System.nanoTime());
        }
        if (sequence < 0) {
            return;
        }
        buffer.clear();
        buffer.putInt(MAGIC).putInt(pair.from).putInt(pair.to).putInt(sequence).flip();
        try {
            channels.get(pair.from)
                    .send(buffer, new InetSocketAddress(targets.get(pair.to).address(), PORT));
        } catch (IOException e) {
            // No route, or no address yet: it counts as lost.
        }
    }

    private void receive(ByteBuffer buffer) throws IOException {
        for (SelectionKey key : selector.selectedKeys()) {
            DatagramChannel channel = (DatagramChannel) key.channel();
            int to = (Integer) key.attachment();
            buffer.clear();
            while (channel.receive(buffer) != null) {
                buffer.flip();
                if (buffer.remaining() == PACKET_BYTES && buffer.getInt() == MAGIC) {
                    arrive(buffer.getInt(), buffer.getInt(), to, buffer.getInt());
                }
                buffer.clear();
            }
        }
        selector.selectedKeys().clear();
    }

    private synchronized void arrive(int from, int meant, int to, int sequence) {
        if (meant == to && from >= 0 && from < targets.size()) {
            flows[from][to].arrive(sequence, System.nanoTime());
        }
    }
}
