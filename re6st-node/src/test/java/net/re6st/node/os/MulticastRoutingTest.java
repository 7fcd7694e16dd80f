package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import net.re6st.net.Iface;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What pim-dm is told, at its start and when interfaces come later. */
final class MulticastRoutingTest {
    @TempDir
    private Path run;

    @Test
    void aMissingProgramIsReportedWithWhatToDo() throws IOException {
        Logger logger = (Logger) LoggerFactory.getLogger(MulticastRouting.class);
        ListAppender<ILoggingEvent> said = new ListAppender<>();
        said.start();
        logger.addAppender(said);
        try (EventLoop loop = new EventLoop();
                Commands commands = new Commands()) {
            RunRecord record = new RunRecord(run);
            Children children = new Children(record, loop);
            MulticastRouting routing =
                    new MulticastRouting(loop, commands, children, run, program("re6st-no-such-program"));
            routing.start(List.of(new Iface("lo")));
            routing.add(new Iface("re6stnet1"));
            record.close();
        } finally {
            logger.detachAppender(said);
        }
        assertThat(said.list).singleElement().satisfies(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.WARN);
            assertThat(event.getFormattedMessage())
                    .startsWith("can't run re6st-no-such-program: ")
                    .endsWith("; multicast is not routed. Install it (pip install pim-dm) or leave --multicast out");
        });
    }

    /** pim-dm 1.4 says that it runs before it takes commands; those that come between are lost. */
    @Test
    void interfacesAreNamedOnceItTakesCommands() throws Exception {
        Path program = recorder("touch 0; while [ ! -e go ]; do sleep 0.1; done; touch pim_uds_socket0; exec sleep 60");
        try (Started started = start(program)) {
            started.routing.add(new Iface("re6stnet1"));
            started.runUntil(() -> Files.exists(run.resolve("0")));
            started.runFor(Duration.ofMillis(300));
            assertThat(calls()).containsExactly("-config " + run.resolve("pim-dm.conf"));
            Files.createFile(run.resolve("go"));
            started.runUntil(() -> calls().contains("-aimld re6stnet1"));
            assertThat(calls()).contains("-6 -aisr re6stnet1");
        }
    }

    /** Files of one that was killed are no reason for the next one not to start. */
    @Test
    void whatAKilledOneLeftIsRemoved() throws Exception {
        Files.createFile(run.resolve("0"));
        Files.createFile(run.resolve("pim_uds_socket0"));
        Path program = recorder("[ ! -e 0 ] || exit 1; touch 0 pim_uds_socket0; exec sleep 60");
        try (Started started = start(program)) {
            started.routing.add(new Iface("re6stnet1"));
            started.runUntil(() -> calls().contains("-aimld re6stnet1"));
        }
    }

    @Test
    void oneThatRunsIsLeftAlone() throws Exception {
        Files.createFile(run.resolve("0"));
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(run.resolve("pim_uds_socket0")));
            start(recorder("exit 1")).close();
            assertThat(run.resolve("0")).exists();
            assertThat(run.resolve("pim_uds_socket0")).exists();
        }
    }

    /** A pim-dm that writes down how it is called, and then does {@code work} in the folder if it is the daemon. */
    private Path recorder(String work) throws IOException {
        Path program = Files.writeString(
                run.resolve("pim-dm"),
                "#!/bin/sh\ncd '" + run + "'\necho \"$*\" >> calls\n[ \"$1\" = -config ] || exit 0\n" + work + "\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return program;
    }

    private List<String> calls() {
        try {
            return Files.exists(run.resolve("calls")) ? Files.readAllLines(run.resolve("calls")) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private MulticastRouting.Program program(String name) {
        return new MulticastRouting.Program(name, run, Duration.ofMillis(50));
    }

    private Started start(Path program) throws IOException {
        Started started = new Started(new EventLoop(), program(program.toString()));
        started.routing.start(List.of(new Iface("lo")));
        return started;
    }

    /** One with all that it needs. */
    private final class Started implements AutoCloseable {
        private static final Duration LIMIT = Duration.ofSeconds(60);

        private final EventLoop loop;
        private final Commands commands = new Commands();
        private final Children children;
        private final MulticastRouting routing;

        Started(EventLoop loop, MulticastRouting.Program program) {
            this.loop = loop;
            this.children = new Children(new RunRecord(run), loop);
            this.routing = new MulticastRouting(loop, commands, children, run, program);
        }

        void runFor(Duration time) throws IOException {
            loop.after(time, loop::stop);
            loop.run();
        }

        void runUntil(BooleanSupplier condition) throws IOException {
            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (!condition.getAsBoolean()) {
                assertThat(System.nanoTime() - deadline).isNegative();
                runFor(Duration.ofMillis(20));
            }
        }

        @Override
        public void close() throws IOException {
            commands.close();
            children.endAll(Duration.ZERO);
            loop.close();
        }
    }

    @Test
    void configurationNamesEachInterfaceForBothProtocols() {
        assertThat(MulticastRouting.text(List.of(new Iface("lo"), new Iface("eth0"))))
                .isEqualTo(
                        """
                        PIM-DM:
                          Interfaces:
                            "lo":
                              ipv6:
                                enabled: true
                                state_refresh: true
                            "eth0":
                              ipv6:
                                enabled: true
                                state_refresh: true
                        MLD:
                          Interfaces:
                            "lo":
                              enabled: true
                            "eth0":
                              enabled: true
                        """);
    }
}
