package net.re6st.babel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import net.re6st.net.Bytes;
import net.re6st.net.Ip6;
import net.re6st.net.Network;
import net.re6st.net.Prefix;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;

class BabelPacketReaderTest {
    private static final Ip6 NEAR = Ip6.parse("fe80::1").orElseThrow();
    private static final Ip6 NODE = Ip6.parse("2001:db8:42:5::").orElseThrow();
    private static final BabelDump DUMP = new BabelDump(
            List.of(new BabelDump.Interface(0xffffffffL, "é")),
            List.of(new BabelDump.Neighbour(NEAR, 2, 0xffff, 96, 97, 3, 4, -1, 1, 256)),
            List.of(new BabelDump.Xroute(Ip6.LOOPBACK, 128, 9)),
            List.of(new BabelDump.Route(NODE, 64, 96, 95, 1, 5, -6, 7, 2, NEAR, NEAR, 1)));
    private static final String DUMP_HEX = "0001" + "ffffffff" + "c3a900" // interface
            + "0001" + "fe80000000000000" + "0000000000000001" + "00000002" + "ffff" + "0060" + "0061" + "0003" + "0004"
            + "ffffffff" + "0001" + "0100" // neighbour
            + "0001" + "0000000000000000" + "0000000000000001" + "80" + "0009" // xroute
            + "0001" + "20010db800420005" + "0000000000000000" + "40" + "0060" + "005f" + "0001" + "0000000000000005"
            + "fffffffa" + "00000007" + "00000002" + "fe80000000000000" + "0000000000000001" + "fe80000000000000"
            + "0000000000000001" + "01";

    @Test
    void dumpsHaveTheirFormByteForByte() {
        assertThat(DUMP.toPacket().body().toHex()).isEqualTo(DUMP_HEX);
        assertThat(DUMP.toPacket().encode().toHex()).startsWith("0001" + "00000094");
        assertThat(BabelDump.of(DUMP.toPacket())).contains(DUMP);
        assertThat(BabelDump.EMPTY.toPacket().encode().toHex()).isEqualTo("0001" + "00000008" + "0000000000000000");
        assertThat(BabelPacket.flags(0).encode().toHex()).isEqualTo("0002" + "00000001" + "00");
    }

    @Test
    void dumpsHoldOnlyWhatWasAskedFor() {
        assertThat(BabelDump.of(DUMP.answer(new BabelRequest.Dump(0)))).contains(BabelDump.EMPTY);
        assertThat(BabelDump.of(DUMP.answer(BabelRequest.Dump.USUAL)))
                .contains(new BabelDump(DUMP.interfaces(), DUMP.neighbours(), List.of(), DUMP.routes()));
    }

    @Test
    void requestsAreReadOneByteAtATime() {
        Bytes stream = Bytes.ofHex("01" + "0001" + "00000001" + "0b" + "0002" + "00000016" + "fe80000000000000"
                + "0000000000000001" + "00000002" + "1000");
        List<BabelPacket> packets = new ArrayList<>();
        BabelPacketReader reader = BabelPacketReader.ofRequests();
        for (int i = 0; i < stream.size(); i++) {
            assertThat(reader.read(stream.slice(i, i + 1).toBuffer(), packets::add))
                    .isTrue();
        }
        assertThat(packets.stream().map(BabelRequest::of).flatMap(Optional::stream))
                .containsExactly(BabelRequest.Dump.USUAL, new BabelRequest.CostMultiplier(NEAR, 2, 4096));
    }

    @Test
    void otherConversationsAreEnded() {
        assertThat(refused("00")).isTrue();
        assertThat(refused("01" + "0001" + "00000041")).isTrue();
        assertThat(refused("01" + "0001" + "ffffffff")).isTrue();
        assertThat(refused("01" + "0001" + "00000040")).isFalse();
    }

    @Test
    void requestsOfAnotherFormAreNone() {
        for (String hex : new String[] {"", "0b0b"}) {
            assertThat(BabelRequest.of(new BabelPacket(1, Bytes.ofHex(hex)))).isEmpty();
            assertThat(BabelRequest.of(new BabelPacket(2, Bytes.ofHex(hex)))).isEmpty();
            assertThat(BabelRequest.of(new BabelPacket(3, Bytes.ofHex(hex)))).isEmpty();
        }
    }

