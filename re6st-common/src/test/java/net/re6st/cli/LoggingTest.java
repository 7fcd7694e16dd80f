package net.re6st.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

class LoggingTest {
    private static final Logger LOG = LoggerFactory.getLogger(LoggingTest.class);

    @TempDir
    Path directory;

    @AfterEach
    void restore() {
        Logging.toStandardError(1);
    }

    @Test
    void eachVerbosityAddsALevel() throws Exception {
        String[] expected = {"", "WARN", "WARN INFO", "WARN INFO DEBUG", "WARN INFO DEBUG TRACE"};
        for (int verbosity = 0; verbosity <= 4; verbosity++) {
            Path file = directory.resolve("new/log" + verbosity);
            Logging.toFile(file, verbosity);
            LOG.warn("x");
            LOG.info("x");
            LOG.debug("x");
            LOG.trace("x");
            assertThat(Files.readString(file)
                            .replaceAll("(?m)^\\S+Z (\\w+) +LoggingTest: x\n", "$1 ")
                            .strip())
                    .isEqualTo(expected[verbosity]);
        }
    }

    @Test
    void writesTimeInUtcTheNodeAndEscapedText() throws Exception {
        Path file = directory.resolve("log");
        Logging.toFile(file, 2);
        try (var node = MDC.putCloseable("node", "5/16")) {
            LOG.info("from {}", "a\r\nb\u2028");
        }
        assertThat(Files.readString(file))
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z INFO  \\[5/16\\] LoggingTest: "
                        + "from a\\\\u000d\\\\u000ab\\\\u2028\n");
    }

    @Test
    void isNotFilledByThoseWhoSendMalformedRequests() throws Exception {
        Path file = directory.resolve("log");
        for (int verbosity = 1; verbosity <= 3; verbosity++) {
            Logging.toFile(file, verbosity);
            LoggerFactory.getLogger("org.eclipse.jetty.http.HttpParser").warn("x");
            LoggerFactory.getLogger("org.eclipse.jetty.util.HostPort").warn("x");
        }
        assertThat(file).isEmptyFile();
        LoggerFactory.getLogger("org.eclipse.jetty.server.AbstractConnector").warn("x");
        assertThat(file).isNotEmptyFile();
    }

    @Test
    void writesWhereAFailureComesFrom() throws Exception {
        Path file = directory.resolve("log");
        Logging.toFile(file, 2);
        LOG.warn("odd", new IllegalStateException("why"));
        assertThat(Files.readString(file)).contains("odd\njava.lang.IllegalStateException: why\n", "LoggingTest.java");
    }

    @Test
    void reopensAtTheSignal() throws Exception {
        Path file = directory.resolve("log");
        Path moved = directory.resolve("log.1");
        Logging.toFile(file, 2);
        LOG.info("first");
        Files.move(file, moved);
        CountDownLatch reopened = new CountDownLatch(1);
        Signals.on("USR1", () -> {
            Logging.reopen();
            reopened.countDown();
        });
        send("USR1");
        assertThat(reopened.await(Duration.ofSeconds(10).toMillis(), TimeUnit.MILLISECONDS))
                .isTrue();
        LOG.info("second");
        assertThat(Files.readString(moved)).contains("first").doesNotContain("second");
        assertThat(Files.readString(file)).contains("second");
    }

    @Test
    void refusesAFileThatCantBeWritten() {
        assertThatThrownBy(() -> Logging.toFile(directory, 2))
                .isInstanceOf(Failure.class)
                .hasMessageContaining(directory.toString());
    }

    private static void send(String signal) throws Exception {
        new ProcessBuilder(
                        "kill",
                        "-" + signal,
                        Long.toString(ProcessHandle.current().pid()))
                .start()
                .waitFor();
    }
}
