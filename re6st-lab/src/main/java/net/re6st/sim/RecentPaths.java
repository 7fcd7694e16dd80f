package net.re6st.sim;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Paths that were found a short while ago, both ways. Babel keeps to a route that works until a better one has been so for a
 * while, so what is kept here is as good as what would be found, as long as no link of it went or became dear.
 */
final class RecentPaths {
    private static final long KEPT_NANOS = 30_000_000_000L;
    private static final int MAX_PATHS = 1 << 17;

    private final Map<Long, Entry> entries = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Entry> eldest) {
            return size() > MAX_PATHS;
        }
    };

    private record Entry(long foundNanos, List<SimLink> links) {
        boolean holds(long nanos) {
            return nanos - foundNanos < KEPT_NANOS && RecentPaths.holds(links);
        }
    }

    /** Whether a path still is one. */
    static boolean holds(List<SimLink> path) {
        for (SimLink link : path) {
            if (!link.visible || link.locked) {
                return false;
            }
        }
        return true;
    }

    /** The links in one order or the other; null if nothing that holds is known. */
    @Nullable
    List<SimLink> find(SimNode from, SimNode to, long nanos) {
        Entry entry = entries.get(key(from, to));
        return entry != null && entry.holds(nanos) ? entry.links() : null;
    }

    void add(SimNode from, SimNode to, List<SimLink> links, long nanos) {
        Long key = key(from, to);
        entries.remove(key);
        entries.put(key, new Entry(nanos, links));
    }

    private static long key(SimNode from, SimNode to) {
        int low = Math.min(from.index(), to.index());
        int high = Math.max(from.index(), to.index());
        return (long) low << 32 | high;
    }
}
