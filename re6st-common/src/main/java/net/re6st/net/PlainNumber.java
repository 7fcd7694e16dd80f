package net.re6st.net;

/** Plain decimal numbers: ASCII digits only, no sign, no spaces. */
public final class PlainNumber {
    private PlainNumber() {}

    /** The number written in {@code text}, or -1 if it is no plain number or greater than {@code max}. */
    public static int parse(String text, int max) {
        if (text.isEmpty() || text.length() > 64) {
            return -1;
        }
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + (c - '0');
            if (value > max) {
                return -1;
            }
        }
        return (int) value;
    }

    static boolean isDigits(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
