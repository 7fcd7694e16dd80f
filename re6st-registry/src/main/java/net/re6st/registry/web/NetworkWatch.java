package net.re6st.registry.web;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import net.re6st.net.Moment;
import net.re6st.registry.core.Sighting;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was last seen of the network. Decides when to look again: when somebody asks and the last look is older than some
 * seconds. Looking may take long where nodes don't answer, so a page waits for it only a little and shows the one before.
 * Any thread.
 */
public final class NetworkWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkWatch.class);
    static final Duration FRESH = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofMillis(1200);

    private final Supplier<Sighting> look;
    private final Duration patience;
    private final ExecutorService worker = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "network-watch");
        thread.setDaemon(true);
        return thread;
    });

    private @Nullable Sighting last;
    private long lastNanos;
    private @Nullable CompletableFuture<Void> looking;

    public NetworkWatch(Supplier<Sighting> look) {
        this(look, PATIENCE);
    }

    NetworkWatch(Supplier<Sighting> look, Duration patience) {
        this.look = look;
        this.patience = patience;
    }

    /** The latest sighting; empty if the first is not over yet. Waits a little. */
    Optional<Sighting> latest(Moment now) {
        CompletableFuture<Void> running = begin(now);
        try {
            running.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("the nodes are still being asked: {}", e.toString());
        }
        synchronized (this) {
            return Optional.ofNullable(last);
        }
    }

    /** Looks again unless that was done a moment ago or is under way. */
    synchronized CompletableFuture<Void> begin(Moment now) {
        if (looking != null && !looking.isDone()) {
            return looking;
        }
        if (last != null && now.monotonicNanos() - lastNanos < FRESH.toNanos()) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> begun = CompletableFuture.supplyAsync(look, worker)
                .thenAccept(sighting -> keep(sighting, now.monotonicNanos()))
                .exceptionally(e -> {
                    LOG.warn("looking at the network: {}", e.toString());
                    return null;
                });
        looking = begun;
        return begun;
    }

    private synchronized void keep(Sighting sighting, long nanos) {
        last = sighting;
        lastNanos = nanos;
    }

    @Override
    public void close() {
        worker.shutdownNow();
    }
}
