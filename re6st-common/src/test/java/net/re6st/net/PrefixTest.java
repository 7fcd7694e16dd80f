package net.re6st.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.random.RandomGenerator;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;

class PrefixTest {
    private static final Network NETWORK =
            Network.ofSerial(new BigInteger("120010db80042", 16)).orElseThrow();

    @Test
    void isItsBits() {
        Prefix five = Prefix.parseCn("5/16").orElseThrow();
        assertThat(five.bits()).isEqualTo("0000000000000101");
        assertThat(five).hasToString("5/16").isEqualTo(Prefix.ofBits("0000000000000101"));
        assertThat(five.startsWith(Prefix.ofBits("00000"))).isTrue();
        assertThat(five.startsWith(five.child(true))).isFalse();
        assertThat(five.sibling().cn()).isEqualTo("4/16");
        assertThat(five.parent().cn()).isEqualTo("2/15");
        assertThat(Prefix.ofBits("00").isAllZeros()).isTrue();
        assertThatThrownBy(() -> Prefix.ofBits("2")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void onlyPlainCnsAreValid() {
        for (String cn : new String[] {"0/129", "2/1", "256/8", "1/0", "01/ 8", "+1/8", "\u0661/8", "1/8/", "1/128x"}) {
            assertThat(Prefix.parseCn(cn)).as(cn).isEmpty();
        }
        assertThat(Prefix.parseCn("340282366920938463463374607431768211455/128").map(Prefix::length))
                .contains(128);
        assertThat(Prefix.parseCn("9".repeat(100) + "/128")).isEmpty();
    }

    @Test
    void hasAnAddressInTheNetwork() {
        Subnet subnet = NETWORK.subnet(Prefix.parseCn("5/16").orElseThrow());
        assertThat(subnet).hasToString("2001:db8:42:5::/64");
        assertThat(subnet.mainAddress()).hasToString("2001:db8:42:5::1");
        assertThat(NETWORK.suffixOf(subnet.mainAddress()).orElseThrow().startsWith(subnet.prefix()))
                .isTrue();
        assertThat(NETWORK.prefixOf(subnet.firstAddress(), 64)).contains(subnet.prefix());
        assertThat(NETWORK.prefixOf(subnet.firstAddress(), 48)).isEmpty();
        assertThat(NETWORK.prefixOf(Ip6.LOOPBACK, 64)).isEmpty();
        Prefix whole = Prefix.ofBits("1".repeat(80));
        assertThat(NETWORK.subnet(whole).mainAddress())
                .isEqualTo(NETWORK.subnet(whole).firstAddress());
        assertThatThrownBy(() -> NETWORK.subnet(Prefix.ofBits("1".repeat(81)))).hasMessageContaining("81 > 80");
    }

    @Test
    void splittingAndJoiningGivesTheSame() {
        Seeds.forEach(10_000, (seed, random) -> {
            String bits = bits(random, random.nextInt(128));
            Prefix prefix = Prefix.ofBits(bits);
            assertThat(prefix.bits()).isEqualTo(bits);
            assertThat(prefix.child(true).bits()).isEqualTo(bits + "1");
            assertThat(prefix.child(false).parent()).isEqualTo(prefix);
            assertThat(prefix.child(false).sibling()).isEqualTo(prefix.child(true));
            if (!bits.isEmpty()) {
                assertThat(Prefix.parseCn(prefix.cn())).contains(prefix);
            }
            String other = bits(random, random.nextInt(4) == 0 ? bits.length() : random.nextInt(128));
            assertThat(Integer.signum(prefix.compareTo(Prefix.ofBits(other))))
                    .isEqualTo(Integer.signum(bits.compareTo(other)));
            assertThat(prefix.startsWith(Prefix.ofBits(other))).isEqualTo(bits.startsWith(other));
            int cut = random.nextInt(bits.length() + 1);
            assertThat(BitString.parse(bits.substring(0, cut))
                            .orElseThrow()
                            .plus(BitString.parse(bits.substring(cut)).orElseThrow()))
                    .hasToString(bits);
            assertThat(prefix.bitString().from(cut)).hasToString(bits.substring(cut));
        });
    }

    private static String bits(RandomGenerator random, int length) {
        StringBuilder bits = new StringBuilder();
        for (int i = 0; i < length; i++) {
            bits.append(random.nextInt(5) == 0 ? '1' : '0');
        }
        return bits.toString();
    }
}
