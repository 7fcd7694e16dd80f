package net.re6st.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;

class ReachabilityTest {
    // 2001:db8:42::/48
    private static final Network NETWORK =
            Network.ofSerial(new BigInteger("120010db80042", 16)).orElseThrow();

    @Test
    void publicAndPrivateAddressesAndNamesAre() {
        for (String host : new String[] {
            "192.0.2.1",
            "10.0.0.1",
            "192.168.1.1",
            "172.16.0.1",
            "1.0.0.0",
            "223.255.255.255",
            "2001:db8:43::1",
            "fd00::1",
            "::ffff:192.0.2.1",
            "host.example.org",
            "a-b_c.org.",
            "64:ff9b::1",
            "localhost.example.org"
        }) {
            assertThat(Reachability.isReachable(host, NETWORK)).as(host).isTrue();
        }
    }

    @Test
    void addressesOfThisHostOrLinkOrNetworkAreNot() {
        for (String host : new String[] {
            "127.0.0.1",
            "127.255.0.1",
            "0.0.0.0",
            "0.1.2.3",
            "169.254.1.1",
            "224.0.0.1",
            "239.255.255.250",
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "febf::1",
            "ff02::1",
            "2001:db8:42::",
            "2001:db8:42:ffff::1",
            "::ffff:127.0.0.1",
            "localhost",
            "LOCALHOST",
            "localhost.",
            "x.localhost",
            "ip6-localhost"
        }) {
            assertThat(Reachability.isReachable(host, NETWORK)).as(host).isFalse();
        }
    }

    @Test
    void textsThatAreNeitherAddressNorNameAreNot() {
        for (String host : new String[] {
            "",
            "-x.org",
            "--up",
            ".org",
            "a b",
            "a/b",
            "fe80::1%eth0",
            "1.2.3",
            "127.1",
            "2130706433",
            "é.org",
            "x".repeat(254),
            "a\0b",
            "0x7f.0x1",
            "x.0"
        }) {
            assertThat(Reachability.isReachable(host, NETWORK)).as(host).isFalse();
        }
    }
}
