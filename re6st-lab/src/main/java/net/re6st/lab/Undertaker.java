package net.re6st.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Removes what a laboratory made: processes in its namespaces, the namespaces, its directory. It waits in a process of
 * its own for the end of its input, so that it also works when the owner is killed with SIGKILL; what even that leaves
 * (both killed) is found by the next laboratory that starts.
 */
final class Undertaker implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Process process;

    private Undertaker(Process process) {
        this.process = process;
    }

    /** Stands by for {@code owner}. In a session of its own: an interrupt from the terminal must not end it. */
    static Undertaker watch(RunId owner, Path directory) {
        try {
            return new Undertaker(new ProcessBuilder(words(owner, directory))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start());
        } catch (IOException e) {
            throw new LabException("setsid cannot be started: " + e.getMessage(), e);
        }
    }

    /** Removes everything of owners that are dead. */
    static void removeLeftovers(Path base) {
        Stream<String> namespaces =
                Command.of("ip", "netns", "list").output().lines().map(line -> line.split(" ")[0]);
        Stream.concat(namespaces, directories(base))
                .flatMap(name -> RunId.of(name).stream())
                .distinct()
                .filter(owner -> !owner.isAlive())
                .forEach(owner -> Command.of(words(owner, base.resolve(owner.name())))
                        .within(LIMIT)
                        .output());
    }

    /** Does the work now, and returns when it is done. */
    @Override
    public void close() {
        try {
            OutputStream input = process.getOutputStream();
            input.close();
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new LabException("the laboratory could not be removed within " + LIMIT.toSeconds() + " s");
            }
        } catch (IOException e) {
            throw new LabException("the laboratory cannot be removed: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<String> words(RunId owner, Path directory) {
        return List.of("setsid", "sh", "-c", script(), "undertaker", owner.name(), directory.toString());
    }

    private static String script() {
        try (InputStream stream = Undertaker.class.getResourceAsStream("undertaker.sh")) {
            if (stream == null) {
                throw new LabException("undertaker.sh is missing from the class path");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new LabException("undertaker.sh cannot be read: " + e.getMessage(), e);
        }
    }

    private static Stream<String> directories(Path base) {
        if (!Files.isDirectory(base)) {
            return Stream.of();
        }
        try (Stream<Path> entries = Files.list(base)) {
            return entries.map(entry -> entry.getFileName().toString()).toList().stream();
        } catch (IOException e) {
            throw new LabException("cannot list " + base + ": " + e.getMessage(), e);
        }
    }
}
