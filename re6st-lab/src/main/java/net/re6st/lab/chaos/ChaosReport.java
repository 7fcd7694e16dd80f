package net.re6st.lab.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.re6st.lab.Prober;

/** What a run of faults came to: one line per fault, as a table. */
final class ChaosReport {
    private final String title;
    private final List<Line> lines = new ArrayList<>();

    /**
     * One fault.
     *
     * @param at since the first one
     * @param whole from the fault, or from its end where the network can't be whole before, until the last packet was lost
     * @param packets what was sent and lost between all pairs from the fault until the network was whole
     */
    record Line(Fault fault, Duration at, Duration whole, Prober.Report packets) {
        @Override
        public String toString() {
            return "%6.1f s  %-38s %6.1f s  %6d of %6d  %6.1f s"
                    .formatted(
                            seconds(at),
                            fault.kind() == Fault.Kind.PARTITION
                                    ? "partition of %d for %d s"
                                            .formatted(fault.nodes().size(), fault.holdSeconds())
                                    : fault.toString(),
                            seconds(whole),
                            packets.lost(),
                            packets.sent(),
                            seconds(packets.longestGap()));
        }
    }

    ChaosReport(String title) {
        this.title = title;
    }

    void add(Line line) {
        lines.add(line);
    }

    List<Line> lines() {
        return List.copyOf(lines);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(title + "\n");
        text.append("      at  fault                                   whole in    packets lost  longest gap\n");
        lines.forEach(line -> text.append(line).append('\n'));
        lines.stream()
                .max(Comparator.comparing(Line::whole))
                .ifPresent(line -> text.append("longest: %.1f s, %s%n".formatted(seconds(line.whole()), line.fault())));
        return text.toString();
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
