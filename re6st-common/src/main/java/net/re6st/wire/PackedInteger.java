package net.re6st.wire;

import java.math.BigInteger;
import java.util.Optional;
import net.re6st.net.Bytes;

/**
 * Unsigned integers of 1 to 8 bytes, in one unique form per value that sorts like the values do.
 *
 * <pre>
 *  0 1 2 3 4 5 6 7
 * +-----+---------+-----------------+
 * |  n  |     value - start(n), big-endian     |    n: number of bytes after the first, 0..7
 * +-----+---------+-----------------+
 * start(0) = 0, start(n) = start(n-1) + 32 * 256^(n-1): each length goes on where the one before ends
 * </pre>
 */
public final class PackedInteger {
    public static final long MAX_VALUE = 0x2020_2020_2020_201fL;

    private PackedInteger() {}

    /**
     * A value read from the beginning of some bytes.
     *
     * @param size bytes it took
     */
    public record Decoded(long value, int size) {}

    /** Throws {@link IllegalArgumentException} if the value is negative or greater than {@link #MAX_VALUE}. */
    public static Bytes encode(long value) {
        if (value < 0 || value > MAX_VALUE) {
            throw new IllegalArgumentException("packed integer " + value + " outside 0.." + MAX_VALUE);
        }
        int extra = 0;
        long start = 0;
        long span = 32;
        while (value - start >= span) {
            start += span;
            span <<= 8;
            extra++;
        }
        long rest = value - start;
        byte[] bytes = new byte[1 + extra];
        for (int i = extra; i >= 0; i--) {
            bytes[i] = (byte) rest;
            rest >>>= 8;
        }
        bytes[0] |= (byte) (extra << 5);
        return Bytes.copyOf(bytes);
    }

    /** As {@link #encode(long)}, for values that may not even fit in a long. */
    public static Bytes encode(BigInteger value) {
        if (value.bitLength() > 63) {
            throw new IllegalArgumentException("packed integer " + value + " outside 0.." + MAX_VALUE);
        }
        return encode(value.longValue());
    }

    /** Reads the integer at {@code offset}; empty if the bytes end before it does. */
    public static Optional<Decoded> decode(Bytes bytes, int offset) {
        if (offset >= bytes.size()) {
            return Optional.empty();
        }
        int first = bytes.unsignedAt(offset);
        int extra = first >>> 5;
        if (offset + extra >= bytes.size()) {
            return Optional.empty();
        }
        long value = first & 31;
        long start = 0;
        long span = 32;
        for (int i = 1; i <= extra; i++) {
            value = value << 8 | bytes.unsignedAt(offset + i);
            start += span;
            span <<= 8;
        }
        return Optional.of(new Decoded(value + start, 1 + extra));
    }
}
