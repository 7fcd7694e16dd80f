package net.re6st.conf;

import static org.assertj.core.api.Assertions.assertThat;

import net.re6st.net.Network;
import org.junit.jupiter.api.Test;

class MembershipTest {
    private final Network network = Network.parseBits("001000000000000100001101101110000000000001000010")
            .orElseThrow();

    @Test
    void ofAHostWhoseRouteStartsInTheNetwork() {
        assertThat(isMember(
                        "2001:db8:42:: from :: via fe80::1 dev eth0 src 2001:db8:42:7::5 metric 1024 pref medium\n"))
                .isTrue();
    }

    @Test
    void ofANodeWithItsUnreachableRoute() {
        assertThat(isMember("RTNETLINK answers: No route to host\n")).isTrue();
    }

    @Test
    void notOfAHostWithAnotherProviderOrWithoutIpv6() {
        assertThat(isMember("2001:db8:42:: from :: via fe80::1 dev eth0 src 2001:db8:ffff::5 metric 1024\n"))
                .isFalse();
        assertThat(isMember("RTNETLINK answers: Network is unreachable\n")).isFalse();
        assertThat(isMember("2001:db8:42:: dev eth0 src nonsense")).isFalse();
        assertThat(isMember("")).isFalse();
    }

    private boolean isMember(String route) {
        return Membership.isMember(route, network);
    }
}
