package net.re6st.cli;

import java.util.ArrayList;
import java.util.List;

/** Commands as documents show them, as far as a test needs to understand a shell: lines, words, where a command ends. */
public final class ShellLines {
    private ShellLines() {}

    /** Commands, one per line, without comments; lines that end with a backslash go on. */
    public static List<String> commands(List<String> lines) {
        List<String> commands = new ArrayList<>();
        StringBuilder command = new StringBuilder();
        for (String line : lines) {
            String text = line.strip();
            if (text.endsWith("\\")) {
                command.append(text, 0, text.length() - 1).append(' ');
            } else if (!text.isEmpty() && !(command.isEmpty() && text.startsWith("#"))) {
                commands.add(command.append(text).toString());
                command.setLength(0);
            }
        }
        return commands;
    }

    /** The words of a simple command, up to what ends it; a substitution is one word's part. */
    public static List<String> words(String command) throws UsageError {
        List<String> words = new ArrayList<>();
        for (String word : ShellWords.split(command.replaceAll("\\$\\([^)]*\\)", "SUBSTITUTED"))) {
            if (word.matches("[|;&>#].*")) {
                break;
            }
            words.add(word);
        }
        return words;
    }
}
