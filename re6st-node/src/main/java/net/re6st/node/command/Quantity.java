package net.re6st.node.command;

import java.util.Locale;

/** Numbers as people read them; what is not known is empty. Pure. */
final class Quantity {
    private static final String[] UNITS = {"", "k", "M", "G", "T"};

    private Quantity() {}

    static String millis(double millis) {
        if (Double.isNaN(millis)) {
            return "";
        }
        return String.format(Locale.ROOT, millis < 10 ? "%.1f" : "%.0f", millis);
    }

    /** Of a share of 1. */
    static String percent(double share) {
        return Double.isNaN(share) ? "" : String.format(Locale.ROOT, "%.0f %%", 100 * share);
    }

    /** In units of 1000 bytes. */
    static String bytes(double bytes) {
        if (Double.isNaN(bytes)) {
            return "";
        }
        int unit = 0;
        double value = bytes;
        while (value >= 999.5 && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 || value >= 99.5 ? "%.0f%s" : "%.1f%s", value, UNITS[unit]);
    }

    /** The two greatest units. */
    static String duration(double seconds) {
        if (Double.isNaN(seconds)) {
            return "";
        }
        long whole = (long) seconds;
        if (whole < 60) {
            return whole + "s";
        } else if (whole < 3600) {
            return whole / 60 + "m" + whole % 60 + "s";
        } else if (whole < 86_400) {
            return whole / 3600 + "h" + whole % 3600 / 60 + "m";
        }
        return whole / 86_400 + "d" + whole % 86_400 / 3600 + "h";
    }

    static String whole(double number) {
        return Double.isNaN(number) ? "" : Long.toString((long) number);
    }
}
