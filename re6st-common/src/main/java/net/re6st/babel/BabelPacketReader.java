package net.re6st.babel;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import net.re6st.net.Bytes;

/** Cuts what comes from a connection to {@code babeld.sock}, in pieces of any size, into packets. One per connection. */
public final class BabelPacketReader {
    /** Enough for the requests that there are. */
    public static final int MAX_REQUEST = 64;

    /** Enough for a dump with as many routes as its count can say. */
    public static final int MAX_ANSWER = 16 << 20;

    private static final int FIRST_SIZE = 512;

    private final int maxBody;
    private boolean greetingMissing;
    private boolean broken;
    private byte[] pending = new byte[FIRST_SIZE];
    private int size;

    private BabelPacketReader(int maxBody, boolean greetingMissing) {
        this.maxBody = maxBody;
        this.greetingMissing = greetingMissing;
    }

    /** For a server: expects the greeting, then requests. */
    public static BabelPacketReader ofRequests() {
        return new BabelPacketReader(MAX_REQUEST, true);
    }

    /** For a client. */
    public static BabelPacketReader ofAnswers() {
        return new BabelPacketReader(MAX_ANSWER, false);
    }

    /**
     * Takes in all of {@code input} and hands every packet that is complete to {@code sink}.
     *
     * @return false if this is no such conversation: the connection is of no more use
     */
    public boolean read(ByteBuffer input, Consumer<BabelPacket> sink) {
        if (greetingMissing && input.hasRemaining()) {
            greetingMissing = false;
            broken = input.get() != BabelPacket.GREETING;
        }
        while (!broken && input.hasRemaining()) {
            int missing = BabelPacket.HEADER_SIZE - size;
            if (missing > 0) {
                take(input, missing);
            } else {
                take(input, bodySize() - (size - BabelPacket.HEADER_SIZE));
            }
            if (size >= BabelPacket.HEADER_SIZE) {
                broken = bodySize() < 0 || bodySize() > maxBody;
                if (!broken && size == BabelPacket.HEADER_SIZE + bodySize()) {
                    sink.accept(new BabelPacket(type(), Bytes.copyOf(pending, BabelPacket.HEADER_SIZE, size)));
                    size = 0;
                    // A connection lives for long and asks seldom.
                    pending = pending.length > FIRST_SIZE ? new byte[FIRST_SIZE] : pending;
                }
            }
        }
        input.position(input.limit());
        return !broken;
    }

    /** Grows with what really came: a length alone costs no memory. */
    private void take(ByteBuffer input, int wanted) {
        int count = Math.min(wanted, input.remaining());
        if (size + count > pending.length) {
            pending = Arrays.copyOf(pending, Math.max(size + count, pending.length * 2));
        }
        input.get(pending, size, count);
        size += count;
    }

    private int type() {
        return ByteBuffer.wrap(pending).getShort() & 0xffff;
    }

    private int bodySize() {
        return ByteBuffer.wrap(pending).getInt(2);
    }
}
