package net.re6st.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import net.re6st.core.port.PeerChannel.Source;
import net.re6st.crypto.Secret;
import net.re6st.net.Bytes;
import net.re6st.net.Ip6;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.testing.Seeds;
import net.re6st.wire.PeerPacket;
import org.junit.jupiter.api.Test;

class DatagramFuzzTest {
    private static final Prefix PEER = Prefix.ofBits("0000000000000111");
    private static final Source FROM_PEER =
            new Source(TestNode.NETWORK.subnet(PEER).mainAddress(), 326);
    private static final Source LOCAL = new Source(Ip6.LOOPBACK, 40000);

    /** A live node with a session, and what it needs. */
    private static final class Live {
        final RecordedPorts ports = new RecordedPorts();
        final FakeCryptography cryptography = new FakeCryptography();
        final Node node;
        final Secret secret;
        Moment now = TestNode.START.plus(Duration.ofSeconds(1));
        long sequence = 2;

        Live() {
            TestNode test = new TestNode();
            node = test.create(ports.with(cryptography), TestNode.START);
            node.start(new TreeMap<>(), "", TestNode.START);
            Bytes certificate = TestNode.certificate(PEER, 9);
            Bytes ours = node.context().identity.fingerprint();
            send(FROM_PEER, PeerPacket.Recognition.of(10, ours, certificate).encode());
            secret = node.sessions().get(PEER).orElseThrow().secret().orElseThrow();
            session(Bytes.copyOf((byte) 4));
            assertThat(node.sessions().isConnected(PEER, now)).isTrue();
        }

        void send(Source source, Bytes datagram) {
            node.onDatagram(source, datagram, now);
            cryptography.deliver(node, now);
        }

        void session(Bytes message) {
            sequence++;
            Bytes mac = secret.mac(PeerPacket.Session.authenticated(sequence, message));
            send(FROM_PEER, new PeerPacket.Session(sequence, message, mac).encode());
        }

        void assertBounded() {
            assertThat(node.sessions().pendingCount()).isLessThanOrEqualTo(PeerSessions.MAX_PENDING);
            assertThat(node.sessions().all()).hasSizeLessThanOrEqualTo(PeerSessions.MAX_PEERS);
            assertThat(node.cache().size()).isLessThanOrEqualTo(PeerCache.MAX_PEERS);
            ports.take();
            ports.takeSent();
        }
    }

    @Test
    void survivesAnyDatagramOfOtherNodes() {
        Seeds.forEach(20, (seed, random) -> {
            Live live = new Live();
            for (int i = 0; i < 600; i++) {
                Source source = random.nextBoolean() ? FROM_PEER : anywhere(random);
                live.send(source, datagram(random));
                live.now = live.now.plus(Duration.ofMillis(random.nextInt(2000)));
            }
            live.assertBounded();
        });
    }

    @Test
    void survivesAnyMessageOfAPeer() {
        Seeds.forEach(20, (seed, random) -> {
            Live live = new Live();
            for (int i = 0; i < 600; i++) {
                Bytes code = Bytes.copyOf((byte) (random.nextInt(9) | (random.nextInt(4) == 0 ? 0x80 : 0)));
                live.session(code.plus(payload(random)));
                live.now = live.now.plus(Duration.ofMillis(random.nextInt(100)));
                if (live.now.hasReached(live.node.nextDeadlineNanos())) {
                    live.node.onTimer(live.now);
                }
            }
            assertThat(live.node.sessions().get(PEER).orElseThrow().lastReceived())
                    .isEqualTo(live.sequence);
            live.assertBounded();
        });
    }

    @Test
    void survivesAnyLocalDatagram() {
        Seeds.forEach(20, (seed, random) -> {
            Live live = new Live();
            for (int i = 0; i < 600; i++) {
                live.send(LOCAL, local(random));
                live.now = live.now.plus(Duration.ofMillis(random.nextInt(100)));
            }
            live.assertBounded();
        });
    }

    private static Source anywhere(RandomGenerator random) {
        long high = TestNode.NETWORK.address().high() | random.nextInt(1 << 16);
        return new Source(new Ip6(random.nextInt(10) == 0 ? random.nextLong() : high, random.nextLong()), 326);
    }

    private static Bytes datagram(RandomGenerator random) {
        Bytes head = Bytes.copyOf((byte) 0, (byte) 0, (byte) 0, (byte) random.nextInt(5));
        Bytes body =
                switch (random.nextInt(4)) {
                    case 0 -> bytes(random, 60);
                    case 1 -> TestNode.certificate(PEER, random.nextInt(20)).plus(bytes(random, random.nextInt(3)));
                    case 2 -> bytes(random, 22).plus(TestNode.certificate(Prefix.ofBits("000"), 3));
                    default -> bytes(random, 2000);
                };
        Bytes whole = random.nextInt(10) == 0 ? bytes(random, 6) : head.plus(body);
        return whole.slice(0, random.nextInt(8) == 0 ? random.nextInt(whole.size() + 1) : whole.size());
    }

