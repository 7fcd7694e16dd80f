package net.re6st.testing;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/**
 * Fails each test during which something was logged as ERROR, which means "we stop"; JUnit finds it as a service.
 *
 * <p>A test that wants an error takes it: {@code assertThat(NoErrorsLogged.take()).containsExactly("...")}.
 */
public final class NoErrorsLogged implements BeforeEachCallback, AfterEachCallback {
    private static final List<String> ERRORS = new CopyOnWriteArrayList<>();

    private static final TurboFilter LISTENER = new TurboFilter() {
        @Override
        public FilterReply decide(
                Marker marker, Logger logger, Level level, String format, Object[] arguments, Throwable problem) {
            if (level == Level.ERROR && format != null) {
                ERRORS.add(logger.getName() + ": " + format);
            }
            return FilterReply.NEUTRAL;
        }
    };

    /** What was logged as ERROR since the test began, or since the last call. */
    public static List<String> take() {
        List<String> taken = List.copyOf(ERRORS);
        ERRORS.clear();
        return taken;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logback
                && !logback.getTurboFilterList().contains(LISTENER)) {
            logback.addTurboFilter(LISTENER);
        }
        ERRORS.clear();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        assertThat(take()).as("errors logged by " + context.getDisplayName()).isEmpty();
    }
}
