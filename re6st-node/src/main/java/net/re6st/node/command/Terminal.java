package net.re6st.node.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Whether what we write is seen in a terminal, and what colours are there. */
final class Terminal {
    /** What a word means; a terminal shows it in a colour. */
    enum Tone {
        PLAIN(""),
        TITLE("\u001b[1m"),
        GOOD("\u001b[32m"),
        WARNING("\u001b[33m"),
        BAD("\u001b[31m");

        private final String start;

        Tone(String start) {
            this.start = start;
        }
    }

    private static final String END = "\u001b[0m";

    private final boolean colours;

    private Terminal(boolean colours) {
        this.colours = colours;
    }

    static Terminal ofStandardOutput() {
        return of(isTerminal(1), System.getenv());
    }

    static Terminal of(boolean terminal, Map<String, String> environment) {
        boolean refused = !environment.getOrDefault("NO_COLOR", "").isEmpty()
                || environment.getOrDefault("TERM", "dumb").equals("dumb");
        return new Terminal(terminal && !refused);
    }

    static Terminal plain() {
        return new Terminal(false);
    }

    /** Whether a descriptor of this process is a terminal: Java tells that of both ends together only. */
    static boolean isTerminal(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }

    String paint(Tone tone, String text) {
        return colours && tone != Tone.PLAIN ? tone.start + text + END : text;
    }
}
