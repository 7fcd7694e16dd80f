package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RouteMissesTest {
    @Test
    void packetsOfOthersAndOwnOnesAreCounted() {
        String snmp6 =
                """
                Ip6InReceives                   \t10
                Ip6InNoRoutes                   \t3
                Ip6OutNoRoutes                  \t40
                Ip6OutDiscards                  \t500
                """;
        assertThat(RouteMisses.count(snmp6)).isEqualTo(43);
        assertThat(RouteMisses.count("")).isZero();
    }

    @Test
    void onlyThoseOfTheTimeAreTold() {
        TreeMap<Long, Long> counts = new TreeMap<>();
        assertThat(RouteMisses.since(counts, 0)).isZero();
        RouteMisses.add(counts, 10, 259);
        RouteMisses.add(counts, 20, 259);
        RouteMisses.add(counts, 30, 261);
        RouteMisses.add(counts, 40, 262);
        assertThat(counts).hasSize(3);
        assertThat(RouteMisses.since(counts, 0)).isEqualTo(3);
        assertThat(RouteMisses.since(counts, 29)).isEqualTo(3);
        assertThat(RouteMisses.since(counts, 30)).isEqualTo(1);
        assertThat(RouteMisses.since(counts, 50)).isZero();
    }
}
