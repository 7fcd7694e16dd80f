package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import net.re6st.net.Iface;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What pim-dm is told at its start; that interfaces which come later are told it, too, is seen in {@code ModesIT}. */
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
            MulticastRouting routing = new MulticastRouting(loop, commands, children, run, "re6st-no-such-program");
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
