package net.re6st.babel;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import net.re6st.net.Iface;
import net.re6st.net.Ip6;
import org.jspecify.annotations.Nullable;

/**
 * One line of babeld's control socket, as words. Reused for every line and made to produce no garbage for those about routes:
 * a large network sends hundreds of thousands at once and babeld drops a reader that is slow.
 */
public final class BabeldLine {
    private static final int MAX_WORDS = 64;
    private static final int GROUPS = 8;
    private static final int ROUTER_ID_LENGTH = 23;

    private byte[] bytes = new byte[0];
    private final int[] starts = new int[MAX_WORDS];
    private final int[] ends = new int[MAX_WORDS];
    private final int[] groups = new int[GROUPS];
    private int words;

    // Results of the last successful address() or block().
    private long high;
    private long low;
    private int blockLength;

    /** Splits at spaces; words beyond the limit are ignored. */
    public void set(byte[] line, int length) {
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

    public int words() {
        return words;
    }

    public boolean is(int word, String text) {
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
    public int find(String text, int from) {
        for (int i = from; i < words - 1; i++) {
            if (is(i, text)) {
                return i;
            }
        }
        return -1;
    }

    public String text(int word) {
        return word < words
                ? new String(bytes, starts[word], ends[word] - starts[word], StandardCharsets.ISO_8859_1)
                : "";
    }

    /** A number of up to nine digits, or -1. */
    public int number(int word) {
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
    public double decimal(int word) {
        String text = text(word);
        return text.matches("\\d{1,9}(\\.\\d{1,9})?") ? Double.parseDouble(text) : Double.NaN;
    }

    /** An identifier of up to 16 hexadecimal digits; 0, which babeld never uses, if it is none. */
    public long identifier(int word) {
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

    /** A router id, eight bytes in hexadecimal with colons between; 0, which babeld never has, if it is none. */
    public long routerId(int word) {
        if (word >= words || ends[word] - starts[word] != ROUTER_ID_LENGTH) {
            return 0;
        }
        long value = 0;
        for (int i = 0; i < ROUTER_ID_LENGTH; i++) {
            byte at = bytes[starts[word] + i];
            int digit = i % 3 == 2 ? 0 : Character.digit(at, 16);
            if (digit < 0 || (i % 3 == 2 && at != ':')) {
                return 0;
            }
            value = i % 3 == 2 ? value : (value << 4) | digit;
        }
        return value;
    }

    /** The first half of what {@link #address} or {@link #block} read. */
    public long high() {
        return high;
    }

    public long low() {
        return low;
    }

    /** The length of what {@link #block} read. */
    public int blockLength() {
        return blockLength;
    }

    /** Reads an IPv6 address into {@link #high} and {@link #low}. */
    public boolean address(int word) {
        return word < words && address(starts[word], ends[word]);
    }

    /** Reads {@code ADDRESS/LENGTH} into {@link #high}, {@link #low} and {@link #blockLength}; false for IPv4. */
    public boolean block(int word) {
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
    public @Nullable Iface iface(int word) {
        String name = text(word);
        try {
            return new Iface(name);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    public boolean isName(int word, Iface iface) {
        return is(word, iface.name());
    }

    private boolean address(int from, int to) {
        int count = 0;
        int gapAt = -1;
        int i = from;
        if (to - from >= 2 && bytes[from] == ':' && bytes[from + 1] == ':') {
            gapAt = 0;
            i += 2;
        }
        while (i < to) {
            int end = hexEnd(i, to);
            if (end < to && bytes[end] == '.') {
                return dotted(from, to);
            }
            if (end == i || end - i > 4 || count == GROUPS) {
                return false;
            }
            groups[count++] = hex(i, end);
            i = end;
            if (i < to && (bytes[i++] != ':' || i == to)) {
                return false;
            }
            if (i < to && bytes[i] == ':') {
                if (gapAt >= 0) {
                    return false;
                }
                gapAt = count;
                i++;
            }
        }
        if (gapAt < 0 ? count != GROUPS : count == GROUPS) {
            return false;
        }
        join(gapAt < 0 ? count : gapAt, count);
        return true;
    }

    private int hexEnd(int from, int to) {
        int end = from;
        while (end < to && Character.digit(bytes[end], 16) >= 0) {
            end++;
        }
        return end;
    }

    private int hex(int from, int to) {
        int value = 0;
        for (int i = from; i < to; i++) {
            value = (value << 4) | Character.digit(bytes[i], 16);
        }
        return value;
    }

    /** Puts together the first {@code head} of {@code count} groups, zeros, and the others. */
    private void join(int head, int count) {
        int gapEnd = GROUPS - (count - head);
        high = 0;
        low = 0;
        for (int i = 0; i < GROUPS; i++) {
            int group = i < head ? groups[i] : i < gapEnd ? 0 : groups[i - gapEnd + head];
            high = (high << 16) | (low >>> 48);
            low = (low << 16) | group;
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
