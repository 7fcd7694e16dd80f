package net.re6st.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Where this process logs, and how much: set up in code, because reading a configuration file would cost a node a good
 * part of its start-up time.
 *
 * <p>Until a program calls one of the methods, warnings go to standard error.
 */
public final class Logging {
    /** What an operator means by a verbosity of 0, 1, 2, 3, 4. */
    private static final Level[] LEVELS = {Level.OFF, Level.WARN, Level.INFO, Level.DEBUG, Level.TRACE};

    /** Whose details interest nobody below the highest verbosity. */
    private static final String[] LIBRARIES = {"org.eclipse.jetty", "org.sqlite", "jakarta.mail"};

    /** Who warns of each malformed request: whoever sends them could fill the disk. */
    private static final String[] OF_STRANGERS_FAULTS = {
        "org.eclipse.jetty.http.HttpParser", "org.eclipse.jetty.util.HostPort"
    };

    private static @Nullable LogFile file;

    private Logging() {}

    /** Logs to standard error. */
    public static synchronized void toStandardError(int verbosity) {
        use(LogFile.standardError(), verbosity);
    }

    /** Appends to a file; directories are made when missing. */
    public static synchronized void toFile(Path path, int verbosity) throws Failure {
        try {
            Path parent = path.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            use(LogFile.at(path), verbosity);
        } catch (IOException e) {
            throw new Failure("can't log to " + path + ": " + e.getMessage());
        }
    }

    /** Opens the file anew, after it was moved away; if that fails, logging goes on into the old one. */
    public static synchronized void reopen() {
        if (file != null) {
            try {
                file.reopen();
            } catch (IOException e) {
                LoggerFactory.getLogger(Logging.class).warn("can't reopen the log: {}", e.getMessage());
            }
        }
    }

    /** Whether what is logged does not already appear on standard error. */
    static synchronized boolean isToFile() {
        return file != null && file.isNamed();
    }

    private static void use(LogFile target, int verbosity) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Level level = LEVELS[Math.max(0, Math.min(verbosity, LEVELS.length - 1))];
        target.setContext(context);
        target.start();
        root.detachAndStopAllAppenders();
        root.addAppender(target);
        root.setLevel(level);
        for (String library : LIBRARIES) {
            boolean quiet = level.isGreaterOrEqual(Level.WARN) || level.equals(Level.TRACE);
            context.getLogger(library).setLevel(quiet ? level : Level.WARN);
        }
        for (String name : OF_STRANGERS_FAULTS) {
            context.getLogger(name).setLevel(level.equals(Level.TRACE) ? level : Level.ERROR);
        }
        file = target;
    }
}
