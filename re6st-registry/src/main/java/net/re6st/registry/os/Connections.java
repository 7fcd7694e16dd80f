package net.re6st.registry.os;

import java.time.Duration;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which connections are given up: those that take too long, however busily they drip, and when there are too many,
 * the one that has waited longest for its request. Any thread.
 */
final class Connections implements Connection.Listener, AutoCloseable {
    /*
     * An idle timeout does not end a connection that sends a byte now and then, so the time for a request's head, and that
     * for its body and answer, are limited as a whole. And too many connections are not refused, because then who keeps the
     * most would win: the oldest one without a complete request goes, which is an idle or a hostile one, for an honest client
     * sends its request at once.
     */
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    private final Rules rules;
    private final Set<RawTargetConnection> open = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService sweeper =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "connections"));

    /**
     * What connections may take.
     *
     * @param head from the beginning, or the end of the answer before, to the end of a request's head
     * @param exchange from there to the end of the answer
     */
    record Rules(int maxConnections, Duration head, Duration exchange) {
        // A head may keep 96 KiB of memory; topology of a large network takes its time.
        static final Rules USUAL = new Rules(2000, Duration.ofSeconds(30), Duration.ofSeconds(120));
    }

    Connections(Rules rules) {
        this.rules = rules;
        long pauseMillis = Math.max(10, rules.head.toMillis() / 30);
        // sweep() reports its failures itself.
        ScheduledFuture<?> unused =
                sweeper.scheduleWithFixedDelay(this::sweep, pauseMillis, pauseMillis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void onOpened(Connection connection) {
        if (connection instanceof RawTargetConnection http) {
            open.add(http);
            while (open.size() > rules.maxConnections) {
                RawTargetConnection oldest = open.stream()
                        .filter(one -> !one.isAnswering())
                        .min(Comparator.comparingLong(RawTargetConnection::sinceNanos))
                        .orElse(http);
                // At once: it takes a moment until it is closed.
                if (open.remove(oldest)) {
                    LOG.debug("too many connections");
                    oldest.giveUp("too many connections");
                }
            }
        }
    }

    @Override
    public void onClosed(Connection connection) {
        if (connection instanceof RawTargetConnection http) {
            open.remove(http);
        }
    }

    private void sweep() {
        try {
            long now = System.nanoTime();
            for (RawTargetConnection connection : open) {
                Duration limit = connection.isAnswering() ? rules.exchange : rules.head;
                if (now - connection.sinceNanos() > limit.toNanos()) {
                    connection.giveUp("too slow");
                }
            }
        } catch (RuntimeException e) {
            LOG.warn("looking for slow connections: {}", e.toString());
        }
    }

    int size() {
        return open.size();
    }

    @Override
    public void close() {
        sweeper.shutdownNow();
    }
}
