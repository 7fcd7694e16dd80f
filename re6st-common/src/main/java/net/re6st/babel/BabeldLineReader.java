package net.re6st.babel;

import java.nio.ByteBuffer;

/** Cuts a stream of bytes into lines without keeping or copying them as texts; longer ones than the limit are dropped. */
public final class BabeldLineReader {
    public static final int MAX_LINE_BYTES = 1024;

    private final byte[] line = new byte[MAX_LINE_BYTES];
    private int length;
    private boolean tooLong;
    private long dropped;

    /** What is done with a line; it is only valid during the call. */
    @FunctionalInterface
    public interface Sink {
        void line(byte[] bytes, int length);
    }

    /** Consumes all of {@code input}. */
    public void read(ByteBuffer input, Sink sink) {
        while (input.hasRemaining()) {
            byte b = input.get();
            if (b == '\n') {
                if (tooLong) {
                    dropped++;
                } else {
                    sink.line(line, length);
                }
                length = 0;
                tooLong = false;
            } else if (length < MAX_LINE_BYTES) {
                line[length++] = b;
            } else {
                tooLong = true;
            }
        }
    }

    /** Lines that were too long. */
    public long dropped() {
        return dropped;
    }

    /** Forgets an unfinished line: another connection begins. */
    public void reset() {
        length = 0;
        tooLong = false;
    }
}
