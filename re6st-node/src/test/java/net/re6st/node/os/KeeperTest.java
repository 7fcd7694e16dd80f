package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    void endsWhatWasStartedInTheLastMomentAndNobodyElse(@TempDir Path folder) throws Exception {
        Path babeld = program(folder, "babeld");
        Path openvpn = program(folder, "openvpn");
        List<Process> ours = List.of(
                start(babeld, "-S", "x", "-G", RUN.resolve("babeld.ctl").toString(), "re6st-none"),
                start(openvpn, "--management", RUN.resolve("re6stnet1.sock").toString(), "unix"));
        List<Process> others = List.of(
                start(babeld, "-G", "/run/other/babeld.ctl"),
                start(babeld, "-S", RUN.resolve("babeld.state").toString()),
                start(openvpn, "--management", RUN + "/deeper/re6stnet1.sock", "unix"),
                start(program(folder, "editor"), "-G", RUN.resolve("babeld.ctl").toString()));
        List<Process> later = new ArrayList<>();
        try {
            awaitNextTick(ours);
            Process keeper = keeper(3);
            keeper.getOutputStream().close();
            // The next daemon is not so quick: the keeper has taken the time by its first child.
            await(() -> keeper.children().anyMatch(child -> true));
            later.add(start(babeld, "-G", RUN.resolve("babeld.ctl").toString()));
            assertThat(keeper.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(ours).noneMatch(Process::isAlive);
            assertThat(others).allMatch(Process::isAlive);
            assertThat(later).allMatch(Process::isAlive);
        } finally {
            ours.forEach(Process::destroyForcibly);
            others.forEach(Process::destroyForcibly);
            later.forEach(Process::destroyForcibly);
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

    /** Returns when what is started from here on is younger, by the kernel's clock. */
    private static void awaitNextTick(List<Process> processes) throws Exception {
        long youngest = 0;
        for (Process process : processes) {
            youngest = Math.max(youngest, ProcFiles.startTicks(process.pid()).orElseThrow());
        }
        long last = youngest;
        await(() -> {
            Process clock = sleeper();
            try {
                return ProcFiles.startTicks(clock.pid()).orElseThrow() > last;
            } finally {
                clock.destroyForcibly();
            }
        });
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    /** A program of that name which waits until its input ends. */
    private static Path program(Path folder, String name) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, "#!/bin/sh\nread -r line\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    private static Process start(Path program, String... words) throws IOException {
        List<String> all = new ArrayList<>(List.of(program.toString()));
        all.addAll(List.of(words));
        return new ProcessBuilder(all).start();
    }

    private static Process sleeper() throws IOException {
        return new ProcessBuilder("sleep", "300").start();
    }
}
