package net.re6st.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A process running on a host, and the file that has its output. */
public final class Task {
    private final String name;
    private final Process process;
    private final Path output;

    Task(String name, Process process, Path output) {
        this.name = name;
        this.process = process;
        this.output = output;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** SIGTERM: a clean end. */
    public void terminate() {
        process.destroy();
    }

    /** SIGKILL, to this process alone. */
    public void kill() {
        process.destroyForcibly();
    }

    public void signal(String signal) {
        Command.of("kill", "-" + signal, Long.toString(pid())).output();
    }

    /** Waits for its end and returns the exit status. */
    public int awaitExit(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new LabException(
                        "%s (pid %d) did not end within %.1f s".formatted(name, pid(), limit.toMillis() / 1000.0));
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while waiting for " + name, e);
        }
    }

    /** Everything it wrote so far, the end of it if that is much. */
    public String output() {
        try {
            String text = Files.readString(output);
            return text.length() <= 4000 ? text : "..." + text.substring(text.length() - 4000);
        } catch (IOException e) {
            return "(" + output + ": " + e.getMessage() + ")";
        }
    }
}
