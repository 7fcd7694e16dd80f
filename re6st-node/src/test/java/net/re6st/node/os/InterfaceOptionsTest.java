package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.re6st.net.Bytes;
import net.re6st.net.Iface;
import org.junit.jupiter.api.Test;

/** The words by which an interface of a running babeld takes up other options. */
class InterfaceOptionsTest {
    private static final Iface IFACE = new Iface("re6stnet-tcp");
    private static final BabelKeys STRICT =
            BabelKeys.of(Bytes.ofHex("00112233445566778899aabbccddeeff"), null, Bytes.EMPTY);

    @Test
    void givesOptionsThatAreNoLongerSaidTheirDefaults() {
        String first = "max-rtt-penalty 5000 rtt-max 500 rtt-decay 125";
        assertThat(BabeldCommand.changeInterface(IFACE, 3, "rtt-max 300", List.of(first), STRICT))
                .isEqualTo("interface re6stnet-tcp type tunnel max-rtt-penalty 96 rtt-decay 42"
                        + " hello-interval 2.25 update-interval 3 rtt-max 300 key sign accept-bad-signatures false");
        assertThat(BabeldCommand.changeInterface(IFACE, 15, first, List.of(first), STRICT))
                .isEqualTo(BabeldCommand.addInterface(IFACE, 15, first, STRICT));
        assertThat(BabeldCommand.changeInterface(IFACE, 15, "", List.of("strange 1", "rxcost 7"), STRICT))
                .startsWith("interface re6stnet-tcp type tunnel rxcost 96 hello-interval");
    }

    @Test
    void copiesRoutesToStandIn() {
        String listing =
                """
                2001:db8:42:1::/64 via fe80::1 src 2001:db8:42::1 metric 1024 onlink pref medium
                default from 2001:db8:42::/48 via fe80::2 metric 1024 onlink pref medium
                unreachable 2001:db8:42:7::/64 metric 4294967295 error -113 pref medium
                2001:db8:42::/64 metric 256 pref medium
                """;
        assertThat(LinuxNetwork.standIns(listing, IFACE, 0))
                .isEqualTo("route add 2001:db8:42:1::/64 via fe80::1 src 2001:db8:42::1 onlink"
                        + " dev re6stnet-tcp proto 145 metric 2048\n"
                        + "route add default from 2001:db8:42::/48 via fe80::2 onlink"
                        + " dev re6stnet-tcp proto 145 metric 2048\n");
        assertThat(LinuxNetwork.standIns("10.42.2.0/24 via 10.42.2.1 onlink", IFACE, 42))
                .isEqualTo(
                        "route add 10.42.2.0/24 via 10.42.2.1 onlink dev re6stnet-tcp proto 145 metric 2048 table 42\n");
        assertThat(LinuxNetwork.standIns("", IFACE, 0)).isEmpty();
    }
}
