package net.re6st.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.re6st.lab.KeepLogs;
import net.re6st.lab.NetworkPlan;
import net.re6st.lab.chaos.Fault.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Faults one after another, from a seed; after each the network must be whole again by itself. A handful at six nodes, or
 * fifteen minutes of all kinds at twenty: {@code bin/test --all}, {@code bin/test --chaos SEED}.
 */
@ExtendWith(KeepLogs.class)
final class ChaosIT {
    private static final long SEED = Long.getLong("re6st.chaos", 1);
    private static final String ALL = Stream.of(Kind.values()).map(Kind::name).collect(Collectors.joining(","));

    @Test
    @DisabledIfSystemProperty(named = "re6st.chaos", matches = ".*", disabledReason = "only the long one was asked for")
    void sixNodesSurviveAHandfulOfFaults() throws IOException {
        List<Kind> kinds = List.of(Kind.KILL, Kind.KILL_TUNNELS, Kind.BLOCK, Kind.DISK, Kind.DNS_SILENT);
        survive(NetworkPlan.of(6), FaultSchedule.of(2, 6, kinds, kinds.size()), Duration.ofMinutes(5), kinds.size());
    }

    /** For who looks into one kind: {@code -Dre6st.chaos.nodes=6 -Dre6st.chaos.minutes=2 -Dre6st.chaos.kinds=CUT,KILL}. */
    @Test
    @EnabledIf("isLong")
    void twentyNodesSurviveFifteenMinutesOfFaults() throws IOException {
        List<Kind> kinds = Stream.of(
                        System.getProperty("re6st.chaos.kinds", ALL).split(","))
                .map(Kind::valueOf)
                .collect(Collectors.toCollection(ArrayList::new));
        if (!Faults.hasFakeTime() && kinds.remove(Kind.CLOCK)) {
            System.out.println("libfaketime is not installed: no clock jumps");
        }
        int nodes = Integer.getInteger("re6st.chaos.nodes", 20);
        int minutes = Integer.getInteger("re6st.chaos.minutes", 15);
        NetworkPlan plan = NetworkPlan.of(nodes).withBehindNat(nodes / 7);
        survive(plan, FaultSchedule.of(SEED, nodes, kinds, 4 * minutes), Duration.ofMinutes(minutes), minutes);
    }

    static boolean isLong() {
        return Boolean.getBoolean("re6st.all") || System.getProperty("re6st.chaos") != null;
    }

    private static void survive(NetworkPlan plan, FaultSchedule schedule, Duration time, int least) throws IOException {
        System.out.println(schedule);
        try (Chaos chaos = new Chaos(plan, schedule, Duration.ofMinutes(3))) {
            ChaosReport report = chaos.run(time);
            System.out.println(report);
            Path file = Path.of(System.getProperty("re6st.root"), "re6st-lab/target/chaos.txt");
            Files.createDirectories(file.getParent());
            Files.writeString(file, schedule + "\n" + report);
            assertThat(report.lines()).hasSizeGreaterThanOrEqualTo(least);
        }
    }
}
