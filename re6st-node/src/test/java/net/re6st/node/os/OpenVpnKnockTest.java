package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import net.re6st.core.port.Ticket;
import net.re6st.net.Remote;
import net.re6st.net.Transport;
import net.re6st.testing.Seeds;
import net.re6st.wire.TryOutcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is concluded from what comes back; {@code DoctorIT} knocks at a real OpenVPN. */
class OpenVpnKnockTest {
    /** Loopback, but no address of an interface. */
    private static final String IP = "127.0.0.2";

    private final BlockingQueue<TryOutcome> outcomes = new ArrayBlockingQueue<>(1);
    private final OpenVpnKnock knock =
            new OpenVpnKnock((ticket, outcome) -> outcomes.add(outcome), Duration.ofMillis(1500));

    @AfterEach
    void end() {
        knock.close();
    }

    private TryOutcome tried(String ip, int port, Transport transport) throws InterruptedException {
        knock.tryOut(new Ticket(1), new Remote(ip, port, transport));
        TryOutcome outcome = outcomes.poll(60, TimeUnit.SECONDS);
        return outcome == null ? TryOutcome.TRYING : outcome;
    }

    /** What a server does with one connection. */
    private interface Serving {
        void serve(Socket client) throws IOException;
    }

    private TryOutcome overTcp(Serving serving) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getByName(IP))) {
            Thread thread = new Thread(() -> {
                try (Socket client = server.accept()) {
                    serving.serve(client);
                } catch (IOException e) {
                    // The end of the test.
                }
            });
            thread.start();
            TryOutcome outcome = tried(IP, server.getLocalPort(), Transport.TCP);
            server.close();
            thread.join();
            return outcome;
        }
    }

    /** Packet of a server: acknowledges packet 0 of the session in {@code reset}. */
    private static byte[] answer(byte[] reset) {
        return ByteBuffer.allocate(26)
                .put((byte) 0x40)
                .put(new byte[8])
                .put((byte) 1)
                .putInt(0)
                .put(reset, 1, 8)
                .array();
    }

    @Test
    void aServerIsReachedOverTcpAlsoIfItsAnswerComesInPieces() throws Exception {
        TryOutcome outcome = overTcp(client -> {
            byte[] packet = client.getInputStream().readNBytes(16);
            assertThat(packet).startsWith(0, 14, 0x38);
            byte[] answer = answer(java.util.Arrays.copyOfRange(packet, 2, 16));
            for (byte each :
                    ByteBuffer.allocate(28).putShort((short) 26).put(answer).array()) {
                client.getOutputStream().write(each);
                client.getOutputStream().flush();
            }
            client.getInputStream().read();
        });
        assertThat(outcome).isEqualTo(TryOutcome.REACHED);
    }

    @Test
    void anotherServerIsStrangeWhateverItSays() throws Exception {
        assertThat(overTcp(client ->
                        client.getOutputStream().write("SSH-2.0-OpenSSH_9.2\r\n".getBytes(StandardCharsets.US_ASCII))))
                .isEqualTo(TryOutcome.STRANGE);
        assertThat(overTcp(client -> {})).isEqualTo(TryOutcome.STRANGE);
        assertThat(overTcp(client -> client.getInputStream().readNBytes(17))).isEqualTo(TryOutcome.STRANGE);
        // Of another session.
        assertThat(overTcp(client -> client.getOutputStream()
                        .write(ByteBuffer.allocate(28)
                                .putShort((short) 26)
                                .put(answer(new byte[14]))
                                .array())))
                .isEqualTo(TryOutcome.STRANGE);
    }

    @Test
    void aPortWhereNobodyListensRefuses() throws Exception {
        int port;
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getByName(IP))) {
            port = server.getLocalPort();
        }
        assertThat(tried(IP, port, Transport.TCP)).isEqualTo(TryOutcome.REFUSED);
        assertThat(tried(IP, port, Transport.UDP)).isEqualTo(TryOutcome.REFUSED);
    }

    @Test
    void overUdpThePacketIsRepeatedAndOtherAnswersAreIgnored() throws Exception {
        try (DatagramSocket server = new DatagramSocket(new InetSocketAddress(IP, 0))) {
            Thread thread = new Thread(() -> {
                try {
                    DatagramPacket packet = new DatagramPacket(new byte[100], 100);
                    server.receive(packet);
                    server.receive(packet);
                    assertThat(packet.getLength()).isEqualTo(14);
                    server.send(new DatagramPacket(new byte[] {1, 2, 3}, 3, packet.getSocketAddress()));
                    byte[] answer = answer(packet.getData());
                    server.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                } catch (IOException e) {
                    // The end of the test.
                }
            });
            thread.start();
            assertThat(tried(IP, server.getLocalPort(), Transport.UDP)).isEqualTo(TryOutcome.REACHED);
            thread.join();
            assertThat(tried(IP, server.getLocalPort(), Transport.UDP)).isEqualTo(TryOutcome.SILENT);
        }
    }

    @Test
    void thisHostIsNotTriedFromItself() throws Exception {
        assertThat(tried("127.0.0.1", 9, Transport.TCP)).isEqualTo(TryOutcome.UNABLE);
        assertThat(tried("::1", 9, Transport.TCP6)).isEqualTo(TryOutcome.UNABLE);
    }

    @Test
    void anAnswerNamesTheSessionThatWasBegun() {
        byte[] session = {1, 2, 3, 4, 5, 6, 7, 8};
        byte[] answer = answer(OpenVpnKnock.reset(session));
        assertThat(OpenVpnKnock.isAnswer(ByteBuffer.wrap(answer), session)).isTrue();
        for (int length = 0; length < 22; length++) {
            assertThat(OpenVpnKnock.isAnswer(ByteBuffer.wrap(answer, 0, length), session))
                    .as("%d bytes", length)
                    .isFalse();
        }
        Seeds.forEach(1000, (seed, random) -> {
            byte[] junk = new byte[random.nextInt(80)];
            random.nextBytes(junk);
            assertThat(OpenVpnKnock.isAnswer(ByteBuffer.wrap(junk), session)).isFalse();
        });
    }
}