    @Test
    void findsTheNodesBehindSaneRoutes() {
        Network network = Network.parseBits(
                        Ip6.parse("2001:db8:42::").orElseThrow().bits().substring(0, 48))
                .orElseThrow();
        assertThat(DUMP.reachable(network)).containsExactly(Prefix.ofBits("0000000000000101"));
        BabelDump.Route good = BabelDump.Route.installed(NODE, 64, 96, 0, 2, NEAR);
        Ip6 other = Ip6.parse("fe80::2").orElseThrow();
        for (BabelDump.Route odd : List.of(
                new BabelDump.Route(NODE, 64, 96, 96, 0, 0, 0, 0, 2, NEAR, NEAR, 2),
                new BabelDump.Route(NODE, 64, 96, 96, 0, 0, 0, 0, 2, NEAR, other, 1),
                BabelDump.Route.installed(NODE, 64, 96, 0, 3, NEAR),
                BabelDump.Route.installed(NODE, 64, 96, 0, 2, other),
                BabelDump.Route.installed(NODE, 48, 96, 0, 2, NEAR),
                BabelDump.Route.installed(NODE, 200, 96, 0, 2, NEAR),
                BabelDump.Route.installed(other, 64, 96, 0, 2, NEAR))) {
            assertThat(withRoutes(List.of(odd)).reachable(network)).isEmpty();
        }
        assertThat(withRoutes(List.of(good)).reachable(network)).hasSize(1);
        // The neighbour's own prefix is the one that costs it nothing.
        assertThat(withRoutes(List.of(good)).delaysMillis(network))
                .isEqualTo(Map.of(Prefix.ofBits("0000000000000101"), 3));
        assertThat(DUMP.delaysMillis(network)).isEmpty();
    }

    @Test
    void moreRoutesThanCanBeCountedAreLeftOut() {
        BabelDump.Route one = BabelDump.Route.installed(NODE, 64, 96, 0, 2, NEAR);
        BabelDump dump = withRoutes(Collections.nCopies(70_000, one));
        assertThat(BabelDump.of(dump.toPacket()).orElseThrow().routes()).hasSize(65_535);
    }

    @Test
    void anyStreamIsReadOrRefused() {
        Bytes dump = DUMP.toPacket().encode();
        Bytes requests =
                Bytes.ofHex("01").plus(BabelRequest.Dump.USUAL.toPacket().encode());
        Seeds.forEach(20_000, (seed, random) -> {
            boolean server = random.nextBoolean();
            BabelPacketReader reader = server ? BabelPacketReader.ofRequests() : BabelPacketReader.ofAnswers();
            Bytes stream = server
                    ? requests.plus(requests)
                    : dump.plus(BabelPacket.flags(3).encode()).plus(dump);
            byte[] bytes = stream.toArray();
            for (int i = random.nextInt(3); i > 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            int[] count = {0};
            feed(reader, bytes, random, packet -> {
                count[0]++;
                BabelRequest.of(packet).ifPresent(r -> assertThat(r.toPacket()).isEqualTo(packet));
                BabelDump.of(packet).ifPresent(d -> d.reachable(new Network(0, 0, 0)));
            });
            assertThat(count[0]).isLessThan(bytes.length / 6 + 1);
        });
    }

    @Test
    void anyDumpIsReadOrRefused() {
        Seeds.forEach(20_000, (seed, random) -> {
            byte[] body = random.nextBoolean() ? DUMP.toPacket().body().toArray() : new byte[random.nextInt(300)];
            int damages = random.nextInt(1, 4);
            for (int i = 0; i < damages && body.length > 0; i++) {
                body[random.nextInt(body.length)] =
                        (byte) (random.nextBoolean() ? random.nextInt(4) : random.nextInt());
            }
            BabelPacket packet =
                    new BabelPacket(BabelPacket.DUMP, Bytes.copyOf(body, 0, random.nextInt(body.length + 1)));
            BabelDump.of(packet).ifPresent(read -> read.reachable(new Network(0, 0, 0)));
        });
    }

    private static void feed(
            BabelPacketReader reader, byte[] bytes, RandomGenerator random, Consumer<BabelPacket> sink) {
        int at = 0;
        boolean fine = true;
        while (at < bytes.length && fine) {
            int size = Math.min(bytes.length - at, random.nextInt(1, 40));
            fine = reader.read(ByteBuffer.wrap(bytes, at, size), sink);
            at += size;
        }
    }

    private static BabelDump withRoutes(List<BabelDump.Route> routes) {
        return new BabelDump(DUMP.interfaces(), DUMP.neighbours(), DUMP.xroutes(), routes);
    }

    private static boolean refused(String hex) {
        return !BabelPacketReader.ofRequests().read(Bytes.ofHex(hex).toBuffer(), packet -> {});
    }
}
