package net.re6st.babel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import net.re6st.net.Iface;
import net.re6st.net.Ip6;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;

class BabeldLineTest {
    private static final String ROUTE = "add route 563f45894b20 prefix fd42:0:0:2::/64 from ::/0 installed yes"
            + " id a0:f6:1c:06:14:74:21:57 metric 288 refmetric 192 via fe80::a065:1 if re6stnet1";
    private static final String NEIGHBOUR = "change neighbour 563f45893ab0 address fe80::e0fb:d2ff:fe72:dc86 if xy"
            + " reach fe00 ureach 0000 rxcost 96 txcost 96 rtt 0.723 rttcost 0 cost 96";

    private final BabeldLine line = new BabeldLine();

    @Test
    void readsRoutes() {
        set(ROUTE);
        assertThat(line.is(0, "add")).isTrue();
        assertThat(line.is(1, "route")).isTrue();
        assertThat(line.identifier(2)).isEqualTo(0x563f45894b20L);
        assertThat(line.block(line.find("prefix", 3) + 1)).isTrue();
        assertThat(new Ip6(line.high(), line.low())).hasToString("fd42:0:0:2::");
        assertThat(line.blockLength()).isEqualTo(64);
        assertThat(line.is(line.find("installed", 3) + 1, "yes")).isTrue();
        assertThat(line.number(line.find("refmetric", 3) + 1)).isEqualTo(192);
        assertThat(line.address(line.find("via", 3) + 1)).isTrue();
        assertThat(new Ip6(line.high(), line.low())).hasToString("fe80::a065:1");
        assertThat(line.iface(line.find("if", 3) + 1)).isEqualTo(new Iface("re6stnet1"));
        assertThat(line.isName(line.find("if", 3) + 1, new Iface("re6stnet1"))).isTrue();
        assertThat(line.find("unheard-of", 3)).isEqualTo(-1);
    }

    @Test
    void readsNeighboursWithAndWithoutRoundTripTime() {
        set(NEIGHBOUR);
        assertThat(line.decimal(line.find("rtt", 3) + 1)).isEqualTo(0.723);
        assertThat(line.number(line.find("cost", 3) + 1)).isEqualTo(96);
        set("add neighbour 1 address fe80::1 if xy reach 0000 cost 65535");
        assertThat(line.find("rtt", 3)).isEqualTo(-1);
        assertThat(line.number(line.find("cost", 3) + 1)).isEqualTo(65_535);
    }

    @Test
    void whatIsNotThereOrNotValidSaysSo() {
        set("add route xyz prefix 10.0.0.0/8 via ::1::2 if " + "x".repeat(16) + " metric -1 refmetric 9999999999 cost");
        assertThat(line.identifier(2)).isZero();
        assertThat(line.block(4)).isFalse();
        assertThat(line.address(6)).isFalse();
        assertThat(line.iface(8)).isNull();
        assertThat(line.number(10)).isEqualTo(-1);
        assertThat(line.number(12)).isEqualTo(-1);
        assertThat(line.find("cost", 0)).isEqualTo(-1);
        assertThat(line.number(99)).isEqualTo(-1);
        assertThat(line.text(99)).isEmpty();
        assertThat(line.identifier(99)).isZero();
        assertThat(line.block(99)).isFalse();
        assertThat(line.address(99)).isFalse();
        assertThat(line.decimal(99)).isNaN();
        for (String block : new String[] {"::/", "::/129", "::/0x", "/64", "::", "::/1/2", "::/0064", "::/ 1"}) {
            set(block);
            assertThat(line.block(0)).as(block).isFalse();
        }
    }

    @Test
    void addressesAreThoseOfTheParser() {
        String alphabet = "::::0123456789abcdefG.";
        Seeds.forEach(20_000, (seed, random) -> {
            String text;
            if (random.nextBoolean()) {
                long mask = Long.rotateLeft(0xffff_0000_ffff_ffffL, 16 * random.nextInt(4));
                text = new Ip6(
                                random.nextLong() & mask,
                                random.nextInt(3) == 0 ? random.nextInt(99999) : random.nextLong() & mask)
                        .toString();
            } else {
                StringBuilder some = new StringBuilder();
                for (int i = random.nextInt(40); i >= 0; i--) {
                    some.append(alphabet.charAt(random.nextInt(alphabet.length())));
                }
                text = some.toString();
            }
            set(text);
            Optional<Ip6> expected = Ip6.parse(text);
            assertThat(line.address(0)).as(text).isEqualTo(expected.isPresent());
            expected.ifPresent(
                    ip -> assertThat(new Ip6(line.high(), line.low())).as(text).isEqualTo(ip));
            int length = random.nextInt(140);
            set(text + "/" + length);
            assertThat(line.block(0)).as(text).isEqualTo(expected.isPresent() && length <= 128);
        });
    }

    @Test
    void anyLineIsRead() {
        Seeds.forEach(20_000, (seed, random) -> {
            byte[] bytes = damaged(random.nextBoolean() ? ROUTE : NEIGHBOUR, random);
            line.set(bytes, bytes.length);
            assertThat(line.words()).isBetween(0, 64);
            for (int i = -1; i < line.words() + 2; i++) {
                int word = Math.max(i, 0);
                line.identifier(word);
                line.address(word);
                line.block(word);
                line.iface(word);
                assertThat(line.number(word)).isGreaterThanOrEqualTo(-1);
                line.decimal(word);
                assertThat(line.text(word).length()).isLessThanOrEqualTo(bytes.length);
                line.find("if", word);
            }
        });
    }

    @Test
    void readsRouterIds() {
        set("my-id a0:f6:1C:06:14:74:21:57");
        assertThat(line.routerId(1)).isEqualTo(0xa0_f6_1c_06_14_74_21_57L);
        for (String none : List.of(
                "x",
                "a0:f6:1c:06:14:74:21",
                "a0:f6:1c:06:14:74:21:57:00",
                "a0:f6:1c:06:14:74:21:5g",
                "a0:f6:1c:06:14:74:21-57",
                "a0f:61c:06:14:74:21:571")) {
            set("my-id " + none);
            assertThat(line.routerId(1)).as(none).isZero();
        }
        assertThat(line.routerId(2)).isZero();
    }

    @Test
    void linesAreCutOneByteAtATime() {
        String stream = "BABEL 1.0\nok\n\n" + "x".repeat(BabeldLineReader.MAX_LINE_BYTES + 1) + "\nlast\nunfinished";
        for (int size = 1; size < 40; size += 6) {
            BabeldLineReader reader = new BabeldLineReader();
            List<String> lines = new ArrayList<>();
            byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
            for (int at = 0; at < bytes.length; at += size) {
                reader.read(
                        ByteBuffer.wrap(bytes, at, Math.min(size, bytes.length - at)),
                        (line, length) -> lines.add(new String(line, 0, length, StandardCharsets.UTF_8)));
            }
            assertThat(lines).containsExactly("BABEL 1.0", "ok", "", "last");
            assertThat(reader.dropped()).isEqualTo(1);
            reader.reset();
            reader.read(ByteBuffer.wrap(new byte[] {'\n'}), (line, length) -> assertThat(length)
                    .isZero());
        }
    }

    private static byte[] damaged(String text, RandomGenerator random) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int i = random.nextInt(6); i >= 0; i--) {
            bytes[random.nextInt(bytes.length)] =
                    (byte) (random.nextBoolean() ? random.nextInt() : " :/.0-f\t\r".charAt(random.nextInt(9)));
        }
        return bytes;
    }

    private void set(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        line.set(bytes, bytes.length);
    }
}
