package net.re6st.core;

import java.util.Optional;
import net.re6st.net.Moment;

/** What became of the probes of the last minute. */
final class LossWindow {
    private static final int SLOTS = 12;

    private final int[] probes = new int[SLOTS];
    private final int[] lost = new int[SLOTS];
    private final int[] late = new int[SLOTS];
    private long slot = Long.MIN_VALUE;

    void probe(Moment now, boolean good, boolean wasLate) {
        int at = at(now);
        probes[at]++;
        late[at] += wasLate ? 1 : 0;
        lost[at] += good || wasLate ? 0 : 1;
    }

    /** One that counted as lost came. */
    void found(Moment now) {
        int at = at(now);
        for (int i = 0; i < SLOTS; i++) {
            int before = (at + SLOTS - i) % SLOTS;
            if (lost[before] > 0) {
                lost[before]--;
                return;
            }
        }
    }

    void late(Moment now) {
        late[at(now)]++;
    }

    void clear() {
        for (int i = 0; i < SLOTS; i++) {
            clear(i);
        }
    }

    private void clear(int at) {
        probes[at] = 0;
        lost[at] = 0;
        late[at] = 0;
    }

    private int at(Moment now) {
        long current = Math.floorDiv(now.monotonicNanos(), Timers.LOSS_WINDOW.toNanos() / SLOTS);
        if (slot == Long.MIN_VALUE || current - slot >= SLOTS) {
            clear();
        } else {
            for (long passed = slot + 1; passed <= current; passed++) {
                clear((int) Math.floorMod(passed, (long) SLOTS));
            }
        }
        slot = current;
        return (int) Math.floorMod(current, (long) SLOTS);
    }

    Optional<LinkReport> report(Moment now) {
        at(now);
        int probesSum = 0;
        int lostSum = 0;
        int lateSum = 0;
        for (int i = 0; i < SLOTS; i++) {
            probesSum += probes[i];
            lostSum += lost[i];
            lateSum += late[i];
        }
        return probesSum == 0 ? Optional.empty() : Optional.of(new LinkReport(probesSum, lostSum, lateSum));
    }
}
