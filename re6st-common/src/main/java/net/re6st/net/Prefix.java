package net.re6st.net;

import java.math.BigInteger;
import java.util.Optional;

/**
 * The part of the address space that belongs to one node, or a block of it: the bits after those of the network. Ordered
 * as its text of {@code 0} and {@code 1} is. Logged as {@code int/len} (the CN); {@link #bits} is its form in files and
 * messages.
 */
public record Prefix(long high, long low, int length) implements Comparable<Prefix> {
    public static final Prefix EMPTY = new Prefix(0, 0, 0);

    public Prefix {
        new BitString(high, low, length);
    }

    private static Prefix of(BitString bits) {
        return new Prefix(bits.high(), bits.low(), bits.length());
    }

    /** Parses a text of {@code 0} and {@code 1}; empty if it is anything else or longer than 128. */
    public static Optional<Prefix> parseBits(String bits) {
        return BitString.parse(bits).map(Prefix::of);
    }

    /** For texts known to be valid; throws {@link IllegalArgumentException} otherwise. */
    public static Prefix ofBits(String bits) {
        return parseBits(bits).orElseThrow(() -> new IllegalArgumentException("not a prefix: " + bits));
    }

    /**
     * Parses a CN {@code int/len}; empty unless both are plain decimal numbers, the first fits in that many bits and the
     * length is 1 to 128. {@code 0/0} is the bit string {@code 0}.
     */
    public static Optional<Prefix> parseCn(String cn) {
        int slash = cn.indexOf('/');
        if (slash < 1 || slash > 40) {
            return Optional.empty();
        }
        String number = cn.substring(0, slash);
        int length = PlainNumber.parse(cn.substring(slash + 1), BitString.MAX_LENGTH);
        if (length < 0 || !PlainNumber.isDigits(number)) {
            return Optional.empty();
        }
        BigInteger value = new BigInteger(number);
        // Compat: the original formats with at least one digit, so 0/0 means the block "0".
        int width = length == 0 ? 1 : length;
        if (value.bitLength() > length) {
            return Optional.empty();
        }
        return Optional.of(of(BitString.ofValue(value, width)));
    }

    public String bits() {
        return bitString().toString();
    }

    /** The Common Name of a certificate for this prefix: {@code int/len}. */
    public String cn() {
        return bitString().value() + "/" + length;
    }

    public boolean startsWith(Prefix beginning) {
        return bitString().startsWith(beginning.bitString());
    }

    public boolean bit(int index) {
        return bitString().bit(index);
    }

    public boolean isAllZeros() {
        return high == 0 && low == 0;
    }

    /** These bits and one more. */
    public Prefix child(boolean one) {
        return of(bitString().plus(new BitString(one ? Long.MIN_VALUE : 0, 0, 1)));
    }

    /** All bits but the last; not for the empty prefix. */
    public Prefix parent() {
        return of(BitString.leading(high, low, length - 1));
    }

    /** The prefix that differs in the last bit only; not for the empty prefix. */
    public Prefix sibling() {
        return parent().child(!bit(length - 1));
    }

    /** The longest prefix that both begin with. */
    public Prefix commonBeginning(Prefix other) {
        int zeros = Long.numberOfLeadingZeros(high ^ other.high);
        int same = zeros < Long.SIZE ? zeros : Long.SIZE + Long.numberOfLeadingZeros(low ^ other.low);
        return of(BitString.leading(high, low, Math.min(same, Math.min(length, other.length))));
    }

    BitString bitString() {
        return new BitString(high, low, length);
    }

    @Override
    public int compareTo(Prefix other) {
        // As BitString does, without making two of them: every lookup in a sorted table comes through here.
        int order = Long.compareUnsigned(high, other.high);
        if (order == 0) {
            order = Long.compareUnsigned(low, other.low);
        }
        return order != 0 ? order : Integer.compare(length, other.length);
    }

    @Override
    public String toString() {
        return cn();
    }
}
