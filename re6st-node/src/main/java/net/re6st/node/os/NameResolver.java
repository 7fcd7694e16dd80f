package net.re6st.node.os;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import net.re6st.core.port.Resolver;
import net.re6st.core.port.Ticket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks names up with the system's resolver, a few at a time, each in a thread that may hang without harm. What a name meant
 * when it was last found is remembered: when name servers are silent or slow, that is what peers are dialled by, the more
 * as the tunnels of a node may be its only way to a name server.
 */
public final class NameResolver implements Resolver {
    private static final Logger LOG = LoggerFactory.getLogger(NameResolver.class);
    private static final int MAX_THREADS = 4;
    private static final int MAX_ANSWERS = 8;
    private static final int MAX_REMEMBERED = 1000;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    /** After which a remembered answer is used; RFC 8767, 5, recommends 1.8 s. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final EventLoop loop;
    private final Lookup lookup;
    private final BiConsumer<Ticket, List<String>> resolved;
    /** Used by the event loop alone. */
    private final Map<String, List<InetAddress>> remembered = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, List<InetAddress>> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            0, MAX_THREADS, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), Threads.named("resolver"));

    /** What finds the addresses of a name, however long that takes. */
    @FunctionalInterface
    interface Lookup {
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    public NameResolver(EventLoop loop, BiConsumer<Ticket, List<String>> resolved) {
        this(loop, InetAddress::getAllByName, resolved);
    }

    NameResolver(EventLoop loop, Lookup lookup, BiConsumer<Ticket, List<String>> resolved) {
        this.loop = loop;
        this.lookup = lookup;
        this.resolved = resolved;
    }

    @Override
    public void resolve(Ticket ticket, String host, boolean ipv6) {
        AtomicBoolean answered = new AtomicBoolean();
        Runnable finish = () -> answer(answered, ticket, texts(remembered.getOrDefault(host, List.of()), ipv6));
        loop.after(remembered.containsKey(host) ? PATIENCE : TIMEOUT, finish);
        try {
            threads.execute(() -> {
                List<InetAddress> found = lookUp(host);
                loop.post(() -> {
                    if (!found.isEmpty()) {
                        remembered.put(host, found);
                    }
                    finish.run();
                });
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("{}: too many names are being looked up", host);
            loop.post(finish);
        }
    }

    private void answer(AtomicBoolean answered, Ticket ticket, List<String> ips) {
        if (!answered.getAndSet(true)) {
            resolved.accept(ticket, ips);
        }
    }

    private List<InetAddress> lookUp(String host) {
        try {
            return List.of(lookup.addresses(host));
        } catch (UnknownHostException e) {
            LOG.debug("{}: {}", host, e.getMessage());
            return List.of();
        }
    }

    private static List<String> texts(List<InetAddress> addresses, boolean ipv6) {
        return addresses.stream()
                .filter(address -> address instanceof Inet6Address == ipv6)
                .map(NameResolver::text)
                .distinct()
                .limit(MAX_ANSWERS)
                .toList();
    }

    /** Without the zone that Java may add. */
    private static String text(InetAddress address) {
        String text = String.valueOf(address.getHostAddress());
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }
}
