package net.re6st.sim;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The last events of one node, for whoever has to find out what went wrong. */
final class Trail {
    private static final int KEPT = 32;

    private final String[] what = new String[KEPT];
    private final long[] nanos = new long[KEPT];
    private final int[] others = new int[KEPT];
    private int count;

    void add(Simulation simulation, SimNode node, String event, @Nullable SimNode other) {
        if (event.equals("timer") && count > 0 && event.equals(what[(count - 1) % KEPT])) {
            count--;
        }
        int place = count++ % KEPT;
        what[place] = event;
        nanos[place] = simulation.queue().now().monotonicNanos();
        others[place] = other == null ? -1 : other.index();
        if (simulation.isTraced(node)) {
            simulation.trace(node + ": " + text(place));
        }
    }

    private String text(int place) {
        String other = others[place] < 0 ? "" : ", node " + others[place];
        return "%.3f s %s%s".formatted(nanos[place] / 1e9, what[place], other);
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (int i = Math.max(0, count - KEPT); i < count; i++) {
            lines.add(text(i % KEPT));
        }
        return lines;
    }
}
