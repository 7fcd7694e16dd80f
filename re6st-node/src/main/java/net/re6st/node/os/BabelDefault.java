package net.re6st.node.os;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The network's options for each interface of babeld, {@code babel_default}: decides which of them babeld gets. One word that it
 * does not know and it refuses the whole statement, or to start at all; so what is not known here is left out.
 *
 * @param usable names and values, as babeld reads them
 * @param refused what is left out
 */
public record BabelDefault(String usable, List<String> refused) {
    private static final int MAX_WORDS = 64;
    private static final int MAX_COST = 0xfffe;
    private static final int MAX_DECAY = 256;
    private static final int MAX_SHOWN = 40;
    private static final Pattern MILLISECONDS = Pattern.compile("0*[1-9]\\d{0,5}(\\.\\d{1,3})?");
    private static final Predicate<String> SWITCH = List.of("true", "false", "auto", "yes", "no")::contains;

    /**
     * Those of babeld 1.12 but for what this software decides itself: keys and which signatures are believed, the kind of the
     * interface, hellos and updates, which follow the network's hello, and compatibility with an older Babel.
     */
    private static final Map<String, Predicate<String>> KNOWN = Map.ofEntries(
            Map.entry("rxcost", BabelDefault::isCost),
            Map.entry("max-rtt-penalty", BabelDefault::isCost),
            Map.entry("rtt-decay", BabelDefault::isDecay),
            Map.entry("rtt-min", MILLISECONDS.asMatchPredicate()),
            Map.entry("rtt-max", MILLISECONDS.asMatchPredicate()),
            Map.entry("link-quality", SWITCH),
            Map.entry("split-horizon", SWITCH),
            Map.entry("unicast", SWITCH),
            Map.entry("faraway", SWITCH),
            Map.entry("enable-timestamps", SWITCH));

    /** Reads what the registry published. */
    public static BabelDefault parse(String babelDefault) {
        List<String> usable = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        String[] words = babelDefault.strip().split("\\s+", MAX_WORDS + 1);
        for (int i = 0; i < words.length && i < MAX_WORDS; i += 2) {
            String value = i + 1 < words.length ? words[i + 1] : "";
            Predicate<String> values = KNOWN.get(words[i]);
            if (values != null && values.test(value)) {
                usable.add(words[i] + " " + value);
            } else if (!words[i].isEmpty()) {
                refused.add(printable(words[i] + " " + value));
            }
        }
        return new BabelDefault(String.join(" ", usable), List.copyOf(refused));
    }

    private static boolean isCost(String value) {
        return isNumber(value, MAX_COST);
    }

    private static boolean isDecay(String value) {
        return isNumber(value, MAX_DECAY);
    }

    private static boolean isNumber(String value, int most) {
        return value.matches("[1-9]\\d{0,4}") && Integer.parseInt(value) <= most;
    }

    /** It goes to a log. */
    private static String printable(String text) {
        String plain = text.strip().replaceAll("[^\\x20-\\x7e]", "?");
        return plain.length() <= MAX_SHOWN ? plain : plain.substring(0, MAX_SHOWN) + "...";
    }
}
