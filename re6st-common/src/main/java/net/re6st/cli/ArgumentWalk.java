package net.re6st.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Reads a command line word by word and writes it again in the one form that leaves picocli nothing to guess.
 *
 * <p>It owns the rules users know from the programs this one replaces: a long name may be shortened as long as it stays
 * unambiguous, {@code --name=value} and {@code -nvalue} carry their value, and a value in a word of its own never starts
 * with a dash. Picocli's own rules for short names differ (it abbreviates each part between dashes).
 */
final class ArgumentWalk {
    private final SortedMap<String, OptionSpec> longOptions = new TreeMap<>();
    private final Map<String, OptionSpec> shortOptions = new TreeMap<>();
    private final List<String> words;
    private final boolean takesOperands;
    private final List<String> canonical = new ArrayList<>();
    private final List<String> rest = new ArrayList<>();
    private @Nullable OptionSpec asked;
    private int at;

    private ArgumentWalk(CommandSpec spec, List<String> words, boolean takesOperands) {
        for (OptionSpec option : spec.options()) {
            for (String name : option.names()) {
                (name.startsWith("--") ? longOptions : shortOptions).put(name, option);
            }
        }
        this.words = words;
        this.takesOperands = takesOperands;
    }

    /** Reads words; {@code takesOperands}: those that belong to no option are kept instead of refused. */
    static ArgumentWalk of(CommandSpec spec, List<String> words, boolean takesOperands) throws UsageError {
        ArgumentWalk walk = new ArgumentWalk(spec, words, takesOperands);
        walk.run();
        return walk;
    }

    /** The same options for picocli: full names, values attached. */
    List<String> canonical() {
        return canonical;
    }

    /** The words that belong to no option, and those after {@code --}. */
    List<String> rest() {
        return rest;
    }

    /** The option for help or the version, if there is one; what follows it was not read. */
    @Nullable
    OptionSpec asked() {
        return asked;
    }

    private void run() throws UsageError {
        while (at < words.size() && asked == null) {
            String word = words.get(at++);
            if (word.equals("--")) {
                rest.addAll(words.subList(at, words.size()));
                return;
            }
            if (!isOption(word)) {
                if (!takesOperands) {
                    throw new UsageError("unexpected argument: " + word);
                }
                rest.add(word);
            } else if (word.startsWith("--")) {
                readLong(word);
            } else {
                readShort(word);
            }
        }
    }

    private void readLong(String word) throws UsageError {
        int equals = word.indexOf('=');
        OptionSpec option = find(equals < 0 ? word : word.substring(0, equals));
        if (equals < 0) {
            read(option);
        } else if (takesNone(option)) {
            throw new UsageError("option " + option.longestName() + " takes no value");
        } else {
            write(option, List.of(word.substring(equals + 1)));
        }
    }

    /** One dash: flags may share it, and the last option may have its value attached. */
    private void readShort(String word) throws UsageError {
        for (int i = 1; i < word.length(); i++) {
            OptionSpec option = shortOptions.get("-" + word.charAt(i));
            if (option == null) {
                throw new UsageError("unknown option: " + word);
            }
            String attached = word.substring(i + 1);
            if (!takesNone(option) && !attached.isEmpty()) {
                write(option, List.of(attached.startsWith("=") ? attached.substring(1) : attached));
                return;
            }
            read(option);
        }
    }

    private OptionSpec find(String name) throws UsageError {
        OptionSpec exact = longOptions.get(name);
        if (exact != null) {
            return exact;
        }
        Map<String, OptionSpec> candidates = startingWith(name);
        if (candidates.isEmpty()) {
            throw new UsageError("unknown option: " + name);
        }
        if (candidates.size() > 1) {
            throw new UsageError("ambiguous option: " + name + " could be " + String.join(" or ", candidates.keySet()));
        }
        return candidates.values().iterator().next();
    }

    private Map<String, OptionSpec> startingWith(String beginning) {
        return longOptions.subMap(beginning, beginning + Character.MAX_VALUE);
    }

    private void read(OptionSpec option) throws UsageError {
        if (option.usageHelp() || option.versionHelp()) {
            asked = option;
        } else if (takesNone(option)) {
            canonical.add(option.longestName());
        } else {
            List<String> values = new ArrayList<>();
            while (values.size() < option.arity().max() && at < words.size() && !isOption(words.get(at))) {
                values.add(words.get(at++));
            }
            write(option, values);
        }
    }

    private void write(OptionSpec option, List<String> values) throws UsageError {
        int needed = option.arity().min();
        if (values.size() < needed) {
            throw new UsageError(
                    "option " + option.longestName() + " needs " + (needed == 1 ? "a value" : needed + " values"));
        }
        if (needed > 1) {
            canonical.add(option.longestName());
            canonical.addAll(values);
        } else {
            values.forEach(value -> canonical.add(option.longestName() + "=" + value));
        }
    }

    private static boolean takesNone(OptionSpec option) {
        return option.arity().max() == 0;
    }

    /** Whether a word names an option rather than being a value. */
    private boolean isOption(String word) {
        if (!word.startsWith("-") || word.length() == 1) {
            return false;
        }
        if (word.indexOf(' ') >= 0 && !namesOption(word)) {
            return false;
        }
        boolean number = word.matches("-\\d+|-\\d*\\.\\d+");
        return !number || shortOptions.keySet().stream().anyMatch(name -> Character.isDigit(name.charAt(1)));
    }

    private boolean namesOption(String word) {
        if (!word.startsWith("--")) {
            return shortOptions.containsKey(word.substring(0, 2));
        }
        int equals = word.indexOf('=');
        return equals >= 0 && !startingWith(word.substring(0, equals)).isEmpty();
    }
}
