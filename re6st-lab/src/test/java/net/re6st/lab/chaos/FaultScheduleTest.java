package net.re6st.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import net.re6st.lab.chaos.Fault.Kind;
import org.junit.jupiter.api.Test;

final class FaultScheduleTest {
    private static final List<Kind> ALL = List.of(Kind.values());

    @Test
    void sameSeedGivesTheSameFaultsAndAnotherOneOthers() {
        String first = FaultSchedule.of(7, 20, ALL, 60).toString();
        assertThat(FaultSchedule.of(7, 20, ALL, 60)).hasToString(first);
        assertThat(FaultSchedule.of(8, 20, ALL, 60).toString()).isNotEqualTo(first);
    }

    @Test
    void everyKindComesOnceBeforeAnyComesAgain() {
        List<Kind> kinds = FaultSchedule.of(1, 20, ALL, 3 * ALL.size()).faults().stream()
                .map(Fault::kind)
                .toList();
        for (int start = 0; start < kinds.size(); start += ALL.size()) {
            assertThat(EnumSet.copyOf(kinds.subList(start, start + ALL.size()))).hasSameSizeAs(ALL);
        }
    }

    @Test
    void faultsConcernNodesThatExist() {
        for (Fault fault : FaultSchedule.of(1, 5, ALL, 500).faults()) {
            assertThat(fault.nodes()).doesNotHaveDuplicates().allMatch(node -> node >= 1 && node <= 5);
            assertThat(fault.nodes())
                    .hasSize(fault.kind() == Kind.PARTITION ? 2 : fault.kind().victims());
            assertThat(fault.holdSeconds()).isGreaterThanOrEqualTo(fault.kind().holdSeconds());
        }
    }

    @Test
    void tellsWhoseFaultsOfAKindAre() {
        FaultSchedule schedule = FaultSchedule.of(1, 9, List.of(Kind.BLOCK), 1);
        assertThat(schedule.victims(Kind.BLOCK))
                .containsExactlyElementsOf(schedule.faults().get(0).nodes());
        assertThat(schedule.victims(Kind.CLOCK)).isEmpty();
    }
}
