package net.re6st.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One command run to its end: owns the time limit, and what is said when a command fails. */
public final class Command {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int OUTPUT_LIMIT_BYTES = 4 << 20;

    private final List<String> words;
    private Duration limit = LIMIT;
    private String input = "";
    private Map<String, String> environment = Map.of();
    private @Nullable Path directory;

    private Command(List<String> words) {
        this.words = List.copyOf(words);
    }

    public static Command of(String... words) {
        return new Command(List.of(words));
    }

    public static Command of(List<String> words) {
        return new Command(words);
    }

    public Command within(Duration newLimit) {
        limit = newLimit;
        return this;
    }

    public Command input(String text) {
        input = text;
        return this;
    }

    /** Variables besides those of this process. */
    public Command environment(Map<String, String> variables) {
        environment = Map.copyOf(variables);
        return this;
    }

    public Command in(Path newDirectory) {
        directory = newDirectory;
        return this;
    }

    /** What a command left: its exit status, standard output and error output together. */
    public record Result(int status, String output) {
        public boolean ok() {
            return status == 0;
        }
    }

    /** Runs it and returns the output; a status other than 0 is an exception that shows the output. */
    public String output() {
        Result result = run();
        if (!result.ok()) {
            throw new LabException("'%s' ended with status %d: %s"
                    .formatted(text(), result.status(), result.output().strip()));
        }
        return result.output();
    }

    /** Runs it, whatever its status. Output goes through a file, so that a child that outlives it blocks nobody. */
    public Result run() {
        Path output = temporaryFile();
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(output.toFile());
            if (directory != null) {
                builder.directory(directory.toFile());
            }
            builder.environment().putAll(environment);
            Process process = builder.start();
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // It ended without reading its input; the status tells.
            }
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new LabException("'%s' did not end within %d s".formatted(text(), limit.toSeconds()));
            }
            return new Result(process.exitValue(), read(output));
        } catch (IOException e) {
            throw new LabException("'%s' cannot be started: %s".formatted(text(), e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while running '%s'".formatted(text()), e);
        } finally {
            delete(output);
        }
    }

    private String text() {
        String text = String.join(" ", words);
        return text.length() <= 200 ? text : text.substring(0, 200) + "...";
    }

    private static Path temporaryFile() {
        try {
            return Files.createTempFile("re6st-lab", ".out");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) throws IOException {
        try (var stream = Files.newInputStream(file)) {
            return new String(stream.readNBytes(OUTPUT_LIMIT_BYTES), StandardCharsets.UTF_8);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
