package net.re6st.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Splits a line into words by the quoting rules of a shell: white space, quotes, backslashes; no comments. And the reverse. */
public final class ShellWords {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:,%+=\\[\\]-]+");

    private final String line;
    private final List<String> words = new ArrayList<>();
    private @Nullable StringBuilder word;
    private int at;

    private ShellWords(String line) {
        this.line = line;
    }

    /** A word as it is written in a line, so that it is read as one word, here and by a shell. */
    public static String quote(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    static List<String> split(String line) throws UsageError {
        ShellWords splitter = new ShellWords(line);
        splitter.run();
        return splitter.words;
    }

    private void run() throws UsageError {
        while (at < line.length()) {
            char c = line.charAt(at++);
            switch (c) {
                case ' ', '\t', '\r', '\n' -> endWord();
                case '\'' -> singleQuoted();
                case '"' -> doubleQuoted();
                case '\\' -> word().append(next("nothing follows the last backslash"));
                default -> word().append(c);
            }
        }
        endWord();
    }

    private void singleQuoted() throws UsageError {
        StringBuilder text = word();
        for (char c = next("no closing '"); c != '\''; c = next("no closing '")) {
            text.append(c);
        }
    }

    private void doubleQuoted() throws UsageError {
        StringBuilder text = word();
        for (char c = next("no closing \""); c != '"'; c = next("no closing \"")) {
            if (c == '\\') {
                char escaped = next("no closing \"");
                if (escaped != '"' && escaped != '\\') {
                    text.append('\\');
                }
                text.append(escaped);
            } else {
                text.append(c);
            }
        }
    }

    private StringBuilder word() {
        if (word == null) {
            word = new StringBuilder();
        }
        return word;
    }

    private void endWord() {
        if (word != null) {
            words.add(word.toString());
            word = null;
        }
    }

    private char next(String problem) throws UsageError {
        if (at == line.length()) {
            throw new UsageError(problem + " in: " + line);
        }
        return line.charAt(at++);
    }
}
