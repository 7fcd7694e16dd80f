package net.re6st.lab;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * How many IPv6 packets met no route on a host, as its kernel counts them, over time. When babeld changes a route it deletes
 * the old one and then adds the new one, so that a packet may come between the two: who lost a single one sees here whether
 * that was why. Not thread-safe.
 */
final class RouteMisses implements AutoCloseable {
    private static final int MAX_BYTES = 16_384;

    private final FileChannel counters;
    private final NavigableMap<Long, Long> counts = new TreeMap<>();

    private RouteMisses(FileChannel counters) {
        this.counters = counters;
    }

    static RouteMisses of(Host host) throws IOException {
        // An open file of /proc stays with the network namespace that it was opened in.
        return new RouteMisses(host.inside(() -> FileChannel.open(Path.of("/proc/thread-self/net/snmp6"))));
    }

    /** Reads the counters; {@code nanos} is the time. */
    void look(long nanos) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(MAX_BYTES);
        long position = 0;
        for (int count = counters.read(buffer, 0); count > 0; count = counters.read(buffer, position)) {
            position += count;
        }
        add(counts, nanos, count(new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII)));
    }

    /** Only what differs from the one before is kept. */
    static void add(NavigableMap<Long, Long> counts, long nanos, long count) {
        Map.Entry<Long, Long> last = counts.lastEntry();
        if (last == null || last.getValue() != count) {
            counts.put(nanos, count);
        }
    }

    /** What {@code /proc/net/snmp6} says, of packets that were passed on and of the host's own. */
    static long count(String snmp6) {
        return snmp6.lines()
                .map(line -> line.split("\\s+"))
                .filter(words -> words[0].equals("Ip6InNoRoutes") || words[0].equals("Ip6OutNoRoutes"))
                .mapToLong(words -> Long.parseLong(words[1]))
                .sum();
    }

    /** How many there were from {@code nanos} on, as far as was looked. */
    long since(long nanos) {
        return since(counts, nanos);
    }

    static long since(NavigableMap<Long, Long> counts, long nanos) {
        if (counts.isEmpty()) {
            return 0;
        }
        Map.Entry<Long, Long> before = counts.floorEntry(nanos);
        return counts.lastEntry().getValue() - (before == null ? counts.firstEntry() : before).getValue();
    }

    @Override
    public void close() throws IOException {
        counters.close();
    }
}
