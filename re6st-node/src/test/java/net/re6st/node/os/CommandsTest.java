package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class CommandsTest {
    private static final Duration SHORT = Duration.ofMillis(300);

    @Test
    void tellsWhatACommandPrintedAndHowItEnded() {
        Commands.Result result = Commands.run(List.of("sh", "-c", "cat; echo error >&2; exit 3"), "input\n");
        assertThat(result).isEqualTo(new Commands.Result(3, "input\nerror"));
    }

    @Test
    void aProgramThatIsNotThereFails() {
        assertThat(Commands.run(List.of("/no/such/program")).succeeded()).isFalse();
    }

    /** One that says nothing, one that does not read, and one whose child has its output. */
    @Test
    void aCommandThatHangsIsKilled() throws InterruptedException {
        String much = "x".repeat(1 << 20);
        List<String> silent = List.of("sleep", "58");
        List<String> deaf = List.of("sleep", "59");
        List<String> parent = List.of("sh", "-c", "sleep 5; echo");
        for (List<String> words : List.of(silent, deaf, parent)) {
            Commands.Result result = Commands.run(words, words == deaf ? much : "", SHORT);
            assertThat(result.succeeded()).as("%s", words).isFalse();
            assertThat(result.output()).isEqualTo("no end within 0.3 s");
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (runs(silent) && System.nanoTime() - deadline < 0) {
            Thread.sleep(10);
        }
        assertThat(runs(silent)).isFalse();
    }

    private static boolean runs(List<String> words) {
        return ProcessHandle.current().children().anyMatch(child -> ProcFiles.words(child.pid())
                .equals(words));
    }
}