    private static Bytes payload(RandomGenerator random) {
        return switch (random.nextInt(5)) {
            case 0 -> Bytes.EMPTY;
            case 1 -> bytes(random, 40);
            case 2 -> Bytes.ofLatin1("192.0.2." + random.nextInt(256) + ",1194,udp;x;,;127.0.0.1,1,tcp");
            case 3 -> TestNode.version(random.nextInt(3));
            default -> Bytes.copyOf((byte) 0xff, (byte) random.nextInt());
        };
    }

    private static Bytes local(RandomGenerator random) {
        StringBuilder prefix = new StringBuilder();
        int length = random.nextInt(140);
        for (int i = 0; i < length; i++) {
            prefix.append(random.nextInt(100) == 0 ? '2' : random.nextBoolean() ? '1' : '0');
        }
        String text = random.nextInt(4) == 0 ? "0000000000000101" : prefix.toString();
        return random.nextInt(6) == 0
                ? bytes(random, 30)
                : Bytes.ofLatin1(text + '\0').plus(bytes(random, 3));
    }

    private static Bytes bytes(RandomGenerator random, int atMost) {
        byte[] bytes = new byte[random.nextInt(atMost + 1)];
        random.nextBytes(bytes);
        return Bytes.copyOf(bytes);
    }

    // The ways to end or poison the original

    @Test
    void aCertificateWithTrailingBytesIsIgnored() {
        Live live = new Live();
        Prefix other = Prefix.ofBits("0000000000001111");
        Source source = new Source(TestNode.NETWORK.subnet(other).mainAddress(), 326);
        int calls = live.cryptography.calls;
        live.send(source, new PeerPacket.Hello0(TestNode.certificate(other, 3).plus(Bytes.copyOf((byte) 0))).encode());
        assertThat(live.cryptography.calls).isEqualTo(calls);
        assertThat(live.node.sessions().get(other)).isEmpty();
        live.send(source, new PeerPacket.Hello0(TestNode.certificate(other, 3)).encode());
        assertThat(live.node.sessions().get(other)).isPresent();
    }

    @Test
    void addressesThatAreNoUtf8AreIgnored() {
        Live live = new Live();
        live.session(Bytes.copyOf((byte) 1, (byte) 0xff, (byte) 0xfe));
        assertThat(live.node.cache().contains(PEER)).isFalse();
    }

    @Test
    void addressesWithoutACommaAreNotRemembered() {
        Live live = new Live();
        live.session(Bytes.ofLatin1("\1junk;;more junk"));
        assertThat(live.node.cache().contains(PEER)).isFalse();
        assertThat(live.ports.calls).noneMatch(call -> call.startsWith("store.putPeer"));
    }

    @Test
    void aSecretThatCantBeOpenedIsIgnored() {
        Live live = new Live();
        Bytes junk = Bytes.ofLatin1("12345678901234567890");
        live.send(FROM_PEER, new PeerPacket.Hello(10, junk, junk).encode());
        assertThat(live.node.sessions().get(PEER).orElseThrow().secret()).contains(live.secret);
    }

    @Test
    void localDatagramsAboutImpossiblePrefixesAreIgnored() {
        Live live = new Live();
        int known = live.node.sessions().all().size();
        for (String prefix : new String[] {"-1", " 1", "0b1", "1".repeat(81), "0".repeat(128), ""}) {
            live.send(LOCAL, Bytes.ofLatin1(prefix + "\0\1"));
        }
        assertThat(live.node.sessions().all()).hasSize(known);
    }

    @Test
    void cachedJunkIsRemovedAndDoesNotStopTheStart() {
        RecordedPorts ports = new RecordedPorts();
        Node node = new TestNode().create(ports.with(new FakeCryptography()), TestNode.START);
        TreeMap<Prefix, String> cached = new TreeMap<>();
        cached.put(PEER, "junk");
        cached.put(Prefix.ofBits("1".repeat(120)), "192.0.2.1,1194,udp");
        cached.put(Prefix.ofBits("0000000000000001"), "");
        cached.put(Prefix.ofBits("0000000000000010"), "192.0.2.1,99999,sctp;192.0.2.7,1194,tcp");
        node.start(cached, "own junk", TestNode.START);
        assertThat(node.cache().size()).isEqualTo(1);
        assertThat(ports.calls).contains("tunnels.dial re6stnet1 192.0.2.7,1194,tcp 2/16");
    }

    @Test
    void manyCertificatesOfOneSourceCostABoundedNumberOfOperations() {
        Live live = new Live();
        int calls = live.cryptography.calls;
        for (int i = 0; i < 10_000; i++) {
            live.send(FROM_PEER, new PeerPacket.Hello0(TestNode.certificate(PEER, 100 + i)).encode());
        }
        assertThat(live.cryptography.calls - calls).isLessThan(100);
        assertThat(live.node.sessions().all()).hasSize(1);
    }
}
