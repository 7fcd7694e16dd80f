package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import net.re6st.net.Ip4;
import org.junit.jupiter.api.Test;

class LinuxNetworkTest {
    @Test
    void findsSecondNames() {
        String listing =
                """
                1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default\\    link/loopback 00:00
                7: re6stnet1: <BROADCAST> mtu 1348 qdisc fq state UP\\    link/ether 0e:aa brd ff:ff \\    altname re6lock0\\    altname re6hard0
                8: eth0@if3: <BROADCAST> mtu 1500\\    link/ether 0e:bb\\    altname enp0s3
                """;
        assertThat(LinuxNetwork.secondNames(listing))
                .isEqualTo(Map.of("re6lock0", "re6stnet1", "re6hard0", "re6stnet1", "enp0s3", "eth0"));
        assertThat(BabeldCommand.isLock("re6lock0")).isTrue();
        assertThat(BabeldCommand.isLock("enp0s3")).isFalse();
    }

    /** Who takes over what another daemon left need not use its table. */
    @Test
    void routesThatStandInAreRemovedFromAllTablesOrOne() {
        assertThat(LinuxNetwork.deleteStandIns().stream().map(words -> String.join(" ", words)))
                .containsExactly("ip -6 route flush table all proto 145", "ip -4 route flush table all proto 145");
        assertThat(LinuxNetwork.deleteStandIns(7).stream().map(words -> String.join(" ", words)))
                .containsExactly("ip -6 route flush proto 145 table 7", "ip -4 route flush proto 145 table 7");
    }

    @Test
    void theDefaultGatewayIsThatOfTheFirstRoute() {
        assertThat(LinuxNetwork.gateway("default via 192.168.3.1 dev eth0 proto dhcp metric 100 \n"
                        + "default via 10.0.0.1 dev wlan0 metric 600 \n"))
                .contains(new Ip4(192 << 24 | 168 << 16 | 3 << 8 | 1));
        for (String listing : List.of(
                "",
                "\n",
                "default dev ppp0 scope link \n",
                "default via inet6 fe80::1 dev eth0 \n",
                "unreachable default metric 1 \n",
                "default via")) {
            assertThat(LinuxNetwork.gateway(listing)).as(listing).isEmpty();
        }
    }
}
