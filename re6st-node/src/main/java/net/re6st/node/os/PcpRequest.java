package net.re6st.node.os;

import java.nio.ByteBuffer;
import java.util.Optional;
import net.re6st.core.port.PortMapping;
import net.re6st.net.Bytes;
import net.re6st.net.Ip4;

/**
 * What the router is asked for by PCP (RFC 6887), the opcode MAP with IPv4, and what its answer says. Pure.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+---------------+---------------+
 * | version 2     |R| opcode 1    | 0             | 0, or result  |  0
 * +---------------+---------------+---------------+---------------+
 * | lifetime in seconds                                           |  4
 * +---------------------------------------------------------------+
 * | request: our address, 16 bytes                                |  8
 * | answer: epoch in seconds (4 bytes), 0 (12 bytes)              |
 * +---------------------------------------------------------------+
 * | nonce, 12 bytes                                               | 24
 * +---------------+-----------------------------------------------+
 * | 6 TCP, 17 UDP | 0                                             | 36
 * +---------------+---------------+-------------------------------+
 * | our port                      | external port                 | 40
 * +-------------------------------+-------------------------------+
 * | external address, 16 bytes                                    | 44
 * +---------------------------------------------------------------+
 * </pre>
 *
 * <p>IPv4 addresses are IPv6-mapped ones. R is set in answers, which may have options behind. A mapping belongs to whoever
 * knows its nonce: only with that it is renewed or removed.
 *
 * @param lifetimeSeconds 0: the mapping is removed
 */
record PcpRequest(Ip4 client, Bytes nonce, boolean tcp, int port, int externalPort, int lifetimeSeconds) {
    static final int NONCE_BYTES = 12;
    static final int MAX_BYTES = 1100;

    private static final int VERSION = 2;
    private static final int MAP = 1;
    private static final int RESPONSE_BIT = 0x80;
    private static final int MAP_BYTES = 60;
    private static final int NONCE_AT = 24;
    private static final int PROTOCOL_AT = 36;
    private static final int PORT_AT = 40;
    private static final int EXTERNAL_PORT_AT = 42;
    private static final int EXTERNAL_IP_AT = 44;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int UNSUPPORTED_VERSION = 1;
    private static final Ip4 ANY = new Ip4(0);

    PcpRequest {
        if (nonce.size() != NONCE_BYTES) {
            throw new IllegalArgumentException("a nonce of " + nonce.size() + " bytes");
        }
    }

    static PcpRequest map(Ip4 client, Bytes nonce, PortMapping mapping) {
        boolean tcp = mapping.transport().isTcp();
        return new PcpRequest(client, nonce, tcp, mapping.port(), mapping.externalPort(), mapping.leaseSeconds());
    }

    static PcpRequest unmap(Ip4 client, Bytes nonce, PortMapping mapping) {
        return new PcpRequest(client, nonce, mapping.transport().isTcp(), mapping.port(), 0, 0);
    }

    /**
     * What a router said.
     *
     * @param lifetimeSeconds of the mapping; of a failure, how long it is expected to last
     * @param epochSeconds how long the router has known its mappings
     */
    record Answer(int result, long lifetimeSeconds, long epochSeconds, int externalPort, Ip4 externalIp) {
        static final int SUCCESS = 0;

        /** The router has another version, NAT-PMP most likely. Such answers end before the other fields. */
        private static Answer ofOtherVersion() {
            return new Answer(UNSUPPORTED_VERSION, 0, 0, 0, ANY);
        }

        boolean isOtherProtocol() {
            return result == UNSUPPORTED_VERSION;
        }
    }

    Bytes encode() {
        ByteBuffer packet = ByteBuffer.allocate(MAP_BYTES);
        packet.put((byte) VERSION).put((byte) MAP).putShort((short) 0).putInt(lifetimeSeconds);
        packet.put(mapped(client)).put(nonce.toBuffer());
        packet.putInt((tcp ? TCP : UDP) << 24);
        packet.putShort((short) port).putShort((short) externalPort);
        packet.put(mapped(ANY));
        return Bytes.copyOf(packet.array());
    }

    /** Reads what came back; empty unless it answers just this request. */
    Optional<Answer> answer(Bytes datagram) {
        int size = datagram.size();
        if (size < 4 || size > MAX_BYTES || datagram.unsignedAt(1) != (RESPONSE_BIT | MAP)) {
            return Optional.empty();
        }
        int result = datagram.unsignedAt(3);
        if (result == UNSUPPORTED_VERSION) {
            return Optional.of(Answer.ofOtherVersion());
        }
        if (datagram.unsignedAt(0) != VERSION || size < MAP_BYTES || size % 4 != 0 || !concerns(datagram)) {
            return Optional.empty();
        }
        ByteBuffer packet = datagram.toBuffer();
        Optional<Ip4> externalIp = unmapped(datagram.slice(EXTERNAL_IP_AT, MAP_BYTES));
        if (externalIp.isEmpty() && result == Answer.SUCCESS) {
            return Optional.empty();
        }
        return Optional.of(new Answer(
                result,
                Integer.toUnsignedLong(packet.getInt(4)),
                Integer.toUnsignedLong(packet.getInt(8)),
                Short.toUnsignedInt(packet.getShort(EXTERNAL_PORT_AT)),
                externalIp.orElse(ANY)));
    }

    private boolean concerns(Bytes datagram) {
        return datagram.slice(NONCE_AT, PROTOCOL_AT).equals(nonce)
                && datagram.unsignedAt(PROTOCOL_AT) == (tcp ? TCP : UDP)
                && (datagram.unsignedAt(PORT_AT) << 8 | datagram.unsignedAt(PORT_AT + 1)) == port;
    }

    private static byte[] mapped(Ip4 address) {
        return ByteBuffer.allocate(16)
                .putLong(0)
                .putInt(0xffff)
                .putInt(address.value())
                .array();
    }

    private static Optional<Ip4> unmapped(Bytes address) {
        Ip4 last = new Ip4(address.toBuffer().getInt(12));
        return Bytes.copyOf(mapped(last)).equals(address) ? Optional.of(last) : Optional.empty();
    }
}
