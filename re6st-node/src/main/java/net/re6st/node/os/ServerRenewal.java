package net.re6st.node.os;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import net.re6st.net.Iface;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the servers of this host again, one after the other, each when what goes through it has found another way; on a mere
 * client its tunnel. Loop's thread only.
 */
public final class ServerRenewal {
    /*
     * The links with all clients of a server end together, so they are locked together, in both directions. Our routes are
     * seen to leave; the clients' follow within some hellos, which nobody tells us. Then the links get infinite costs, so that
     * nobody falls back on them, and the clients are told to go; they connect again, here or elsewhere, by themselves.
     */
    private static final Logger LOG = LoggerFactory.getLogger(ServerRenewal.class);
    private static final Duration LOOK = Duration.ofMillis(250);
    private static final int LOCKED_AT_LEAST_HELLOS = 5;
    private static final int LOCKED_AT_MOST_HELLOS = 8;

    private final EventLoop loop;
    private final BabeldDaemon babeld;
    private final OpenVpnProcesses tunnels;
    private final Deque<Iface> left = new ArrayDeque<>();

    public ServerRenewal(EventLoop loop, BabeldDaemon babeld, OpenVpnProcesses tunnels) {
        this.loop = loop;
        this.babeld = babeld;
        this.tunnels = tunnels;
    }

    /** Does it to all, then calls {@code done}. Not twice at the same time. */
    public void begin(Duration hello, Runnable done) {
        left.addAll(tunnels.standing());
        next(hello, done);
    }

    private void next(Duration hello, Runnable done) {
        Iface iface = left.poll();
        if (iface == null) {
            done.run();
            return;
        }
        babeld.lock(iface);
        long start = System.nanoTime();
        loop.after(hello.multipliedBy(LOCKED_AT_LEAST_HELLOS), () -> await(iface, start, hello, done));
    }

    private void await(Iface iface, long start, Duration hello, Runnable done) {
        boolean used = babeld.view().routesThrough(iface) > 0;
        if (used
                && System.nanoTime() - start
                        < hello.multipliedBy(LOCKED_AT_MOST_HELLOS).toNanos()) {
            loop.after(LOOK, () -> await(iface, start, hello, done));
            return;
        }
        if (!used) {
            babeld.retract(iface);
        }
        loop.after(hello.multipliedBy(5).dividedBy(4), () -> {
            LOG.info("{} is started again{}", iface, used ? ", not everything has another way" : "");
            tunnels.renew(iface);
            // The clients of before are gone from babeld's tables when they come back: a hello or two.
            loop.after(hello.multipliedBy(2), () -> {
                babeld.unlock(iface);
                loop.after(hello, () -> next(hello, done));
            });
        });
    }
}
