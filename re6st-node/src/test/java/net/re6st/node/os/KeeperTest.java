package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The script, run as it is; without systemd. */
class KeeperTest {
    private static final Path RUN = Path.of("/run/a b");

    @Test
    void endsWhatItKnowsWhenTheDaemonIsGoneForTooLong() throws Exception {
        Process kept = sleeper();
        Process reused = sleeper();
        Process forgotten = sleeper();
        try {
            long start = ProcFiles.startTicks(kept.pid()).orElseThrow();
            long other = ProcFiles.startTicks(reused.pid()).orElseThrow() + 1;
            Process keeper = keeper(1);
            keeper.getOutputStream()
                    .write((forgotten.pid() + ":" + start + "\n" + reused.pid() + ":" + other + " " + kept.pid() + ":"
                                    + start + "\n")
                            .getBytes(StandardCharsets.US_ASCII));
            keeper.getOutputStream().close();
            assertThat(kept.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(keeper.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(reused.isAlive()).as("another process of that number").isTrue();
            assertThat(forgotten.isAlive()).as("it had ended, as far as known").isTrue();
        } finally {
            List.of(kept, reused, forgotten).forEach(Process::destroyForcibly);
        }
    }

    @Test
    void endsNothingWhileTheDaemonLives() throws Exception {
        Process kept = sleeper();
        try {
            Process keeper = keeper(0);
            keeper.getOutputStream()
                    .write((kept.pid() + ":" + ProcFiles.startTicks(kept.pid()).orElseThrow() + "\n")
                            .getBytes(StandardCharsets.US_ASCII));
            keeper.getOutputStream().flush();
            assertThat(keeper.waitFor(1, TimeUnit.SECONDS)).isFalse();
            keeper.destroy();
            assertThat(keeper.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(kept.isAlive()).isTrue();
        } finally {
            kept.destroyForcibly();
        }
    }

    @Test
    void isKnownByItsWords() {
        List<String> words = Keeper.words(RUN, Duration.ofSeconds(5), "");
        assertThat(Keeper.isOurs(words, RUN)).isTrue();
        assertThat(Keeper.isOurs(words, Path.of("/run/b"))).isFalse();
        assertThat(Keeper.isOurs(List.of("/bin/sh", "-c", "x"), RUN)).isFalse();
    }

    @Test
    void isToldOfBabeldFirst() {
        assertThat(Keeper.line(List.of(
                        new RunState.Child(4242, 1, List.of("openvpn"), "re6stnet1", null),
                        new RunState.Child(4243, 2, List.of("babeld"), null, null))))
                .isEqualTo("4243:2 4242:1");
        assertThat(Keeper.line(List.of())).isEmpty();
    }

    private static Process keeper(int seconds) throws IOException {
        return new ProcessBuilder(Keeper.words(RUN, Duration.ofSeconds(seconds), ""))
                .redirectErrorStream(true)
                .start();
    }

    private static Process sleeper() throws IOException {
        return new ProcessBuilder("sleep", "300").start();
    }
}
