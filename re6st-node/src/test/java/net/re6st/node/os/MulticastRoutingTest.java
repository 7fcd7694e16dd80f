package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.re6st.net.Iface;
import org.junit.jupiter.api.Test;

/** What pim-dm is told at its start; that interfaces which come later are told it, too, is seen in {@code ModesIT}. */
final class MulticastRoutingTest {
    @Test
    void configurationNamesEachInterfaceForBothProtocols() {
        assertThat(MulticastRouting.text(List.of(new Iface("lo"), new Iface("eth0"))))
                .isEqualTo(
                        """
                        PIM-DM:
                          Interfaces:
                            "lo":
                              ipv6:
                                enabled: true
                                state_refresh: true
                            "eth0":
                              ipv6:
                                enabled: true
                                state_refresh: true
                        MLD:
                          Interfaces:
                            "lo":
                              enabled: true
                            "eth0":
                              enabled: true
                        """);
    }
}
