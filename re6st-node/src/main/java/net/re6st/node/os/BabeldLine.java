package net.re6st.node.os;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import net.re6st.net.Iface;
import net.re6st.net.Ip6;
import org.jspecify.annotations.Nullable;

/**
 * One line of babeld's control socket, as words. Reused for every line and made to produce no garbage for those about routes:
 * a large network sends hundreds of thousands at once and babeld drops a reader that is slow.
 */
final class BabeldLine {
    private static final int MAX_WORDS = 64;

    private byte[] bytes = new byte[0];
    private final int[] starts = new int[MAX_WORDS];
    private final int[] ends = new int[MAX_WORDS];
    private int words;

    // Results of the last successful address() or block().
    long high;
    long low;
    int blockLength;

    /** Splits at spaces; words beyond the limit are ignored. */
    void set(byte[] line, int length) {
        bytes = line;
        words = 0;
        int i = 0;
        while (i < length && words < MAX_WORDS) {
            while (i < length && isSpace(line[i])) {
                i++;
            }
            int start = i;
            while (i < length && !isSpace(line[i])) {
                i++;
            }
            if (i > start) {
                starts[words] = start;
                ends[words++] = i;
            }
        }
    }

    int words() {
        return words;
    }

    boolean is(int word, String text) {
        if (word >= words || ends[word] - starts[word] != text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (bytes[starts[word] + i] != (byte) text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Index of the first word equal to {@code text} from {@code from} on that is followed by another; -1 if there is none. */
    int find(String text, int from) {
        for (int i = from; i < words - 1; i++) {
            if (is(i, text)) {
                return i;
            }
        }
        return -1;
    }

    String text(int word) {
        return word < words
                ? new String(bytes, starts[word], ends[word] - starts[word], StandardCharsets.ISO_8859_1)
                : "";
    }

    /** A number of up to nine digits, or -1. */
    int number(int word) {
        if (word >= words || ends[word] - starts[word] > 9) {
            return -1;
        }
        int value = 0;
        for (int i = starts[word]; i < ends[word]; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    /** A decimal fraction, or NaN. */
    double decimal(int word) {
        String text = text(word);
        return text.matches("\\d{1,9}(\\.\\d{1,9})?") ? Double.parseDouble(text) : Double.NaN;
    }

    /** An identifier of up to 16 hexadecimal digits; 0, which babeld never uses, if it is none. */
    long identifier(int word) {
        if (word >= words || ends[word] - starts[word] > 16) {
            return 0;
        }
        long value = 0;
        for (int i = starts[word]; i < ends[word]; i++) {
            int digit = Character.digit(bytes[i], 16);
            if (digit < 0) {
                return 0;
            }
            value = (value << 4) | digit;
        }
        return value;
    }

    /** Reads an IPv6 address into {@link #high} and {@link #low}. */
    boolean address(int word) {
        return word < words && address(starts[word], ends[word]);
    }

    /** Reads {@code ADDRESS/LENGTH} into {@link #high}, {@link #low} and {@link #blockLength}; false for IPv4. */
    boolean block(int word) {
        if (word >= words) {
            return false;
        }
        int slash = ends[word] - 1;
        int value = 0;
        int factor = 1;
        while (slash > starts[word] && bytes[slash] >= '0' && bytes[slash] <= '9' && factor < 1000) {
            value += (bytes[slash--] - '0') * factor;
            factor *= 10;
        }
        if (bytes[slash] != '/' || factor == 1 || value > 128) {
            return false;
        }
        blockLength = value;
        return address(starts[word], slash);
    }

    /** An interface's name; null if it is none. */
    @Nullable
    Iface iface(int word) {
        String name = text(word);
        try {
            return new Iface(name);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    boolean isName(int word, Iface iface) {
        return is(word, iface.name());
    }

    private boolean address(int from, int to) {
        long head = 0;
        long headLow = 0;
        int groups = 0;
        int gapAt = -1;
        long tailHigh = 0;
        long tailLow = 0;
        int i = from;
        if (to - from >= 2 && bytes[from] == ':' && bytes[from + 1] == ':') {
            gapAt = 0;
            i += 2;
        }
        while (i < to) {
            int value = 0;
            int digits = 0;
            while (i < to && digits < 5) {
                int digit = Character.digit(bytes[i], 16);
                if (digit < 0) {
                    break;
                }
                value = (value << 4) | digit;
                digits++;
                i++;
            }
            if (i < to && bytes[i] == '.') {
                return dotted(from, to);
            }
            if (digits == 0 || digits > 4 || groups == 8) {
                return false;
            }
            tailHigh = (tailHigh << 16) | (tailLow >>> 48);
            tailLow = (tailLow << 16) | value;
            groups++;
            if (i < to) {
                if (bytes[i++] != ':') {
                    return false;
                }
                if (i < to && bytes[i] == ':') {
                    if (gapAt >= 0) {
                        return false;
                    }
                    gapAt = groups;
                    head = tailHigh;
                    headLow = tailLow;
                    tailHigh = 0;
                    tailLow = 0;
                    i++;
                } else if (i == to) {
                    return false;
                }
            }
        }
        if (gapAt < 0) {
            high = tailHigh;
            low = tailLow;
            return groups == 8;
        }
        if (groups > 7) {
            return false;
        }
        shiftHead(head, headLow, 128 - 16 * gapAt);
        high |= tailHigh;
        low |= tailLow;
        return true;
    }

    /** Sets the address to the given 128 bits shifted left. */
    private void shiftHead(long head, long headLow, int shift) {
        if (shift >= 128) {
            high = 0;
            low = 0;
        } else if (shift >= 64) {
            high = headLow << (shift - 64);
            low = 0;
        } else {
            high = shift == 0 ? head : (head << shift) | (headLow >>> (64 - shift));
            low = headLow << shift;
        }
    }

    /** The rare forms with a dotted quad; plain IPv4 is not ours. */
    private boolean dotted(int from, int to) {
        Optional<Ip6> parsed = Ip6.parse(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
        parsed.ifPresent(address -> {
            high = address.high();
            low = address.low();
        });
        return parsed.isPresent();
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t' || b == '\r';
    }
}
