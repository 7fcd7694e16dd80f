package net.re6st.node.os;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs short commands ({@code ip}) one after the other in a thread of its own, so that the loop never waits for one and their
 * order is that of the requests.
 */
public final class Commands implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Commands.class);
    private static final int MAX_WAITING = 10_000;
    private static final int MAX_OUTPUT_BYTES = 1 << 22;
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final ThreadFactory CONVERSATIONS = Threads.named("command");

    /** The status of a command that can't be started. */
    private static final int NOT_STARTED = -1;

    /** The status of a command that hangs. */
    private static final int HANGS = -2;

    private final Consumer<Error> defect;
    private final ExecutorService worker;

    /** What a command printed, errors included, and its exit status. */
    public record Result(int status, String output) {
        public boolean succeeded() {
            return status == 0;
        }

        /** Whether there was a program that could be run. */
        public boolean started() {
            return status != NOT_STARTED;
        }
    }

    Commands() {
        this(error -> {
            throw error;
        });
    }

    /** {@code defect} is told of an {@link Error}, in this thread: what it kept from being done nobody will do. */
    public Commands(Consumer<Error> defect) {
        this.defect = defect;
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_WAITING), Threads.named("commands"));
        worker = pool;
    }

    /** Does {@code work} after everything submitted before. */
    void submit(Runnable work) {
        try {
            worker.execute(() -> {
                try {
                    work.run();
                } catch (RuntimeException e) {
                    LOG.error("a command failed unexpectedly", e);
                } catch (Error e) {
                    defect.accept(e);
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("no more commands are run: {}", e.getMessage());
        }
    }

    /** Runs a command now, in the calling thread; one that can't be started or hangs counts as failed. */
    public static Result run(List<String> words) {
        return run(words, "");
    }

    /** The same, for a command that reads {@code input}; it must not write much before it has read that. */
    static Result run(List<String> words, String input) {
        return run(words, input, LIMIT);
    }

    /** The same, for one that may take so long. */
    static Result run(List<String> words, String input, Duration limit) {
        try {
            Process process =
                    new ProcessBuilder(words).redirectErrorStream(true).start();
            // Its output may stay open after its end, in the hands of a child: that thread is left alone then.
            FutureTask<Result> conversation = new FutureTask<>(() -> converse(process, input));
            CONVERSATIONS.newThread(conversation).start();
            try {
                Result result = conversation.get(limit.toMillis(), TimeUnit.MILLISECONDS);
                LOG.trace("{}: {} {}", words, result.status, result.output);
                return result;
            } catch (TimeoutException e) {
                process.destroyForcibly();
                String reason = "no end within " + limit.toMillis() / 1000.0 + " s";
                LOG.warn("{}: {}, it is killed", String.join(" ", words), reason);
                return new Result(HANGS, reason);
            }
        } catch (IOException e) {
            return new Result(NOT_STARTED, String.valueOf(e.getMessage()));
        } catch (ExecutionException e) {
            return new Result(NOT_STARTED, String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Result(NOT_STARTED, "interrupted");
        }
    }

    private static Result converse(Process process, String input) throws IOException, InterruptedException {
        try (OutputStream out = process.getOutputStream()) {
            out.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String output;
        try (InputStream in = process.getInputStream()) {
            output = new String(in.readNBytes(MAX_OUTPUT_BYTES), StandardCharsets.UTF_8);
        }
        return new Result(process.waitFor(), output.strip());
    }

    /** Runs a command that should succeed, in the calling thread; says so if it doesn't. */
    static boolean attempt(List<String> words) {
        return attempt(words, "");
    }

    /** The same, for a command that reads {@code input}. */
    static boolean attempt(List<String> words, String input) {
        Result result = run(words, input);
        if (!result.succeeded() && result.status != HANGS) {
            LOG.warn("{}: {}", String.join(" ", words), result.output());
        }
        return result.succeeded();
    }

    /** Waits for what was submitted, for a limited time. */
    @Override
    public void close() {
        worker.shutdown();
        try {
            if (!worker.awaitTermination(5, TimeUnit.SECONDS)) {
                worker.shutdownNow();
            }
        } catch (InterruptedException e) {
            worker.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
