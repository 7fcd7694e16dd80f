package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import net.re6st.core.port.PortMapper.Failure;
import net.re6st.core.port.PortMapper.Grant;
import net.re6st.core.port.PortMapping;
import net.re6st.net.Bytes;
import net.re6st.net.Ip4;
import net.re6st.net.Transport;
import net.re6st.node.os.RouterCommand.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With a router of which the tests decide what it says; {@code MappedPortsIT} has a real one. */
class PcpClientTest {
    private static final Ip4 GATEWAY = new Ip4(127 << 24 | 1);
    private static final PortMapping MAPPING = new PortMapping(1194, Transport.TCP, 40_000, 1500);
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(400);

    private PcpServer server;
    private PcpClient client;

    @BeforeEach
    void start() throws IOException {
        server = new PcpServer();
        client = client("a key");
    }

    @AfterEach
    void end() throws InterruptedException {
        server.close();
    }

    @Test
    void aGrantHasThePortThatTheRouterGave() throws Exception {
        server.thenAnswer(0, 1200, 40_007);
        Grant grant = client.map(GATEWAY, MAPPING, LONG).grant();
        assertThat(grant.externalPort()).isEqualTo(40_007);
        assertThat(grant.leaseSeconds()).isEqualTo(1200);
        assertThat(grant.router().protocol()).isEqualTo("PCP");
        assertThat(grant.router().location()).isEqualTo("127.0.0.1");
        assertThat(grant.router().externalIp()).isEqualTo("11.51.100.3");
        assertThat(server.requests.get(0).slice(8, 24).toHex()).isEqualTo("00000000000000000000ffff7f000001");
    }

    @Test
    void itIsAskedAgainUntilItAnswers() throws Exception {
        server.thenNothing();
        server.thenNothing();
        server.thenAnswer(0, 1200, 40_000);
        assertThat(client.map(GATEWAY, MAPPING, LONG).grant()).isNotNull();
        assertThat(server.requests).hasSize(3).allMatch(server.requests.get(0)::equals);
    }

    @Test
    void silenceEndsInTime() throws Exception {
        server.thenNothing();
        assertThat(client.map(GATEWAY, MAPPING, SHORT)).isEqualTo(none("no router answers to PCP"));
        assertThat(server.requests).isNotEmpty();
    }

    @Test
    void aHostThatHasNoSuchPortIsNotWaitedFor() throws Exception {
        server.close();
        long begin = System.nanoTime();
        assertThat(client.map(GATEWAY, MAPPING, LONG)).isEqualTo(none("no router answers to PCP"));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(LONG);
    }

    @Test
    void othersAreNotListenedTo() throws Exception {
        try (DatagramSocket other = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            server.then((request, from) -> {
                Bytes spoofed = PcpServer.answer(request, 0, 1200, 666);
                other.send(new DatagramPacket(spoofed.toArray(), spoofed.size(), from));
            });
            server.thenAnswer(0, 1200, 40_000);
            assertThat(client.map(GATEWAY, MAPPING, LONG).grant().externalPort())
                    .isEqualTo(40_000);
        }
    }

    @Test
    void whatIsNoAnswerIsNotOne() throws Exception {
        server.then((request, from) -> {
            server.send(Bytes.copyOf(new byte[1400]), from);
            server.send(Bytes.EMPTY, from);
            byte[] otherNonce = PcpServer.answer(request, 0, 1200, 666).toArray();
            otherNonce[24]++;
            server.send(Bytes.copyOf(otherNonce), from);
            server.send(PcpServer.answer(request, 0, 1200, 40_000), from);
        });
        assertThat(client.map(GATEWAY, MAPPING, LONG).grant().externalPort()).isEqualTo(40_000);
        assertThat(server.requests).hasSize(1);
    }

