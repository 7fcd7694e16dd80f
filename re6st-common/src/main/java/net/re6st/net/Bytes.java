package net.re6st.net;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/** An immutable string of bytes with value equality and unsigned lexicographic order. */
public final class Bytes implements Comparable<Bytes> {
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] content;

    private Bytes(byte[] content) {
        this.content = content;
    }

    /** The bytes of {@code source} as they are at the time of the call. */
    public static Bytes copyOf(byte... source) {
        return source.length == 0 ? EMPTY : new Bytes(source.clone());
    }

    /** Bytes {@code from} (inclusive) to {@code to} (exclusive) of {@code source}. */
    public static Bytes copyOf(byte[] source, int from, int to) {
        return new Bytes(Arrays.copyOfRange(source, from, to));
    }

    /** The remaining bytes of {@code buffer}, which are consumed. */
    public static Bytes copyOf(ByteBuffer buffer) {
        byte[] copy = new byte[buffer.remaining()];
        buffer.get(copy);
        return new Bytes(copy);
    }

    /** Parses hexadecimal digits; throws {@link IllegalArgumentException} if malformed. */
    public static Bytes ofHex(String hex) {
        return new Bytes(HexFormat.of().parseHex(hex));
    }

    /** One byte per character; throws {@link IllegalArgumentException} for characters above 255. */
    public static Bytes ofLatin1(String text) {
        byte[] bytes = new byte[text.length()];
        for (int i = 0; i < bytes.length; i++) {
            char c = text.charAt(i);
            if (c > 255) {
                throw new IllegalArgumentException("not a byte: U+" + Integer.toHexString(c));
            }
            bytes[i] = (byte) c;
        }
        return new Bytes(bytes);
    }

    public int size() {
        return content.length;
    }

    public boolean isEmpty() {
        return content.length == 0;
    }

    /** The byte at {@code index} as a signed value. */
    public byte at(int index) {
        return content[index];
    }

    /** The byte at {@code index}, 0..255. */
    public int unsignedAt(int index) {
        return content[index] & 0xff;
    }

    /** The part from {@code from} (inclusive) to the end. */
    public Bytes from(int from) {
        return slice(from, content.length);
    }

    /** The part from {@code from} (inclusive) to {@code to} (exclusive). */
    public Bytes slice(int from, int to) {
        if (from < 0 || to > content.length || from > to) {
            throw new IndexOutOfBoundsException(from + ".." + to + " of " + content.length + " bytes");
        }
        return from == 0 && to == content.length ? this : copyOf(content, from, to);
    }

    /** These bytes followed by {@code other}. */
    public Bytes plus(Bytes other) {
        byte[] sum = Arrays.copyOf(content, content.length + other.content.length);
        System.arraycopy(other.content, 0, sum, content.length, other.content.length);
        return new Bytes(sum);
    }

    /** Index of the first byte equal to {@code value}, or -1. */
    public int indexOf(int value) {
        for (int i = 0; i < content.length; i++) {
            if (content[i] == (byte) value) {
                return i;
            }
        }
        return -1;
    }

    public byte[] toArray() {
        return content.clone();
    }

    /** A read-only view, positioned at the start. */
    public ByteBuffer toBuffer() {
        return ByteBuffer.wrap(content).asReadOnlyBuffer();
    }

    /** One character per byte, the inverse of {@link #ofLatin1}. */
    public String toLatin1() {
        return new String(content, java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    public String toHex() {
        return HexFormat.of().formatHex(content);
    }

    /** Compares as unsigned bytes; a beginning of another sorts first. */
    @Override
    public int compareTo(Bytes other) {
        return Arrays.compareUnsigned(content, other.content);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(content, that.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    /** Length only: the content may be a secret. */
    @Override
    public String toString() {
        return content.length + " bytes";
    }
}
