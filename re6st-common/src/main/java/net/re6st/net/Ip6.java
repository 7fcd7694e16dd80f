package net.re6st.net;

import java.util.Optional;

/** An IPv6 address. Its text is what {@code inet_ntop} writes, which is on the wire in places. */
public record Ip6(long high, long low) implements Comparable<Ip6> {
    public static final Ip6 LOOPBACK = new Ip6(0, 1);
    private static final int GROUPS = 8;

    /** The address in the 16 bytes of {@code bytes} from {@code offset}. */
    public static Ip6 of(Bytes bytes, int offset) {
        long high = 0;
        long low = 0;
        for (int i = 0; i < 8; i++) {
            high = high << 8 | bytes.unsignedAt(offset + i);
            low = low << 8 | bytes.unsignedAt(offset + 8 + i);
        }
        return new Ip6(high, low);
    }

    public static Ip6 of(byte[] sixteenBytes) {
        return of(Bytes.copyOf(sixteenBytes), 0);
    }

    /** Parses what {@code inet_pton} accepts, an embedded dotted quad included; empty otherwise. */
    public static Optional<Ip6> parse(String text) {
        return Ip6Text.parse(text);
    }

    public Bytes toBytes() {
        byte[] bytes = new byte[16];
        for (int i = 0; i < 8; i++) {
            bytes[i] = (byte) (high >>> (56 - 8 * i));
            bytes[8 + i] = (byte) (low >>> (56 - 8 * i));
        }
        return Bytes.copyOf(bytes);
    }

    /** The 128 bits as a text of {@code 0} and {@code 1}. */
    public String bits() {
        return bitString().toString();
    }

    public boolean isIpv4Mapped() {
        return high == 0 && low >>> 32 == 0xffff;
    }

    BitString bitString() {
        return new BitString(high, low, BitString.MAX_LENGTH);
    }

    int group(int index) {
        long word = index < GROUPS / 2 ? high : low;
        return (int) (word >>> (48 - 16 * (index & 3))) & 0xffff;
    }

    @Override
    public int compareTo(Ip6 other) {
        int order = Long.compareUnsigned(high, other.high);
        return order != 0 ? order : Long.compareUnsigned(low, other.low);
    }

    @Override
    public String toString() {
        return Ip6Text.format(this);
    }
}
