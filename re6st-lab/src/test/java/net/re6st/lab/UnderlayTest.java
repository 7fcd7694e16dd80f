package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class UnderlayTest {
    private static final String START =
            """
            table bridge lab
            delete table bridge lab
            table bridge lab {
             chain forward {
              type filter hook forward priority 0; policy accept;
            """;
    private static final String END = " }\n}\n";

    private final Underlay underlay = new Underlay();

    @Test
    void nothingIsDroppedAtFirst() {
        assertThat(underlay.rules()).isEqualTo(START + END);
    }

    @Test
    void everyDisturbanceHasItsRule() {
        underlay.cut("p3", true);
        underlay.block("p1", "p2", true);
        underlay.loss("p4", 2.5);
        underlay.loss("p4", "p2", 30);
        underlay.partition(List.of("p6", "p5"));
        assertThat(underlay.rules())
                .isEqualTo(START
                        + "  iifname { \"p3\" } drop\n"
                        + "  oifname { \"p3\" } drop\n"
                        + "  iifname . oifname { \"p1\" . \"p2\", \"p2\" . \"p1\" } drop\n"
                        + "  iifname { \"p5\", \"p6\" } oifname != { \"p5\", \"p6\" } drop\n"
                        + "  iifname != { \"p5\", \"p6\" } oifname { \"p5\", \"p6\" } drop\n"
                        + "  iifname \"p4\" numgen random mod 1000 < 25 drop\n"
                        + "  oifname \"p4\" numgen random mod 1000 < 25 drop\n"
                        + "  iifname \"p4\" oifname \"p2\" numgen random mod 1000 < 300 drop\n"
                        + END);
    }

    @Test
    void endedDisturbancesLeaveNoRule() {
        underlay.cut("p3", true);
        underlay.block("p1", "p2", true);
        underlay.loss("p4", 2.5);
        underlay.partition(List.of("p5"));
        underlay.partition(List.of());
        underlay.cut("p3", false);
        underlay.block("p2", "p1", false);
        underlay.loss("p4", 0);
        underlay.loss("p4", "p2", 30);
        underlay.loss("p4", "p2", 0);
        assertThat(underlay.rules()).isEqualTo(START + END);
    }
}
