package net.re6st.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;

class Ip6Test {
    @Test
    void writesAsTheCLibraryDoes() {
        for (String text : new String[] {
            "::",
            "::1",
            "1::",
            "::1:0:0:1",
            "1:0:0:1::",
            "0:1::1",
            "::0.1.0.0",
            "::ffff:0.0.0.1",
            "::ffff:192.0.2.1",
            "::2:1",
            "2001:db8::8:800:200c:417a",
            "2001:0:0:1::1",
            "1:2:3:4:5:6:7:8",
            "::3:4:5:6:7:8",
            "1:2:3:4:5:6::",
            "::192.2.1.2"
        }) {
            assertThat(Ip6.parse(text).map(Ip6::toString))
                    .as(text)
                    .hasValueSatisfying(back -> assertThat(Ip6.parse(back)).isEqualTo(Ip6.parse(text)));
        }
        assertThat(Ip6.parse("::0.1.0.0").map(Ip6::toString)).contains("::0.1.0.0");
        assertThat(Ip6.parse("::ffff:0:1").map(Ip6::toString)).contains("::ffff:0.0.0.1");
        assertThat(Ip6.parse("0:0:0:0:0:0:0:0").map(Ip6::toString)).contains("::");
        assertThat(Ip6.parse("2001:DB8:0:0:1:0:0:1").map(Ip6::toString)).contains("2001:db8::1:0:0:1");
        assertThat(Ip6.parse("1:0:2:3:4:5:6:7").map(Ip6::toString)).contains("1:0:2:3:4:5:6:7");
    }

    @Test
    void refusesOtherForms() {
        for (String text : new String[] {
            "",
            ":",
            ":::",
            "1",
            "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9",
            "1::2::3",
            "12345::",
            "::g",
            ":1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7:8:",
            "::1%lo",
            " ::1",
            "::1.2.3",
            "::1.2.3.256",
            "1.2.3.4",
            "::1.2.3.4:1",
            "1:2:3:4:5:6:7:1.2.3.4",
            "::01.2.3.4",
            "\u0661::",
            "1:2:3:4:5:6:7:8::",
            "::-1"
        }) {
            assertThat(Ip6.parse(text)).as(text).isEmpty();
        }
    }

    @Test
    void whatItWritesTheJdkReadsAlike() {
        Seeds.forEach(10_000, (seed, random) -> {
            long mask = Long.rotateLeft(0xffff_0000_ffff_ffffL, 16 * random.nextInt(4));
            Ip6 address = new Ip6(
                    random.nextInt(3) == 0 ? 0 : random.nextLong() & mask,
                    random.nextInt(3) == 0 ? random.nextInt() & 0xffffffffL : random.nextLong() & mask);
            assertThat(Ip6.parse(address.toString())).contains(address);
            assertThat(Ip6.of(address.toBytes(), 0)).isEqualTo(address);
            if (!address.isIpv4Mapped()) {
                assertThat(((Inet6Address) InetAddress.getByName(address.toString())).getAddress())
                        .isEqualTo(address.toBytes().toArray());
            }
        });
    }

    @Test
    void anyTextIsReadOrRefused() {
        String alphabet = "::::0123456789abcdefG.%/ ";
        Seeds.forEach(20_000, (seed, random) -> {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(42); i > 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            Ip6.parse(text.toString()).ifPresent(address -> assertThat(Ip6.parse(address.toString()))
                    .contains(address));
        });
    }
}
