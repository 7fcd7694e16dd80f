package net.re6st.node.os;

import java.util.Arrays;
import net.re6st.net.Ip6;
import net.re6st.net.Network;
import net.re6st.net.Prefix;
import org.jspecify.annotations.Nullable;

/** The destinations of a {@link RoutingTable}'s routes: nodes of the network, and whatever is outside. Used by one thread. */
final class Destinations {
    /*
     * An index into parallel arrays for each, found by open addressing: no object per destination, as there may be as many as
     * nodes. Indexes stay until everything is forgotten.
     */
    private static final int MAX_DESTINATIONS = 100_000;
    private static final int NONE = -1;

    private final Network network;
    private final Prefix own;
    private long refused;
    long[] high = new long[64];
    long[] low = new long[64];
    byte[] length = new byte[64];
    private int[] table = emptied(new int[128]);
    private int count;
    private int[] order = new int[0];

    /** Null: outside of the network, or ourselves. */
    @Nullable
    Prefix[] node = new Prefix[64];

    int[] installed = emptied(new int[64]);
    int installedNodes;

    /** Routes that work, in use or not. */
    int[] ways = new int[64];

    Destinations(Network network, Prefix own) {
        this.network = network;
        this.own = own;
    }

    void clear() {
        count = 0;
        order = new int[0];
        installedNodes = 0;
        table = emptied(new int[128]);
        installed = emptied(new int[64]);
        ways = new int[64];
        node = new Prefix[64];
    }

    /** Whether it is our own prefix. */
    boolean own(int destination) {
        return network.prefixOf(new Ip6(high[destination], low[destination]), length[destination] & 0xff)
                .filter(own::equals)
                .isPresent();
    }

    /** The index of a destination, new or not; NONE when there are too many. */
    int find(long addressHigh, long addressLow, int bits) {
        int mask = table.length - 1;
        int at = hash(addressHigh * 31 + addressLow * 17 + bits) & mask;
        while (table[at] != NONE) {
            int i = table[at];
            if (high[i] == addressHigh && low[i] == addressLow && (length[i] & 0xff) == bits) {
                return i;
            }
            at = (at + 1) & mask;
        }
        if (count == MAX_DESTINATIONS) {
            refused++;
            return NONE;
        }
        return add(addressHigh, addressLow, bits, at);
    }

    private int add(long addressHigh, long addressLow, int bits, int at) {
        if (count == high.length) {
            grow();
            return find(addressHigh, addressLow, bits);
        }
        int index = count++;
        high[index] = addressHigh;
        low[index] = addressLow;
        length[index] = (byte) bits;
        installed[index] = NONE;
        ways[index] = 0;
        node[index] = network.prefixOf(new Ip6(addressHigh, addressLow), bits)
                .filter(prefix -> !prefix.equals(own))
                .orElse(null);
        table[at] = index;
        return index;
    }

    private void grow() {
        int size = count * 2;
        high = Arrays.copyOf(high, size);
        low = Arrays.copyOf(low, size);
        length = Arrays.copyOf(length, size);
        node = Arrays.copyOf(node, size);
        installed = Arrays.copyOf(installed, size);
        ways = Arrays.copyOf(ways, size);
        table = emptied(new int[size * 2]);
        for (int i = 0; i < count; i++) {
            int at = hash(high[i] * 31 + low[i] * 17 + (length[i] & 0xff)) & (table.length - 1);
            while (table[at] != NONE) {
                at = (at + 1) & (table.length - 1);
            }
            table[at] = i;
        }
    }

    /** Indexes of the nodes in the order of prefixes; sorted again only after one was added. */
    int[] order() {
        if (order.length == 0 || order[order.length - 1] != count) {
            int[] sorted = java.util.stream.IntStream.range(0, count)
                    .filter(i -> node[i] != null)
                    .boxed()
                    .sorted((a, b) -> compare(node[a], node[b]))
                    .mapToInt(Integer::intValue)
                    .toArray();
            order = Arrays.copyOf(sorted, sorted.length + 1);
            order[sorted.length] = count;
        }
        return Arrays.copyOf(order, order.length - 1);
    }

    private int compare(@Nullable Prefix a, @Nullable Prefix b) {
        return a == null || b == null ? 0 : a.compareTo(b);
    }

    /** How often there were too many. */
    long refused() {
        return refused;
    }

    private static int[] emptied(int[] array) {
        Arrays.fill(array, NONE);
        return array;
    }

    private static int hash(long value) {
        long mixed = value * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 32);
    }
}
