package net.re6st.registry.os;

import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;
import net.re6st.registry.core.Source;
import org.eclipse.jetty.io.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which connections are given up: those that take too long, however busily they drip, and when there are too many of
 * one source or in all, the one whose client we have waited for longest. If all of a source have just come, or wait for us,
 * its next one is given up; if all there are, nobody is, and the next ones wait in the kernel. Any thread.
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
     * Who makes new connections faster than they grow old would still shut the door, so no source has more than a quarter of
     * the room. Proxies have no such limit, for theirs are everybody's.
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
    private final AtomicLong crowdedNanos = new AtomicLong(System.nanoTime() - CROWD.toNanos());
    private final Function<String, Optional<Source>> sources;
    private final Map<RawTargetConnection, Optional<Source>> open = new ConcurrentHashMap<>();
    private final ScheduledExecutorService sweeper =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "connections"));

    /**
     * What connections may take.
     *
     * @param maxOfSource of {@code maxConnections}, how many one source may have
     * @param head from the beginning, or the end of the answer before, to the end of a request's head
     * @param exchange from there to the end of the answer
     * @param young how long the client of a new connection may take, even if there are too many, to send the head of its
     *     request, the body, and to read the answer, for each
     */
    record Rules(int maxConnections, int maxOfSource, Duration head, Duration exchange, Duration young) {
        // A head may keep 96 KiB of memory; topology of a large network takes its time.
        static final Rules USUAL =
                new Rules(2000, 500, Duration.ofSeconds(30), Duration.ofSeconds(120), Duration.ofSeconds(3));
    }

    /** Lets connections in, or not for the moment. */
    interface Gate {
        void set(boolean on);

        boolean isOn();
    }

    /** {@code sources} tells whom an address stands for: nobody in particular, if it is that of a proxy. */
    Connections(Rules rules, Function<String, Optional<Source>> sources, Gate accepting) {
        this.rules = rules;
        this.sources = sources;
        this.accepting = accepting;
        long pauseMillis = Math.max(10, rules.head.toMillis() / 30);
        // sweep() reports its failures itself.
        ScheduledFuture<?> unused =
                sweeper.scheduleWithFixedDelay(this::sweep, pauseMillis, pauseMillis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void onOpened(Connection connection) {
        if (connection instanceof RawTargetConnection http) {
            Optional<Source> source =
                    sources.apply(JettyServer.address(http.getEndPoint().getRemoteSocketAddress()));
            open.put(http, source);
            if (source.isPresent()) {
                makeRoomFor(http, source.get());
            }
            makeRoom();
        }
    }

    /** Gives up a connection of a source that has too many: an old one, or the newcomer. */
    private void makeRoomFor(RawTargetConnection newcomer, Source source) {
        Predicate<RawTargetConnection> isOfSource =
                one -> open.getOrDefault(one, Optional.empty()).equals(Optional.of(source));
        // As a rule there are few, and none need be counted.
        if (open.size() <= rules.maxOfSource
                || open.keySet().stream().filter(isOfSource).count() <= rules.maxOfSource) {
            return;
        }
        long now = System.nanoTime();
        giveUp(longestAwaited(isOfSource, now).orElse(newcomer), "too many connections from one address");
        if (isNews(crowdedNanos, now)) {
            LOG.warn(
                    "{} connections from {}: further ones close older ones, or are closed. If it is a proxy, name it by --proxy",
                    rules.maxOfSource,
                    source.narrow());
        }
    }

    /** Gives up old connections while there are too many; without old ones, stops accepting until there is room. */
    private void makeRoom() {
        long now = System.nanoTime();
        while (open.size() >= rules.maxConnections) {
            Optional<RawTargetConnection> oldest = longestAwaited(one -> true, now);
            if (oldest.isEmpty()) {
                accepting.set(false);
                tellOfCrowd(now);
                return;
            }
            giveUp(oldest.get(), "too many connections");
        }
        accepting.set(true);
    }

    /** Among those that may go. */
    private Optional<RawTargetConnection> longestAwaited(Predicate<RawTargetConnection> which, long nowNanos) {
        return open.keySet().stream()
                .filter(which)
                .filter(one -> mayGo(one, nowNanos))
                .min(Comparator.comparingLong(RawTargetConnection::turnNanos));
    }

    private void giveUp(RawTargetConnection connection, String reason) {
        // At once: it takes a moment until it is closed.
        if (open.remove(connection) != null) {
            connection.giveUp(reason);
        }
    }

    private boolean mayGo(RawTargetConnection connection, long nowNanos) {
        boolean isYoung = nowNanos - connection.turnNanos() <= rules.young.toNanos();
        return !connection.isWorking() && (connection.hasAnswered() || !isYoung);
    }

    /** Whether it is a while since the last time. */
    private static boolean isNews(AtomicLong lastNanos, long nowNanos) {
        return nowNanos - lastNanos.getAndSet(nowNanos) >= CROWD.toNanos();
    }

    private void tellOfCrowd(long nowNanos) {
        if (isNews(shutNanos, nowNanos)) {
            LOG.warn(
                    "{} connections, all new or being answered: further ones wait. A rush of nodes passes by itself; if this"
                            + " lasts, limit new connections in the firewall",
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
            for (RawTargetConnection connection : open.keySet()) {
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
