package net.re6st.wire;

import java.nio.ByteBuffer;
import java.util.Optional;
import net.re6st.net.Bytes;

/**
 * A datagram between two nodes, UDP port 326. Signatures, secrets and certificates are opaque here.
 *
 * <pre>
 * +----------------+----------------------------------------------------------+
 * | sequence number| body                                                     |
 * | 32, big-endian |                                                          |
 * +----------------+----------------------------------------------------------+
 *   0  Hello0        sender's certificate (DER)
 *   1  Recognition   packed protocol | SHA-1 of receiver's certificate | sender's certificate (DER)
 *   2  Hello         packed protocol | sealed secret | signature of it, of the same length
 *   3.. Session      message | HMAC-SHA1(secret, sequence number + message)
 * </pre>
 */
public sealed interface PeerPacket {
    /** Stands for the protocol of a peer that never said which it speaks. */
    long NO_PROTOCOL = -1;

    /** Bytes of the sequence number: a datagram that is not longer means nothing. */
    int HEADER_SIZE = 4;

    Bytes encode();

    /** Reads a datagram; empty if it is none of the four kinds. */
    static Optional<PeerPacket> decode(Bytes datagram) {
        if (datagram.size() <= HEADER_SIZE || datagram.size() > Protocol.MAX_DATAGRAM) {
            return Optional.empty();
        }
        long sequenceNumber = Integer.toUnsignedLong(datagram.toBuffer().getInt());
        Bytes body = datagram.from(HEADER_SIZE);
        if (sequenceNumber == Hello0.NUMBER) {
            return Optional.of(new Hello0(body));
        } else if (sequenceNumber == Recognition.NUMBER) {
            return Optional.of(new Recognition(body));
        } else if (sequenceNumber == Hello.NUMBER) {
            return Hello.decodeBody(body);
        }
        return Session.decodeBody(sequenceNumber, body);
    }

    private static Bytes header(long sequenceNumber) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_SIZE).putInt((int) sequenceNumber);
        return Bytes.copyOf(header.array());
    }

    /** Opens a session with a peer whose certificate is not known. */
    record Hello0(Bytes certificate) implements PeerPacket {
        static final int NUMBER = 0;

        @Override
        public Bytes encode() {
            return header(NUMBER).plus(certificate);
        }
    }

    /**
     * Opens a session with a peer whose certificate is known.
     *
     * <p>Compat: a peer of protocol 0 leaves the protocol out, and its fingerprint may look like one. Only the certificate
     * tells which is meant: read {@link #withProtocol}, and if that certificate is not acceptable {@link #withoutProtocol}.
     */
    record Recognition(Bytes body) implements PeerPacket {
        static final int NUMBER = 1;

        /** Throws {@link IllegalArgumentException} if the protocol can't be encoded. */
        public static Recognition of(long protocol, Bytes fingerprint, Bytes certificate) {
            return new Recognition(
                    PackedInteger.encode(protocol).plus(fingerprint).plus(certificate));
        }

        public Optional<Reading> withProtocol() {
            return PackedInteger.decode(body, 0).flatMap(p -> read(p.value(), p.size()));
        }

        public Optional<Reading> withoutProtocol() {
            return read(NO_PROTOCOL, 0);
        }

        private Optional<Reading> read(long protocol, int offset) {
            int certificate = offset + Protocol.DIGEST_SIZE;
            if (body.size() <= certificate) {
                return Optional.empty();
            }
            return Optional.of(new Reading(protocol, body.slice(offset, certificate), body.from(certificate)));
        }

        @Override
        public Bytes encode() {
            return header(NUMBER).plus(body);
        }

        /**
         * One way to understand the packet.
         *
         * @param protocol of the sender, or {@link PeerPacket#NO_PROTOCOL}
         * @param fingerprint of the receiver's certificate as the sender knows it
         */
        public record Reading(long protocol, Bytes fingerprint, Bytes certificate) {}
    }

    /**
     * Gives the peer the secret of a session.
     *
     * @param protocol of the sender, or {@link PeerPacket#NO_PROTOCOL} for a receiver that never gave one
     * @param sealed the secret, encrypted for the receiver
     * @param signature the sender's signature of {@code sealed}; the receiver expects the same length, so nodes with keys of
     *     different sizes don't understand each other
     */
    record Hello(long protocol, Bytes sealed, Bytes signature) implements PeerPacket {
        static final int NUMBER = 2;

        private static Optional<PeerPacket> decodeBody(Bytes body) {
            return PackedInteger.decode(body, 0).flatMap(protocol -> {
                int rest = body.size() - protocol.size();
                int middle = protocol.size() + rest / 2;
                return rest == 0 || rest % 2 != 0
                        ? Optional.empty()
                        : Optional.of(
                                new Hello(protocol.value(), body.slice(protocol.size(), middle), body.from(middle)));
            });
        }

        @Override
        public Bytes encode() {
            Bytes header = header(NUMBER);
            Bytes start = protocol == NO_PROTOCOL ? header : header.plus(PackedInteger.encode(protocol));
            return start.plus(sealed).plus(signature);
        }
    }

    /** A message inside a session, maybe empty, with its proof. */
    record Session(long sequenceNumber, Bytes message, Bytes hmac) implements PeerPacket {
        public Session {
            if (sequenceNumber < Protocol.FIRST_SEQUENCE_NUMBER || sequenceNumber > Protocol.MAX_SEQUENCE_NUMBER) {
                throw new IllegalArgumentException("sequence number " + sequenceNumber);
            }
        }

        /** What the HMAC of such a packet is made of. */
        public static Bytes authenticated(long sequenceNumber, Bytes message) {
            return header(sequenceNumber).plus(message);
        }

        private static Optional<PeerPacket> decodeBody(long sequenceNumber, Bytes body) {
            int end = body.size() - Protocol.DIGEST_SIZE;
            return end < 0
                    ? Optional.empty()
                    : Optional.of(new Session(sequenceNumber, body.slice(0, end), body.from(end)));
        }

        /** What {@link #hmac} must be the HMAC of. */
        public Bytes authenticated() {
            return authenticated(sequenceNumber, message);
        }

        @Override
        public Bytes encode() {
            return authenticated().plus(hmac);
        }
    }
}