    @Test
    void refusalsSayWhy() throws Exception {
        server.thenAnswer(2, 1800, 40_000);
        assertThat(client.map(GATEWAY, MAPPING, LONG))
                .isEqualTo(Answer.failed(Failure.REFUSED, "the router refused, by PCP: not authorized"));
        server.thenAnswer(12, 1800, 40_000);
        assertThat(client.map(GATEWAY, MAPPING, LONG).reason()).endsWith("there is another router in between");
        server.thenAnswer(200, 30, 40_000);
        assertThat(client.map(GATEWAY, MAPPING, LONG).reason()).endsWith("result 200");
        server.thenAnswer(11, 30, 40_000);
        assertThat(client.map(GATEWAY, MAPPING, LONG).failure()).isEqualTo(Failure.CONFLICT);
    }

    @Test
    void aRouterWithNatPmpOnlyDoesNotSpeakIt() throws Exception {
        server.then((request, from) -> server.send(Bytes.ofHex("0081000100000010"), from));
        assertThat(client.map(GATEWAY, MAPPING, LONG)).isEqualTo(none("the router does not speak PCP"));
        assertThat(server.requests).hasSize(1);
    }

    @Test
    void aMappingWithoutPortOrTimeIsNone() throws Exception {
        server.thenAnswer(0, 1200, 0);
        assertThat(client.map(GATEWAY, MAPPING, LONG).failure()).isEqualTo(Failure.REFUSED);
        server.thenAnswer(0, 0, 40_000);
        assertThat(client.map(GATEWAY, MAPPING, LONG).grant()).isNull();
    }

    @Test
    void nothingIsBelievedForMoreThanADay() throws Exception {
        server.thenAnswer(0, -1, 40_000);
        assertThat(client.map(GATEWAY, MAPPING, LONG).grant().leaseSeconds()).isEqualTo(86_400);
    }

    @Test
    void whoKnowsTheKeyHasTheSameNonceAgainAndNobodyElse() throws Exception {
        server.thenAnswer(0, 1200, 40_000);
        client.map(GATEWAY, MAPPING, LONG);
        client("a key").map(GATEWAY, new PortMapping(1194, Transport.TCP4, 40_001, 600), LONG);
        client("a key").unmap(GATEWAY, MAPPING, LONG);
        client("another").map(GATEWAY, MAPPING, LONG);
        client.map(GATEWAY, new PortMapping(1194, Transport.UDP, 40_000, 1500), LONG);
        client.map(GATEWAY, new PortMapping(1195, Transport.TCP, 40_000, 1500), LONG);
        assertThat(nonce(1)).isEqualTo(nonce(0));
        assertThat(nonce(2)).isEqualTo(nonce(0));
        assertThat(server.requests.stream().map(PcpClientTest::nonce).distinct())
                .hasSize(4);
    }

    @Test
    void aMappingIsRemovedByAskingForNoTime() throws Exception {
        server.thenAnswer(0, 0, 40_000);
        client.unmap(GATEWAY, MAPPING, LONG);
        assertThat(server.requests.get(0).slice(4, 8).toHex()).isEqualTo("00000000");
        assertThat(server.requests.get(0).slice(42, 44).toHex()).isEqualTo("0000");
        assertThat(server.requests).hasSize(1);
    }

    @Test
    void waitingCanBeInterrupted() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        server.then((request, from) -> asked.countDown());
        Thread waiting = Thread.currentThread();
        Thread interrupter = new Thread(() -> {
            try {
                asked.await();
                waiting.interrupt();
            } catch (InterruptedException e) {
                // The test failed.
            }
        });
        interrupter.start();
        assertThatThrownBy(() -> client.map(GATEWAY, MAPPING, LONG)).isInstanceOf(InterruptedException.class);
        interrupter.join();
    }

    private PcpClient client(String key) {
        return new PcpClient(secrets(key), server.port());
    }

    /** Not secret, but different for each key and purpose. */
    static Function<String, Bytes> secrets(String key) {
        return purpose ->
                Bytes.ofHex(String.format("%08x", (key + purpose).hashCode()).repeat(8));
    }

    private static Answer none(String reason) {
        return Answer.failed(Failure.NO_ROUTER, reason);
    }

    private Bytes nonce(int request) {
        return nonce(server.requests.get(request));
    }

    private static Bytes nonce(Bytes request) {
        return request.slice(24, 36);
    }
}
