package net.re6st.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Standard error, which may be systemd's journal: then each line says how grave it is, by the number of syslog's that systemd
 * expects in front of it.
 */
public final class StandardError {
    /** Priorities of syslog. */
    static final int ERROR = 3;

    static final int WARNING = 4;
    static final int INFORMATION = 6;
    static final int DEBUG = 7;

    private static final boolean IS_JOURNAL = isJournal(System.getenv("JOURNAL_STREAM"));

    private StandardError() {}

    /** What an operator should see. */
    public static void error(String text) {
        System.err.println(marked(text, ERROR, IS_JOURNAL));
    }

    /** A bug, with its trace. */
    static void error(Throwable bug) {
        StringWriter trace = new StringWriter();
        bug.printStackTrace(new PrintWriter(trace));
        error(trace.toString().stripTrailing());
    }

    /** The text as standard error should get it; a line end at its end stays there. */
    static String marked(String text, int priority) {
        return marked(text, priority, IS_JOURNAL);
    }

    static String marked(String text, int priority, boolean forJournal) {
        if (!forJournal) {
            return text;
        }
        String end = text.endsWith("\n") ? "\n" : "";
        return text.lines().map(line -> "<" + priority + ">" + line).collect(Collectors.joining("\n", "", end));
    }

    /** {@code stream}: device and inode of the journal's stream, as systemd tells those it starts. */
    private static boolean isJournal(@Nullable String stream) {
        if (stream == null) {
            return false;
        }
        try {
            Map<String, Object> file = Files.readAttributes(Path.of("/proc/self/fd/2"), "unix:dev,ino");
            return stream.equals(file.get("dev") + ":" + file.get("ino"));
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
