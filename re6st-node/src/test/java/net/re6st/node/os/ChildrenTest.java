package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands of the user's end with all that they started. Real processes. */
class ChildrenTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path run;

    private final List<Long> started = new ArrayList<>();
    private EventLoop loop;
    private Children children;

    @BeforeEach
    void begin() throws IOException {
        loop = new EventLoop();
        children = new Children(new RunRecord(run), loop);
    }

    @AfterEach
    void end() throws IOException {
        children.endAll(Duration.ZERO);
        // Whoever waits for the end of our output must not wait for these.
        started.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        loop.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sleep 60 & echo $! > pids; wait", "sh -c 'sleep 60 & echo $! > pids; wait'; true"})
    void whatAShellStartedEndsWithIt(String command) throws Exception {
        List<Long> pids = start(command);
        children.endAll(LIMIT);
        assertThat(pids).allSatisfy(pid -> assertThat(ProcFiles.startTicks(pid)).isEmpty());
    }

    @Test
    void whatIgnoresThatIsKilled() throws Exception {
        List<Long> pids = start("sh -c 'trap \"\" TERM; echo $$ > pids; while :; do sleep 0.1; done' & wait");
        children.endAll(Duration.ofMillis(300));
        assertThat(pids).allSatisfy(pid -> assertThat(ProcFiles.startTicks(pid)).isEmpty());
    }

    /** As a new daemon finds it: of a daemon that was killed. */
    @Test
    void theNextDaemonEndsAllOfIt() throws Exception {
        List<Long> pids = start("sleep 60 & echo $! > pids; wait");
        Reconcile.abandon(run);
        assertThat(pids).allSatisfy(pid -> assertThat(ProcFiles.startTicks(pid)).isEmpty());
    }

    /** Starts it in the folder; the processes that it writes down. */
    private List<Long> start(String command) throws IOException, InterruptedException {
        children.startShell("cd " + run + "; " + command, Map.of(), status -> {});
        Path file = run.resolve("pids");
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!Files.exists(file) || !Files.readString(file).endsWith("\n")) {
            assertThat(System.nanoTime() - deadline).isNegative();
            Thread.sleep(10);
        }
        Files.readAllLines(file).forEach(line -> started.add(Long.parseLong(line.strip())));
        assertThat(started).isNotEmpty().allSatisfy(pid -> assertThat(ProcFiles.startTicks(pid))
                .isPresent());
        return started;
    }
}
