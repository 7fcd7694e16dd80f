package net.re6st.config;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * JSON texts, in exactly the form that the original writes.
 *
 * <p>Compat: texts are compared as they stand in databases (does the registry's version grow? did a parameter change?), so
 * separators are {@code ", "} and {@code ": "}, everything but ASCII is escaped, and numbers look as Python prints them.
 */
public final class Json {
    private static final int SIGNIFICANT_DIGITS = 17;
    private static final int MAX_PLAIN_EXPONENT = 16;
    private static final int MIN_PLAIN_EXPONENT = -4;

    private Json() {}

    /** Reads a text; empty if it is not JSON (NaN and infinities are), nested too deep, or has half a character. */
    public static Optional<Value> parse(String text) {
        return new JsonReader(text).read();
    }

    /** Throws {@link IllegalArgumentException} for bytes. */
    public static String write(Value value) {
        StringBuilder text = new StringBuilder();
        append(text, value, false);
        return text.toString();
    }

    /** As {@link #write}, members sorted by name at every depth. */
    public static String writeSorted(Value value) {
        StringBuilder text = new StringBuilder();
        append(text, value, true);
        return text.toString();
    }

    private static void append(StringBuilder text, Value value, boolean sorted) {
        if (value instanceof Value.Null) {
            text.append("null");
        } else if (value instanceof Value.Flag flag) {
            text.append(flag.on());
        } else if (value instanceof Value.Whole whole) {
            text.append(whole.number());
        } else if (value instanceof Value.Real real) {
            text.append(number(real.number()));
        } else if (value instanceof Value.Text string) {
            appendString(text, string.text());
        } else if (value instanceof Value.Items list) {
            appendItems(text, list, sorted);
        } else if (value instanceof Value.Members object) {
            appendMembers(text, sorted ? new TreeMap<>(object.members()) : object.members(), sorted);
        } else {
            throw new IllegalArgumentException("no JSON form for bytes");
        }
    }

    private static void appendItems(StringBuilder text, Value.Items list, boolean sorted) {
        text.append('[');
        for (Iterator<Value> items = list.items().iterator(); items.hasNext(); ) {
            append(text, items.next(), sorted);
            text.append(items.hasNext() ? ", " : "");
        }
        text.append(']');
    }

    private static void appendMembers(StringBuilder text, Map<String, Value> members, boolean sorted) {
        text.append('{');
        for (Iterator<Map.Entry<String, Value>> entries = members.entrySet().iterator(); entries.hasNext(); ) {
            Map.Entry<String, Value> entry = entries.next();
            appendString(text, entry.getKey());
            text.append(": ");
            append(text, entry.getValue(), sorted);
            text.append(entries.hasNext() ? ", " : "");
        }
        text.append('}');
    }

    private static void appendString(StringBuilder text, String string) {
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            int escape = "\"\\\n\r\t\b\f".indexOf(c);
            if (escape >= 0) {
                text.append('\\').append("\"\\nrtbf".charAt(escape));
            } else if (c < ' ' || c > '~' + 1) {
                text.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }

    /** The shortest decimal that reads back as {@code number}, as Python prints it. */
    static String number(double number) {
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            return Double.toString(number);
        } else if (number == 0) {
            return 1 / number < 0 ? "-0.0" : "0.0";
        }
        BigDecimal exact = new BigDecimal(number);
        int digits = 1;
        while (digits < SIGNIFICANT_DIGITS && rounded(exact, digits).doubleValue() != number) {
            digits++;
        }
        BigDecimal shortest = rounded(exact, digits).stripTrailingZeros();
        int exponent = shortest.precision() - shortest.scale() - 1;
        if (exponent >= MIN_PLAIN_EXPONENT && exponent < MAX_PLAIN_EXPONENT) {
            String plain = shortest.toPlainString();
            return plain.indexOf('.') < 0 ? plain + ".0" : plain;
        }
        String unscaled = shortest.unscaledValue().abs().toString();
        String fraction = unscaled.length() > 1 ? "." + unscaled.substring(1) : "";
        return String.format(
                Locale.ROOT,
                "%s%s%se%s%02d",
                number < 0 ? "-" : "",
                unscaled.charAt(0),
                fraction,
                exponent < 0 ? "-" : "+",
                Math.abs(exponent));
    }

    private static BigDecimal rounded(BigDecimal exact, int digits) {
        return exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
    }
}
