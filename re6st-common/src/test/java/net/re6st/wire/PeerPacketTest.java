package net.re6st.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import net.re6st.net.Bytes;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;

class PeerPacketTest {
    private static final Bytes DIGEST = Bytes.ofHex("000102030405060708090a0b0c0d0e0f10111213");
    private static final Bytes DER = Bytes.ofHex("308202ba");

    @Test
    void aCertificateAloneHasNumber0() {
        PeerPacket packet = new PeerPacket.Hello0(DER);
        assertThat(packet.encode().toHex()).isEqualTo("00000000" + "308202ba");
        assertThat(PeerPacket.decode(packet.encode())).contains(packet);
    }

    @Test
    void whoeverKnowsTheReceiverSaysSoWithItsFingerprint() {
        PeerPacket.Recognition packet = PeerPacket.Recognition.of(10, DIGEST, DER);
        assertThat(packet.encode().toHex()).isEqualTo("00000001" + "0a" + DIGEST.toHex() + "308202ba");
        assertThat(PeerPacket.decode(packet.encode())).contains(packet);
        assertThat(packet.withProtocol()).contains(new PeerPacket.Recognition.Reading(10, DIGEST, DER));
    }

    @Test
    void aPacketWithoutProtocolCanBeReadAgain() {
        PeerPacket.Recognition packet = new PeerPacket.Recognition(DIGEST.plus(DER));
        assertThat(packet.withProtocol())
                .contains(new PeerPacket.Recognition.Reading(0, DIGEST.from(1).plus(DER.slice(0, 1)), DER.from(1)));
        assertThat(packet.withoutProtocol())
                .contains(new PeerPacket.Recognition.Reading(PeerPacket.NO_PROTOCOL, DIGEST, DER));
    }

    @Test
    void aRecognitionWithoutCertificateHasNoReading() {
        PeerPacket.Recognition packet = new PeerPacket.Recognition(DIGEST);
        assertThat(packet.withProtocol()).isEmpty();
        assertThat(packet.withoutProtocol()).isEmpty();
        assertThat(new PeerPacket.Recognition(DIGEST.plus(Bytes.copyOf((byte) 1))).withProtocol())
                .isEmpty();
        assertThat(new PeerPacket.Recognition(Bytes.ofHex("ff")).withProtocol()).isEmpty();
    }

    @Test
    void aHelloIsSplitInTheMiddle() {
        PeerPacket packet = new PeerPacket.Hello(10, Bytes.ofHex("a1a2"), Bytes.ofHex("b1b2"));
        assertThat(packet.encode().toHex()).isEqualTo("00000002" + "0a" + "a1a2" + "b1b2");
        assertThat(PeerPacket.decode(packet.encode())).contains(packet);
        assertThat(new PeerPacket.Hello(PeerPacket.NO_PROTOCOL, Bytes.ofHex("a1"), Bytes.ofHex("b1"))
                        .encode()
                        .toHex())
                .isEqualTo("00000002" + "a1" + "b1");
        assertThat(PeerPacket.decode(Bytes.ofHex("00000002" + "0a" + "a1a2b1"))).isEmpty();
        assertThat(PeerPacket.decode(Bytes.ofHex("00000002" + "0a"))).isEmpty();
        assertThat(PeerPacket.decode(Bytes.ofHex("00000002" + "ff"))).isEmpty();
        // With keys of different sizes the receiver splits at another place: it will find the signature wrong.
        assertThat(PeerPacket.decode(new PeerPacket.Hello(10, DER, DER.plus(DER)).encode()))
                .contains(new PeerPacket.Hello(
                        10, DER.plus(DER.slice(0, 2)), DER.from(2).plus(DER)));
    }

    @Test
    void aSessionPacketEndsWithItsHmac() {
        PeerPacket.Session packet = new PeerPacket.Session(0xffffffffL, Bytes.ofHex("04"), DIGEST);
        assertThat(packet.encode().toHex()).isEqualTo("ffffffff" + "04" + DIGEST.toHex());
        assertThat(packet.authenticated().toHex()).isEqualTo("ffffffff" + "04");
        assertThat(PeerPacket.decode(packet.encode())).contains(packet);
        assertThat(PeerPacket.decode(Bytes.ofHex("00000003").plus(DIGEST)))
                .contains(new PeerPacket.Session(3, Bytes.EMPTY, DIGEST));
        assertThat(PeerPacket.decode(Bytes.ofHex("00000003").plus(DIGEST.from(1))))
                .isEmpty();
    }

    @Test
    void tooShortOrTooLongDatagramsAreNotValid() {
        assertThat(PeerPacket.decode(Bytes.EMPTY)).isEmpty();
        assertThat(PeerPacket.decode(Bytes.ofHex("00000000"))).isEmpty();
        assertThat(PeerPacket.decode(Bytes.copyOf(new byte[Protocol.MAX_DATAGRAM + 1])))
                .isEmpty();
    }

    @Test
    void anyDatagramIsReadOrDropped() {
        Seeds.forEach(20_000, (seed, random) -> {
            byte[] datagram = new byte[random.nextInt(random.nextInt(10) == 0 ? 2000 : 64)];
            random.nextBytes(datagram);
            for (int i = 0; i < Math.min(4, datagram.length) && random.nextInt(4) != 0; i++) {
                datagram[i] = i == 3 ? (byte) random.nextInt(4) : 0;
            }
            Bytes bytes = Bytes.copyOf(datagram);
            Optional<PeerPacket> packet = PeerPacket.decode(bytes);
            packet.ifPresent(p -> assertSameBytes(p, bytes));
        });
    }

    private static void assertSameBytes(PeerPacket packet, Bytes datagram) {
        assertThat(packet.encode()).isEqualTo(datagram);
        if (packet instanceof PeerPacket.Recognition recognition) {
            recognition.withProtocol().ifPresent(r -> assertThat(
                            PeerPacket.Recognition.of(r.protocol(), r.fingerprint(), r.certificate()))
                    .isEqualTo(recognition));
            recognition.withoutProtocol().ifPresent(r -> assertThat(
                            r.fingerprint().plus(r.certificate()))
                    .isEqualTo(recognition.body()));
        } else if (packet instanceof PeerPacket.Session session) {
            PeerMessage.decode(session.message())
                    .ifPresent(m -> assertThat(m.encode()).isEqualTo(session.message()));
        }
    }
}
