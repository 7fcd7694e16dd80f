package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import net.re6st.net.Iface;
import net.re6st.net.Ip4;
import org.junit.jupiter.api.Test;

final class TunnelIp4Test {
    private static final Iface SERVER = new Iface("re6stnet-tcp");
    private static final Ip4Block BLOCK = block("10.42.3.1/24");
    private static final TunnelIp4 THIRD = TunnelIp4.ofNode(3, Optional.of(BLOCK));
    private static final String NEXT_HOP =
            "7: re6stnet-tcp    inet 169.254.0.3/32 scope link re6stnet-tcp\\       valid_lft forever preferred_lft forever\n";
    private static final String PAYLOAD =
            "7: re6stnet-tcp    inet 10.42.3.1/24 scope global re6stnet-tcp:4\\       valid_lft forever preferred_lft forever\n";

    @Test
    void eachNodeIsReachedAtAnAddressOfItsOwn() {
        assertThat(nextHop(0)).isEqualTo("169.254.0.0");
        assertThat(nextHop(3)).isEqualTo("169.254.0.3");
        assertThat(nextHop(65_535)).isEqualTo("169.254.255.255");
    }

    @Test
    void thereIsNoPayloadWithoutNextHop() {
        assertThat(TunnelIp4.ofNode(-1, Optional.of(BLOCK))).isEqualTo(TunnelIp4.NONE);
        assertThat(TunnelIp4.ofNode(65_536, Optional.of(BLOCK))).isEqualTo(TunnelIp4.NONE);
        assertThat(TunnelIp4.ofNode(0xa9fe, Optional.of(BLOCK)))
                .as("169.254.169.254")
                .isEqualTo(TunnelIp4.NONE);
    }

    @Test
    void aNewInterfaceGetsBoth() {
        assertThat(changes("", THIRD))
                .isEqualTo(
                        """
                        addr add 169.254.0.3/32 dev re6stnet-tcp scope link
                        addr add 10.42.3.1/24 dev re6stnet-tcp label re6stnet-tcp:4
                        """);
        assertThat(changes("", TunnelIp4.NONE)).isEmpty();
    }

    @Test
    void whatIsRightIsNotTouched() {
        assertThat(changes(PAYLOAD + NEXT_HOP, THIRD)).isEmpty();
    }

    @Test
    void anotherBlockLeavesTheNextHopAlone() {
        TunnelIp4 other = TunnelIp4.ofNode(3, Optional.of(block("10.43.3.1/24")));
        assertThat(changes(PAYLOAD + NEXT_HOP, other))
                .isEqualTo(
                        """
                        addr del 10.42.3.1/24 dev re6stnet-tcp
                        addr add 10.43.3.1/24 dev re6stnet-tcp label re6stnet-tcp:4
                        """);
        assertThat(changes(PAYLOAD + NEXT_HOP, TunnelIp4.ofNode(3, Optional.empty())))
                .isEqualTo("addr del 10.42.3.1/24 dev re6stnet-tcp\n");
    }

    private static String nextHop(long number) {
        return TunnelIp4.ofNode(number, Optional.empty())
                .nextHop()
                .map(Ip4::toString)
                .orElse("");
    }

    private static String changes(String listing, TunnelIp4 wanted) {
        return LinuxNetwork.addressChanges(listing, wanted, SERVER);
    }

    private static Ip4Block block(String text) {
        return Ip4Block.parse(text).orElseThrow();
    }
}
