package net.re6st.node.os;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections from this host, a few at a time, and has each served in a thread of its own that only exists meanwhile.
 * Who is one too many is turned away.
 */
final class AcceptLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AcceptLoop.class);

    /** Who waits to be accepted is still there at the next try: without a pause there would be nothing but tries. */
    static final long RETRY_MILLIS = 200;

    private final String name;
    private final int most;
    private final ServerSocketChannel server;
    private final Consumer<SocketChannel> serve;
    private final ThreadPoolExecutor threads;

    /** Begins; {@code serve} is called for each connection in a thread of its own, and closes it. */
    AcceptLoop(String name, int most, ServerSocketChannel server, Consumer<SocketChannel> serve) {
        this.name = name;
        this.most = most;
        this.server = server;
        this.serve = serve;
        this.threads = new ThreadPoolExecutor(
                0, most + 1, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), Threads.named(name));
        threads.execute(this::run);
    }

    private void run() {
        boolean failing = false;
        while (server.isOpen()) {
            try {
                take(server.accept());
                failing = false;
            } catch (IOException e) {
                if (!server.isOpen()) {
                    return;
                }
                if (failing) {
                    LOG.debug("{}: {}", name, e.toString());
                } else {
                    LOG.warn("{}: nobody is let in for now: {}", name, e.toString());
                }
                failing = true;
                if (!pause()) {
                    return;
                }
            }
        }
    }

    private void take(SocketChannel client) throws IOException {
        try {
            threads.execute(() -> serve.accept(client));
        } catch (RejectedExecutionException e) {
            LOG.debug("{}: more than {} clients", name, most);
            client.close();
        }
    }

    /** False if the end came meanwhile. */
    private static boolean pause() {
        try {
            Thread.sleep(RETRY_MILLIS);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        try {
            server.close();
        } finally {
            threads.shutdownNow();
        }
    }
}
