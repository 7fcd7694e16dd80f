package net.re6st.node.os;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import net.re6st.core.port.RoutingView;
import net.re6st.net.Network;
import net.re6st.net.Prefix;

/**
 * A program that reads a babeld with many routes, and says how long it took and how much memory: {@code BabeldBurst SOCKET
 * NODES}. Run with the memory that a node has.
 */
final class BabeldBurst {
    private BabeldBurst() {}

    public static void main(String[] argv) throws Exception {
        int nodes = Integer.parseInt(argv[1]);
        RoutingTable table = new RoutingTable(
                Network.parseBits("001000000000000100001101101110000000000001000010")
                        .orElseThrow(),
                Prefix.parseCn("65535/16").orElseThrow());
        CountDownLatch complete = new CountDownLatch(1);
        AtomicInteger views = new AtomicInteger();
        AtomicInteger connections = new AtomicInteger();
        long start = System.nanoTime();
        BabeldControl control = new BabeldControl(Path.of(argv[0]), table, new BabeldControl.Listener() {
            @Override
            public void onConnected(java.util.Set<net.re6st.net.Iface> interfaces) {
                connections.incrementAndGet();
            }

            @Override
            public void onSilent() {}

            @Override
            public void onDefect(Error error) {
                throw error;
            }

            @Override
            public void onView(RoutingView view) {
                views.incrementAndGet();
                if (view.nodeCount() == nodes
                        && view.distantCount() == nodes - view.neighbours().size()) {
                    complete.countDown();
                }
            }
        });
        control.start();
        boolean done = complete.await(60, TimeUnit.SECONDS);
        long millis = (System.nanoTime() - start) / 1_000_000;
        long viewStart = System.nanoTime();
        RoutingView last = table.view();
        long viewMicros = (System.nanoTime() - viewStart) / 1_000;
        System.gc();
        long used = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        System.out.printf(
                "%d routes to %d nodes in %d ms, %d views (one takes %d us), %d connection(s), %d of %d MB of heap in use%n",
                table.routes(),
                last.nodeCount(),
                millis,
                views.get(),
                viewMicros,
                connections.get(),
                used >> 20,
                Runtime.getRuntime().maxMemory() >> 20);
        control.close();
        System.exit(done && connections.get() == 1 ? 0 : 1);
    }
}
