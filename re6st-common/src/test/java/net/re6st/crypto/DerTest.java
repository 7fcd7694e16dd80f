package net.re6st.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import net.re6st.net.Bytes;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;

class DerTest {
    @Test
    void acceptsOneElement() {
        assertThat(isOne("3003020105")).isTrue();
        assertThat(isOne("0500")).isTrue();
        assertThat(isOne("048180" + "00".repeat(128))).isTrue();
        assertThat(isOne("04820100" + "00".repeat(256))).isTrue();
    }

    @Test
    void refusesTrailingAndMissingBytes() {
        assertThat(isOne("")).isFalse();
        assertThat(isOne("30")).isFalse();
        assertThat(isOne("30030201")).isFalse();
        assertThat(isOne("300302010500")).isFalse();
        assertThat(isOne("3003020205")).isFalse();
        assertThat(isOne("30820003")).isFalse();
    }

    @Test
    void refusesLengthsThatDerDoesNotHave() {
        assertThat(isOne("308103020105")).isFalse();
        assertThat(isOne("30820003020105")).isFalse();
        assertThat(isOne("30800201050000")).isFalse();
        assertThat(isOne("3083000003020105")).isFalse();
        assertThat(isOne("30ff020105")).isFalse();
    }

    @Test
    void limitsDepthAndSize() {
        assertThat(isOne(nested(24))).isTrue();
        assertThat(isOne(nested(25))).isFalse();
        assertThat(Der.isSingleElement(octets(Der.MAX_BYTES))).isTrue();
        assertThat(Der.isSingleElement(octets(Der.MAX_BYTES + 1))).isFalse();
    }

    @Test
    void findsTheFirstChildByteForByte() {
        assertThat(Der.firstChild(Bytes.ofHex("3006020105020106")).toHex()).isEqualTo("020105");
        assertThat(Der.firstChild(Bytes.ofHex("308183" + "048180" + "00".repeat(128)))
                        .size())
                .isEqualTo(131);
    }

    @Test
    void survivesAnyBytes() {
        Seeds.forEach(10_000, (seed, random) -> {
            byte[] bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);
            Der.isSingleElement(Bytes.copyOf(bytes));
        });
    }

    private static boolean isOne(String hex) {
        return Der.isSingleElement(Bytes.ofHex(hex));
    }

    /** A null inside {@code depth} sequences. */
    private static String nested(int depth) {
        String element = "0500";
        for (int i = 0; i < depth; i++) {
            element = "30" + String.format("%02x", element.length() / 2) + element;
        }
        return element;
    }

    /** A string of octets that is {@code size} bytes long with its head. */
    private static Bytes octets(int size) {
        byte[] bytes = new byte[size];
        bytes[0] = 4;
        bytes[1] = (byte) 0x82;
        bytes[2] = (byte) ((size - 4) >> 8);
        bytes[3] = (byte) (size - 4);
        return Bytes.copyOf(bytes);
    }
}
