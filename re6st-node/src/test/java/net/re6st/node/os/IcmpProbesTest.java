package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.NativeLong;
import com.sun.jna.ptr.IntByReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import net.re6st.core.port.ProbeAnswer;
import net.re6st.net.Bytes;
import net.re6st.net.Iface;
import net.re6st.net.Ip6;
import org.junit.jupiter.api.Test;

final class IcmpProbesTest {
    private static final Iface IFACE = new Iface("no-such-iface");
    private static final Ip6 PEER = Ip6.parse("fe80::1:2:3:4").orElseThrow();

    private final FakeLibrary library = new FakeLibrary();
    private final List<ProbeAnswer> answers = new ArrayList<>();
    private final IcmpProbes probes = new IcmpProbes(0xabcd, answers::add, () -> library);

    @Test
    void packetsAreThoseOfTheStandard() {
        assertThat(Bytes.copyOf(IcmpProbes.echo(0xabcd, 0x1234)).toHex()).isEqualTo("80000000abcd1234");
        assertThat(Bytes.copyOf(IcmpProbes.solicitation(PEER)).toHex())
                .isEqualTo("8700000000000000fe800000000000000001000200030004");
    }

    @Test
    void addressIsTheKernelsWithTheInterface() {
        String family = little() ? "0a00" : "000a";
        String scope = little() ? "07000000" : "00000007";
        assertThat(Bytes.copyOf(IcmpProbes.socketAddress(PEER, 7)).toHex())
                .isEqualTo(family + "000000000000" + "fe800000000000000001000200030004" + scope);
    }

    @Test
    void onlyAnswersPassTheFilter() {
        ByteBuffer filter = ByteBuffer.wrap(IcmpProbes.filter()).order(ByteOrder.nativeOrder());
        for (int kind = 0; kind < 256; kind++) {
            boolean blocked = (filter.getInt(4 * (kind / 32)) >>> (kind % 32) & 1) == 1;
            assertThat(blocked).as("kind " + kind).isEqualTo(kind != 129 && kind != 136);
        }
    }

    @Test
    void anEchoIsAnsweredOnceAndWhereItWasSent() throws InterruptedException {
        ask(41, false);
        assertThat(library.sent).hasSize(1);
        Bytes echo = library.sent.get(0);
        Bytes reply = Bytes.copyOf((byte) 129).plus(echo.from(1));
        receive(reply, 8);
        receive(echo, 7);
        receive(reply.slice(0, 7), 7);
        receive(Bytes.copyOf((byte) 129, (byte) 0, (byte) 0, (byte) 0, (byte) 1).plus(echo.from(5)), 7);
        assertThat(answers).isEmpty();

        receive(reply, 7);
        receive(reply, 7);
        assertThat(answers).singleElement().isInstanceOfSatisfying(ProbeAnswer.Echo.class, answer -> {
            assertThat(answer.iface()).isEqualTo(IFACE);
            assertThat(answer.number()).isEqualTo(41);
            assertThat(answer.time()).isPositive();
        });
    }

    @Test
    void insistingAsksWhetherTheNeighbourIsThere() throws InterruptedException {
        Bytes advertisement = Bytes.copyOf((byte) 136).plus(Bytes.copyOf(new byte[23]));
        receive(advertisement, 7);
        assertThat(answers).isEmpty();

        ask(1, true);
        assertThat(library.sent).hasSize(2).last().isEqualTo(Bytes.copyOf(IcmpProbes.solicitation(PEER)));
        receive(advertisement, 7);
        assertThat(answers).containsExactly(new ProbeAnswer.Presence(IFACE, PEER));
    }

    /** An interface that was made again has another number; others may have its number of before. */
    @Test
    void forgetsTheNumberThatAnInterfaceHad() throws InterruptedException {
        Bytes advertisement = Bytes.copyOf((byte) 136).plus(Bytes.copyOf(new byte[23]));
        ask(1, true);
        library.index = 8;
        ask(2, true);
        receive(advertisement, 7);
        assertThat(answers).isEmpty();
        receive(advertisement, 8);
        assertThat(answers).containsExactly(new ProbeAnswer.Presence(IFACE, PEER));
    }

    @Test
    void endsItsThreadAndSocket() throws InterruptedException {
        ask(1, false);
        probes.close();
        assertThat(library.closed.await(20, TimeUnit.SECONDS)).isTrue();
    }

    /** The first question opens the socket, in another thread, and is lost. */
    private void ask(long number, boolean insist) throws InterruptedException {
        probes.probe(IFACE, PEER, 0, insist);
        assertThat(library.open.await(20, TimeUnit.SECONDS)).isTrue();
        library.sent.clear();
        probes.probe(IFACE, PEER, number, insist);
    }

    private void receive(Bytes packet, int index) {
        probes.received(packet.toBuffer(), PEER, index, System.nanoTime() + 1_000_000);
    }

    private static boolean little() {
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    }

    /** A C library with one interface, number 7 at first, on which nothing comes. */
    private static final class FakeLibrary implements IcmpProbes.SocketLibrary {
        private int index = 7;
        private final List<Bytes> sent = new ArrayList<>();
        private final CountDownLatch open = new CountDownLatch(1);
        private final CountDownLatch shut = new CountDownLatch(1);
        private final CountDownLatch closed = new CountDownLatch(1);

        @Override
        public int socket(int family, int type, int protocol) {
            return 5;
        }

        @Override
        public int setsockopt(int descriptor, int level, int option, byte[] value, int length) {
            return 0;
        }

        @Override
        public NativeLong sendto(
                int descriptor, byte[] packet, NativeLong length, int flags, byte[] address, int addressLength) {
            sent.add(Bytes.copyOf(packet));
            return length;
        }

        @Override
        public NativeLong recvfrom(
                int descriptor,
                byte[] packet,
                NativeLong length,
                int flags,
                byte[] address,
                IntByReference addressLength) {
            open.countDown();
            try {
                shut.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return new NativeLong(0);
        }

        @Override
        public int if_nametoindex(String name) {
            return name.equals(IFACE.name()) ? index : 0;
        }

        @Override
        public int shutdown(int descriptor, int how) {
            shut.countDown();
            return 0;
        }

        @Override
        public int close(int descriptor) {
            closed.countDown();
            return 0;
        }
    }
}
