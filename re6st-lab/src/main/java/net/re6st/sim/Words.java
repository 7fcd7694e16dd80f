package net.re6st.sim;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import net.re6st.cli.Failure;

/** One line of a scenario, word by word; it says what is wrong with the line. */
final class Words {
    private final String line;
    private final Deque<String> words;

    Words(String line) {
        this.line = line;
        this.words = new ArrayDeque<>(List.of(line.strip().split("\\s+")));
    }

    boolean isAtEnd() {
        return words.isEmpty();
    }

    String next() throws Failure {
        String word = words.poll();
        if (word == null) {
            throw wrong("ends too early");
        }
        return word;
    }

    /** Whether the next word is this one, which is taken then. */
    boolean takes(String word) {
        boolean same = word.equals(words.peek());
        if (same) {
            words.remove();
        }
        return same;
    }

    void expect(String word) throws Failure {
        if (!takes(word)) {
            throw wrong("'" + word + "' is missing");
        }
    }

    void end() throws Failure {
        if (!isAtEnd()) {
            throw wrong("what is '" + words.peek() + "'?");
        }
    }

    List<String> rest() {
        List<String> rest = List.copyOf(words);
        words.clear();
        return rest;
    }

    int number() throws Failure {
        String word = next();
        try {
            return Integer.parseInt(word);
        } catch (NumberFormatException e) {
            throw wrong("'" + word + "' is no number");
        }
    }

    /** {@code 5%}, as 0.05. */
    double share() throws Failure {
        String word = next();
        try {
            double percent = word.endsWith("%") ? Double.parseDouble(word.substring(0, word.length() - 1)) : -1;
            if (percent >= 0 && percent <= 100) {
                return percent / 100;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw wrong("'" + word + "' is no share like 5%");
    }

    /** {@code 1.5}, at least 1. */
    double factor() throws Failure {
        String word = next();
        try {
            double factor = Double.parseDouble(word);
            if (factor >= 1 && factor < 1e6) {
                return factor;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw wrong("'" + word + "' is no factor like 1.5");
    }

    /** {@code 90s}, {@code 15m}, {@code 6h}, {@code 1d}. */
    Duration duration() throws Failure {
        String word = next();
        Duration duration = parse(word);
        if (duration == null) {
            throw wrong("'" + word + "' is no duration like 90s, 15m, 6h or 1d");
        }
        return duration;
    }

    /** Null if the text is none. */
    @org.jspecify.annotations.Nullable
    static Duration parse(String text) {
        if (!text.matches("[0-9]{1,9}[smhd]")) {
            return null;
        }
        int count = Integer.parseInt(text.substring(0, text.length() - 1));
        return switch (text.charAt(text.length() - 1)) {
            case 's' -> Duration.ofSeconds(count);
            case 'm' -> Duration.ofMinutes(count);
            case 'h' -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }

    /** As people write it. */
    static String text(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds > 0 && seconds % 3600 == 0) {
            return seconds / 3600 + "h";
        }
        return seconds > 0 && seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }

    Failure wrong(String why) {
        return new Failure("scenario line '" + line.strip() + "': " + why);
    }
}
