package net.re6st.registry.os;

import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.io.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which connections are given up: those that take too long, however busily they drip, and when there are too many,
 * the one whose client we have waited for longest. When all have just come, or wait for us, nobody is given up: the next ones
 * wait in the kernel. Any thread.
 */
final class Connections implements Connection.Listener, AutoCloseable {
    /*
     * An idle timeout does not end a connection that sends a byte now and then, so the time for a request's head, and that
     * for its body and answer, are limited as a whole. And too many connections are not refused, because then who keeps the
     * most would win: one goes whose client could have been done. An honest client sends its request at once, body and all,
     * and reads the answer. Nothing but our own work protects a connection for as long as it takes; a client that has just
     * come, and one that has just got its first answer, has a little time for its part. After that answer it has had its
     * turn: nodes make a connection for each call, and who keeps one busy with cheap requests, or reads a long row of answers
     * in drips, would be protected for ever.
     *
     * When none of them may go there is a rush (all nodes of a large network after a revocation), and no more are accepted
     * until there is room.
     */
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    /** A crowd is over when everybody was let in for so long. */
    private static final Duration CROWD = Duration.ofMinutes(1);

    private final Rules rules;
    private final Gate accepting;
    private final AtomicLong shutNanos = new AtomicLong(System.nanoTime() - CROWD.toNanos());
    private final Set<RawTargetConnection> open = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService sweeper =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "connections"));

    /**
     * What connections may take.
     *
     * @param head from the beginning, or the end of the answer before, to the end of a request's head
     * @param exchange from there to the end of the answer
     * @param young how long the client of a new connection may take, even if there are too many, to send the head of its
     *     request, the body, and to read the answer, for each
     */
    record Rules(int maxConnections, Duration head, Duration exchange, Duration young) {
        // A head may keep 96 KiB of memory; topology of a large network takes its time.
        static final Rules USUAL =
                new Rules(2000, Duration.ofSeconds(30), Duration.ofSeconds(120), Duration.ofSeconds(3));
    }

    /** Lets connections in, or not for the moment. */
    interface Gate {
        void set(boolean on);

        boolean isOn();
    }

    Connections(Rules rules, Gate accepting) {
        this.rules = rules;
        this.accepting = accepting;
        long pauseMillis = Math.max(10, rules.head.toMillis() / 30);
        // sweep() reports its failures itself.
        ScheduledFuture<?> unused =
                sweeper.scheduleWithFixedDelay(this::sweep, pauseMillis, pauseMillis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void onOpened(Connection connection) {
        if (connection instanceof RawTargetConnection http) {
            open.add(http);
            makeRoom();
        }
    }

    /** Gives up old connections while there are too many; without old ones, stops accepting until there is room. */
    private void makeRoom() {
        long now = System.nanoTime();
        while (open.size() >= rules.maxConnections) {
            Optional<RawTargetConnection> oldest = open.stream()
                    .filter(one -> mayGo(one, now))
                    .min(Comparator.comparingLong(RawTargetConnection::turnNanos));
            if (oldest.isEmpty()) {
                accepting.set(false);
                tellOfCrowd(now);
                return;
            }
            // At once: it takes a moment until it is closed.
            if (open.remove(oldest.get())) {
                oldest.get().giveUp("too many connections");
            }
        }
        accepting.set(true);
    }

    private boolean mayGo(RawTargetConnection connection, long nowNanos) {
        boolean isYoung = nowNanos - connection.turnNanos() <= rules.young.toNanos();
        return !connection.isWorking() && (connection.hasAnswered() || !isYoung);
    }

    private void tellOfCrowd(long nowNanos) {
        if (nowNanos - shutNanos.getAndSet(nowNanos) >= CROWD.toNanos()) {
            LOG.warn(
                    "{} connections, all new or being answered: further ones wait. A rush of nodes passes by itself; if this"
                            + " lasts, limit connections by address in the firewall",
                    open.size());
        }
    }

    @Override
    public void onClosed(Connection connection) {
        if (connection instanceof RawTargetConnection http) {
            open.remove(http);
            if (!accepting.isOn()) {
                makeRoom();
            }
        }
    }

    private void sweep() {
        try {
            long now = System.nanoTime();
            for (RawTargetConnection connection : open) {
                Duration limit = connection.isExchanging() ? rules.exchange : rules.head;
                if (now - connection.sinceNanos() > limit.toNanos()) {
                    connection.giveUp("too slow");
                }
            }
            if (!accepting.isOn()) {
                makeRoom();
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
