package net.re6st.babel;

import java.nio.ByteBuffer;
import net.re6st.net.Bytes;

/**
 * What goes both ways over {@code babeld.sock}, after one byte 1 from the client.
 *
 * <pre>
 * +-----------+----------------+------+
 * | type (16) | length (32)    | body |     big-endian
 * +-----------+----------------+------+
 *   1 dump             request: sections, one byte          answer: a {@link BabelDump}
 *   2 cost multiplier  request: see {@link BabelRequest}    answer: flags, one byte
 * </pre>
 */
public record BabelPacket(int type, Bytes body) {
    public static final int DUMP = 1;
    public static final int COST_MULTIPLIER = 2;

    /** Opens a connection. */
    public static final byte GREETING = 1;

    static final int HEADER_SIZE = 6;

    /** The answer to a request to change a cost. */
    public static BabelPacket flags(int flags) {
        return new BabelPacket(COST_MULTIPLIER, Bytes.copyOf((byte) flags));
    }

    public Bytes encode() {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_SIZE + body.size());
        bytes.putShort((short) type).putInt(body.size()).put(body.toBuffer());
        return Bytes.copyOf(bytes.array());
    }
}
