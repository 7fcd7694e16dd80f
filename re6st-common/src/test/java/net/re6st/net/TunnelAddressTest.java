package net.re6st.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TunnelAddressTest {
    @Test
    void keepsTheFieldsAsWritten() {
        TunnelAddress address = parsed("host, 01_194 ,sctp,FR,x");
        assertThat(address.toString()).isEqualTo("host, 01_194 ,sctp,FR");
        assertThat(address.host()).isEqualTo("host");
        assertThat(address.port()).hasValue(1194);
        assertThat(address.transport()).isEmpty();
        assertThat(address.country()).contains("FR");
        assertThat(parsed("h,1,udp6").transport()).contains(Transport.UDP6);
        assertThat(parsed("h,1,udp6,").country()).isEmpty();
        assertThat(parsed("h,1,udp6,").toString()).isEqualTo("h,1,udp6,");
    }

    @Test
    void ordinaryOnesAreMadeOfTheirParts() {
        TunnelAddress address = TunnelAddress.of("192.0.2.1", 1194, Transport.UDP);
        assertThat(address.toString()).isEqualTo("192.0.2.1,1194,udp");
        assertThat(address).isEqualTo(parsed("192.0.2.1,1194,udp")).isNotEqualTo(address.withCountry("FR"));
        assertThat(address.withCountry("FR").toString()).isEqualTo("192.0.2.1,1194,udp,FR");
        assertThat(address.withCountry("FR").withoutCountry()).isEqualTo(address);
        assertThatThrownBy(() -> parsed("h,1").withCountry("FR")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void onlyPortsInRangeAreUsable() {
        assertThat(parsed("h,65535").port()).hasValue(65535);
        assertThat(parsed("h,\u0661\u0662").port()).hasValue(12);
        assertThat(parsed("h,+7").port()).hasValue(7);
        for (String port : new String[] {"0", "65536", "-5", "99999999999999999999", "-0"}) {
            assertThat(parsed("h," + port).port()).as(port).isEmpty();
        }
    }

    @Test
    void anEntryNeedsAPort() {
        for (String entry :
                new String[] {"", "h", "h,", "h,x", "h,1.5", "h,0x5", "h,_1", "h,1__2", "h,1_", "h,+", "a;b,1"}) {
            assertThat(TunnelAddress.parse(entry)).as(entry).isEmpty();
        }
        assertThat(TunnelAddress.parse("h," + "1".repeat(65))).isEmpty();
    }

    private static TunnelAddress parsed(String entry) {
        return TunnelAddress.parse(entry).orElseThrow();
    }
}
