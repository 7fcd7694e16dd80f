package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.re6st.core.port.PortMapping;
import net.re6st.net.Bytes;
import net.re6st.net.Ip4;
import net.re6st.net.Transport;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;

/** The bytes of RFC 6887, sections 7 and 11. */
class PcpRequestTest {
    private static final Ip4 CLIENT = new Ip4(192 << 24 | 168 << 16 | 3 << 8 | 2);
    private static final Bytes NONCE = Bytes.ofHex("0102030405060708090a0b0c");
    private static final PortMapping MAPPING = new PortMapping(1194, Transport.TCP, 40_000, 1500);
    private static final PcpRequest REQUEST = PcpRequest.map(CLIENT, NONCE, MAPPING);

    private static final String IP = "00000000000000000000ffff";
    private static final String NONCE_TCP_1194 = "0102030405060708090a0b0c" + "06000000" + "04aa";

    /** Port 40,001 of 11.51.100.3, for 1,200 s, by a router that was started 16 s ago. */
    private static final Bytes GRANTED = Bytes.ofHex("02810000" + "000004b0" + "00000010" + "000000000000000000000000"
            + NONCE_TCP_1194 + "9c41" + IP + "0b336403");

    @Test
    void asksForAPort() {
        assertThat(REQUEST.encode())
                .isEqualTo(Bytes.ofHex(
                        "02010000" + "000005dc" + IP + "c0a80302" + NONCE_TCP_1194 + "9c40" + IP + "00000000"));
        assertThat(PcpRequest.map(CLIENT, NONCE, new PortMapping(65_535, Transport.UDP6, 49_151, 15))
                        .encode())
                .isEqualTo(Bytes.ofHex("02010000" + "0000000f" + IP + "c0a80302" + "0102030405060708090a0b0c"
                        + "11000000" + "ffff" + "bfff" + IP + "00000000"));
    }

    @Test
    void givesAPortBackByAskingForNoTime() {
        assertThat(PcpRequest.unmap(CLIENT, NONCE, MAPPING).encode())
                .isEqualTo(Bytes.ofHex(
                        "02010000" + "00000000" + IP + "c0a80302" + NONCE_TCP_1194 + "0000" + IP + "00000000"));
    }

    @Test
    void understandsWhatItGot() {
        PcpRequest.Answer granted =
                new PcpRequest.Answer(0, 1200, 16, 40_001, new Ip4(11 << 24 | 51 << 16 | 100 << 8 | 3));
        assertThat(REQUEST.answer(GRANTED)).contains(granted);
        assertThat(REQUEST.answer(GRANTED.plus(Bytes.ofHex("80000000")))).contains(granted);
        assertThat(REQUEST.answer(changed(4, 255)).orElseThrow().lifetimeSeconds())
                .isEqualTo(0xff0004b0L);
    }

    @Test
    void understandsWhyItGotNothing() {
        assertThat(REQUEST.answer(changed(3, 8)).orElseThrow().result()).isEqualTo(8);
        assertThat(REQUEST.answer(changed(44, 1, 3, 8)).orElseThrow().result()).isEqualTo(8);
    }

    /** RFC 6886, section 3.5: a router with NAT-PMP says so in a few bytes, that of version 1 in its own form. */
    @Test
    void understandsThatTheRouterHasAnotherVersion() {
        for (String said : new String[] {"0081000100000010", "00810001", "018100010000000000000000"}) {
            assertThat(REQUEST.answer(Bytes.ofHex(said)).orElseThrow().isOtherProtocol())
                    .isTrue();
        }
        assertThat(REQUEST.answer(GRANTED).orElseThrow().isOtherProtocol()).isFalse();
    }

    @Test
    void whateverDoesNotBelongToTheRequestIsNoAnswer() {
        for (int index : new int[] {0, 1, 24, 35, 36, 40, 41, 44, 54, 55}) {
            assertThat(REQUEST.answer(changed(index, GRANTED.unsignedAt(index) ^ 0x11)))
                    .as("byte %d", index)
                    .isEmpty();
        }
        assertThat(REQUEST.answer(changed(1, 1))).isEmpty();
        assertThat(REQUEST.answer(REQUEST.encode())).isEmpty();
        for (int size = 0; size < GRANTED.size(); size++) {
            assertThat(REQUEST.answer(GRANTED.slice(0, size)))
                    .as("%d bytes", size)
                    .isEmpty();
        }
        assertThat(REQUEST.answer(GRANTED.plus(Bytes.copyOf((byte) 0)))).isEmpty();
        assertThat(REQUEST.answer(GRANTED.plus(Bytes.copyOf(new byte[1040])))).isPresent();
        assertThat(REQUEST.answer(GRANTED.plus(Bytes.copyOf(new byte[1044])))).isEmpty();
    }

    @Test
    void neitherJunkNorChangedAnswersAreMoreThanNotValid() {
        Seeds.forEach(2000, (seed, random) -> {
            byte[] bytes = random.nextBoolean() ? GRANTED.toArray() : new byte[random.nextInt(1200)];
            for (int i = 0; i < 3 && bytes.length > 0; i++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            REQUEST.answer(Bytes.copyOf(bytes))
                    .ifPresent(answer -> assertThat(answer.externalPort()).isBetween(0, 65_535));
        });
    }

    @Test
    void aNonceHasTwelveBytes() {
        assertThatThrownBy(() -> PcpRequest.map(CLIENT, NONCE.from(1), MAPPING)).hasMessage("a nonce of 11 bytes");
    }

    /** The grant with other values: index, value, index, value. */
    private static Bytes changed(int... changes) {
        byte[] bytes = GRANTED.toArray();
        for (int i = 0; i < changes.length; i += 2) {
            bytes[changes[i]] = (byte) changes[i + 1];
        }
        return Bytes.copyOf(bytes);
    }
}
