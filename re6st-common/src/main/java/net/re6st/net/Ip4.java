package net.re6st.net;

import java.util.Optional;

/** An IPv4 address, the most significant byte first. */
public record Ip4(int value) implements Comparable<Ip4> {
    /** Parses four plain decimal numbers without leading zeros, as {@code inet_pton} does; empty otherwise. */
    public static Optional<Ip4> parse(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return Optional.empty();
        }
        int value = 0;
        for (String part : parts) {
            int number = PlainNumber.parse(part, 255);
            if (number < 0 || (part.length() > 1 && part.charAt(0) == '0')) {
                return Optional.empty();
            }
            value = value << 8 | number;
        }
        return Optional.of(new Ip4(value));
    }

    public boolean startsWith(Ip4 network, int length) {
        return length == 0 || (value ^ network.value) >>> (32 - length) == 0;
    }

    @Override
    public int compareTo(Ip4 other) {
        return Integer.compareUnsigned(value, other.value);
    }

    @Override
    public String toString() {
        return (value >>> 24) + "." + (value >>> 16 & 255) + "." + (value >>> 8 & 255) + "." + (value & 255);
    }
}
