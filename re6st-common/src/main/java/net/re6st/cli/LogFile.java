package net.re6st.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes one line per event: time in UTC, level, node if there are several, the class, the message.
 *
 * <pre>2026-11-22T16:50:05.123Z WARN  [5/16] ParameterFollower: the registry does not answer</pre>
 *
 * <p>A message often quotes what others sent, so control characters are escaped: nobody forges a line. Logback calls
 * {@link #append} under a lock.
 */
final class LogFile extends AppenderBase<ILoggingEvent> {
    /** The key in the logging context under which a simulator names the node that is speaking. */
    private static final String NODE = "node";

    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    private final @Nullable Path path;
    private OutputStream out;

    private LogFile(@Nullable Path path, OutputStream out) {
        this.path = path;
        this.out = out;
    }

    static LogFile standardError() {
        return new LogFile(null, System.err);
    }

    static LogFile at(Path path) throws IOException {
        return new LogFile(path, new FileOutputStream(path.toFile(), true));
    }

    boolean isNamed() {
        return path != null;
    }

    void reopen() throws IOException {
        if (path != null) {
            OutputStream fresh = new FileOutputStream(path.toFile(), true);
            synchronized (this) {
                out.close();
                out = fresh;
            }
        }
    }

    @Override
    protected void append(ILoggingEvent event) {
        try {
            // One write per line, and no buffer: lines of several processes stay whole, none is lost in a crash.
            String line = line(event);
            String text = path == null ? StandardError.marked(line, priority(event.getLevel())) : line;
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            addError("can't write the log", e);
        }
    }

    @Override
    public void stop() {
        super.stop();
        if (path != null) {
            try {
                out.close();
            } catch (IOException e) {
                addError("can't close the log", e);
            }
        }
    }

    static String line(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(160);
        TIME.formatTo(Instant.ofEpochMilli(event.getTimeStamp()), line);
        line.append(' ').append(name(event.getLevel()));
        Map<String, String> context = event.getMDCPropertyMap();
        String node = context.get(NODE);
        if (node != null) {
            line.append('[').append(node).append("] ");
        }
        String logger = event.getLoggerName();
        line.append(logger, logger.lastIndexOf('.') + 1, logger.length()).append(": ");
        appendEscaped(line, event.getFormattedMessage());
        line.append('\n');
        IThrowableProxy problem = event.getThrowableProxy();
        if (problem != null) {
            line.append(ThrowableProxyUtil.asString(problem)).append('\n');
        }
        return line.toString();
    }

    private static String name(Level level) {
        return switch (level.toInt()) {
            case Level.ERROR_INT -> "ERROR ";
            case Level.WARN_INT -> "WARN  ";
            case Level.INFO_INT -> "INFO  ";
            case Level.DEBUG_INT -> "DEBUG ";
            default -> "TRACE ";
        };
    }

    private static int priority(Level level) {
        return switch (level.toInt()) {
            case Level.ERROR_INT -> StandardError.ERROR;
            case Level.WARN_INT -> StandardError.WARNING;
            case Level.INFO_INT -> StandardError.INFORMATION;
            default -> StandardError.DEBUG;
        };
    }

    private static void appendEscaped(StringBuilder line, String message) {
        for (int i = 0; i < message.length(); i++) {
            char c = message.charAt(i);
            if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                line.append(String.format("\\u%04x", (int) c));
            } else {
                line.append(c);
            }
        }
    }
}
