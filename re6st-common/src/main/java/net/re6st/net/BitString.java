package net.re6st.net;

import java.math.BigInteger;
import java.util.Optional;

/** A string of 0 to 128 bits, kept left-aligned in two words: the arithmetic that prefixes and networks share. */
record BitString(long high, long low, int length) implements Comparable<BitString> {
    static final int MAX_LENGTH = 128;

    BitString {
        if (length < 0 || length > MAX_LENGTH) {
            throw new IllegalArgumentException("length " + length + " outside 0.." + MAX_LENGTH);
        }
        if ((high & ~highMask(length)) != 0 || (low & ~lowMask(length)) != 0) {
            throw new IllegalArgumentException("bits set after the first " + length);
        }
    }

    static BitString leading(long high, long low, int length) {
        return new BitString(high & highMask(length), low & lowMask(length), length);
    }

    /** Parses a text of {@code 0} and {@code 1}; empty if it is anything else or too long. */
    static Optional<BitString> parse(String bits) {
        int length = bits.length();
        if (length > MAX_LENGTH) {
            return Optional.empty();
        }
        long high = 0;
        long low = 0;
        for (int i = 0; i < length; i++) {
            char c = bits.charAt(i);
            if (c == '1') {
                if (i < 64) {
                    high |= 1L << (63 - i);
                } else {
                    low |= 1L << (127 - i);
                }
            } else if (c != '0') {
                return Optional.empty();
            }
        }
        return Optional.of(new BitString(high, low, length));
    }

    boolean bit(int index) {
        long word = index < 64 ? high : low;
        return (word >>> (63 - (index & 63)) & 1) != 0;
    }

    boolean startsWith(BitString beginning) {
        return beginning.length <= length
                && (high & highMask(beginning.length)) == beginning.high
                && (low & lowMask(beginning.length)) == beginning.low;
    }

    /** These bits followed by {@code tail}; the sum of the lengths is at most 128. */
    BitString plus(BitString tail) {
        long newHigh = high;
        long newLow = low;
        if (length == 0) {
            newHigh = tail.high;
            newLow = tail.low;
        } else if (length < 64) {
            newHigh |= tail.high >>> length;
            newLow |= tail.high << (64 - length) | tail.low >>> length;
        } else if (length < 128) {
            newLow |= tail.high >>> (length - 64);
        }
        return new BitString(newHigh, newLow, length + tail.length);
    }

    /** The bits from {@code start} to the end. */
    BitString from(int start) {
        int rest = length - start;
        if (start == 0) {
            return this;
        }
        if (start < 64) {
            return leading(high << start | low >>> (64 - start), low << start, rest);
        }
        return start == 128 ? new BitString(0, 0, 0) : leading(low << (start - 64), 0, rest);
    }

    /** The value of the bits read as an unsigned number; 0 for no bits. */
    BigInteger value() {
        byte[] magnitude = new byte[16];
        for (int i = 0; i < 8; i++) {
            magnitude[i] = (byte) (high >>> (56 - 8 * i));
            magnitude[8 + i] = (byte) (low >>> (56 - 8 * i));
        }
        return new BigInteger(1, magnitude).shiftRight(MAX_LENGTH - length);
    }

    /** The bits of {@code value} padded on the left to {@code length}; the value must fit. */
    static BitString ofValue(BigInteger value, int length) {
        if (value.signum() < 0 || value.bitLength() > length) {
            throw new IllegalArgumentException(value + " does not fit in " + length + " bits");
        }
        BigInteger aligned = value.shiftLeft(MAX_LENGTH - length);
        return new BitString(aligned.shiftRight(64).longValue(), aligned.longValue(), length);
    }

    /** By bits, a beginning before what it begins: the order of the texts. */
    @Override
    public int compareTo(BitString other) {
        int order = Long.compareUnsigned(high, other.high);
        if (order == 0) {
            order = Long.compareUnsigned(low, other.low);
        }
        return order != 0 ? order : Integer.compare(length, other.length);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(bit(i) ? '1' : '0');
        }
        return text.toString();
    }

    private static long highMask(int length) {
        return length == 0 ? 0 : length >= 64 ? -1L : -1L << (64 - length);
    }

    private static long lowMask(int length) {
        return length <= 64 ? 0 : -1L << (128 - length);
    }
}
