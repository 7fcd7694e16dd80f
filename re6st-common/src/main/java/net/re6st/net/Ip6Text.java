package net.re6st.net;

import java.util.Optional;

/** The text form of IPv6 addresses, as the C library's {@code inet_pton} reads and {@code inet_ntop} writes it. */
final class Ip6Text {
    private Ip6Text() {}

    static Optional<Ip6> parse(String text) {
        int[] groups = new int[8];
        int gap = text.indexOf("::");
        if (gap < 0) {
            int count = parseGroups(text, groups, 0, true);
            return count == 8 ? Optional.of(join(groups)) : Optional.empty();
        }
        String left = text.substring(0, gap);
        String right = text.substring(gap + 2);
        if (right.contains("::")) {
            return Optional.empty();
        }
        int leftCount = left.isEmpty() ? 0 : parseGroups(left, groups, 0, false);
        int[] tail = new int[8];
        int rightCount = right.isEmpty() ? 0 : parseGroups(right, tail, 0, true);
        if (leftCount < 0 || rightCount < 0 || leftCount + rightCount > 7) {
            return Optional.empty();
        }
        System.arraycopy(tail, 0, groups, 8 - rightCount, rightCount);
        return Optional.of(join(groups));
    }

    /** Number of 16-bit groups read, or -1. A dotted quad counts as two and may only be last. */
    private static int parseGroups(String text, int[] groups, int start, boolean quadAllowed) {
        String[] parts = text.split(":", -1);
        int count = start;
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i];
            if (quadAllowed && i == parts.length - 1 && part.indexOf('.') >= 0) {
                Optional<Ip4> quad = Ip4.parse(part);
                if (quad.isEmpty() || count > 6) {
                    return -1;
                }
                groups[count++] = quad.get().value() >>> 16;
                groups[count++] = quad.get().value() & 0xffff;
                return count;
            }
            int group = parseGroup(part);
            if (group < 0 || count == 8) {
                return -1;
            }
            groups[count++] = group;
        }
        return count;
    }

    private static int parseGroup(String part) {
        if (part.isEmpty() || part.length() > 4) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }

    private static Ip6 join(int[] groups) {
        long high = 0;
        long low = 0;
        for (int i = 0; i < 4; i++) {
            high = high << 16 | groups[i];
            low = low << 16 | groups[4 + i];
        }
        return new Ip6(high, low);
    }

    static String format(Ip6 address) {
        int bestStart = -1;
        int bestLength = 1;
        int start = -1;
        for (int i = 0; i <= 8; i++) {
            if (i < 8 && address.group(i) == 0) {
                start = start < 0 ? i : start;
            } else if (start >= 0) {
                if (i - start > bestLength) {
                    bestStart = start;
                    bestLength = i - start;
                }
                start = -1;
            }
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < 8; i++) {
            if (bestStart >= 0 && i >= bestStart && i < bestStart + bestLength) {
                if (i == bestStart) {
                    text.append(':');
                }
                continue;
            }
            if (i != 0) {
                text.append(':');
            }
            // inet_ntop shows the last 32 bits as IPv4 after 96 zero bits and after ::ffff:.
            if (i == 6 && bestStart == 0 && (bestLength == 6 || (bestLength == 5 && address.group(5) == 0xffff))) {
                return text.append(new Ip4((int) address.low())).toString();
            }
            text.append(Integer.toHexString(address.group(i)));
        }
        return bestStart >= 0 && bestStart + bestLength == 8 ? text.append(':').toString() : text.toString();
    }
}
