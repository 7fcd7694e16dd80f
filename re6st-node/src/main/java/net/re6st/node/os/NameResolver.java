package net.re6st.node.os;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import net.re6st.core.port.Resolver;
import net.re6st.core.port.Ticket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks names up with the system's resolver, a few at a time, each in a thread that may hang without harm. */
public final class NameResolver implements Resolver {
    private static final Logger LOG = LoggerFactory.getLogger(NameResolver.class);
    private static final int MAX_THREADS = 4;
    private static final int MAX_ANSWERS = 8;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final EventLoop loop;
    private final BiConsumer<Ticket, List<String>> resolved;
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            0, MAX_THREADS, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), Threads.named("resolver"));

    public NameResolver(EventLoop loop, BiConsumer<Ticket, List<String>> resolved) {
        this.loop = loop;
        this.resolved = resolved;
    }

    @Override
    public void resolve(Ticket ticket, String host, boolean ipv6) {
        AtomicBoolean answered = new AtomicBoolean();
        loop.after(TIMEOUT, () -> answer(answered, ticket, List.of()));
        try {
            threads.execute(() -> {
                List<String> ips = lookUp(host, ipv6);
                loop.post(() -> answer(answered, ticket, ips));
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("{}: too many names are being looked up", host);
            loop.post(() -> answer(answered, ticket, List.of()));
        }
    }

    private void answer(AtomicBoolean answered, Ticket ticket, List<String> ips) {
        if (!answered.getAndSet(true)) {
            resolved.accept(ticket, ips);
        }
    }

    private static List<String> lookUp(String host, boolean ipv6) {
        try {
            return Stream.of(InetAddress.getAllByName(host))
                    .filter(address -> address instanceof Inet6Address == ipv6)
                    .map(NameResolver::text)
                    .distinct()
                    .limit(MAX_ANSWERS)
                    .toList();
        } catch (UnknownHostException e) {
            LOG.debug("{}: {}", host, e.getMessage());
            return List.of();
        }
    }

    /** Without the zone that Java may add. */
    private static String text(InetAddress address) {
        String text = String.valueOf(address.getHostAddress());
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }
}
