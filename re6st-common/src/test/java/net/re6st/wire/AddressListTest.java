package net.re6st.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.re6st.net.Bytes;
import net.re6st.net.TunnelAddress;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;

class AddressListTest {
    private static final String A = "192.0.2.1,1194,udp";
    private static final String B = "2001:db8::1,1195,tcp6,DE";
    private static final String C = "host.example.org,1,tcp";

    @Test
    void isTheTextItCameFrom() {
        AddressList list = AddressList.parse(A + ";;x;" + B + ",more;y,z");
        assertThat(list.text()).isEqualTo(A + ";;x;" + B + ",more;y,z");
        assertThat(list.addresses().stream().map(TunnelAddress::toString)).containsExactly(A, B);
        assertThat(list.malformedCount()).isEqualTo(3);
        assertThat(list.encode()).isEqualTo(Bytes.ofLatin1(list.text()));
        assertThat(AddressList.decode(list.encode())).contains(list);
    }

    @Test
    void knownEntriesKeepTheirOrder() {
        AddressList old = AddressList.parse(B + ";" + A);
        assertThat(AddressList.parse(C + ";" + A + ";" + B).sortedLike(old).text())
                .isEqualTo(B + ";" + A + ";" + C);
    }

    @Test
    void anAddressThatWorkedMovesToTheFront() {
        AddressList list = AddressList.parse(A + ";" + B);
        TunnelAddress worked = TunnelAddress.parse(B).orElseThrow();
        assertThat(list.preferring(worked).text()).isEqualTo(B + ";" + A);
        assertThat(list.preferring(worked.withoutCountry()).text()).isEqualTo(A + ";" + B);
    }

    @Test
    void refusesWhatIsNoTextOrTooLong() {
        assertThat(AddressList.decode(Bytes.ofHex("fffe"))).isEmpty();
        assertThat(AddressList.decode(Bytes.ofLatin1("x".repeat(AddressList.MAX_LENGTH + 1))))
                .isEmpty();
        assertThat(AddressList.parse("x".repeat(AddressList.MAX_LENGTH + 1)).isEmpty())
                .isTrue();
        assertThat(AddressList.decode(Bytes.EMPTY)).contains(AddressList.EMPTY);
    }

    @Test
    void showsOnlyAFewInLogs() {
        assertThat(AddressList.parse((A + ";").repeat(9)).toString()).hasSizeLessThan(100);
    }

    @Test
    void anyTextIsReadOrSkipped() {
        byte[] alphabet = ",;;,,.:0123456789+-_ udptcp46FRé\t\r\n\0\u0661\u2028".getBytes(StandardCharsets.UTF_8);
        Seeds.forEach(20_000, (seed, random) -> {
            byte[] text = new byte[random.nextInt(80)];
            for (int i = 0; i < text.length; i++) {
                text[i] = random.nextInt(60) == 0 ? (byte) random.nextInt() : alphabet[random.nextInt(alphabet.length)];
            }
            Bytes bytes = Bytes.copyOf(text);
            AddressList.decode(bytes).ifPresent(list -> {
                assertThat(list.encode()).isEqualTo(bytes);
                assertThat(AddressList.of(list.addresses()).addresses()).isEqualTo(list.addresses());
                assertThat(list.sortedLike(list.withoutCountries()).addresses())
                        .containsExactlyInAnyOrderElementsOf(list.addresses());
                for (TunnelAddress address : list.addresses()) {
                    address.port().ifPresent(port -> assertThat(port).isBetween(1, 65535));
                    assertThat(address.transport()).isNotNull();
                    assertThat(address.country()).isNotNull();
                }
            });
        });
    }
}
