package net.re6st.registry.os;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/** Serves a connection from beginning to end in the thread that accepted it. */
final class DirectConnector extends ServerConnector {
    /*
     * Nodes make a connection for each call. Jetty hands it from the thread that accepts to one that selects, from there to one
     * that sets it up, and to another that answers: each time the kernel wakes a thread, and together that costs as much as a
     * third of a signature. Here a few threads each wait for new connections and for what comes over those that they took.
     * It works because answers don't wait: the handlers say so (NON_BLOCKING), and give what does wait to other threads.
     *
     * The kernel tells all idle ones of a new connection, the first one has it. Each takes one at a time, so that the others
     * get theirs.
     *
     * Jetty's setAccepting gives a selector's interest in new connections up and takes it again. When both happen before
     * the selector looks, it finds the old one still there, and Jetty closes the listening socket for good. So that is not
     * used: an interest stays, and is empty while nobody is let in.
     */
    private volatile boolean letsIn = true;

    DirectConnector(Server server, int selectors, ConnectionFactory... factories) {
        super(server, 0, selectors, factories);
    }

    /** Whether connections are taken; if not, they wait in the kernel. Any thread. */
    void letIn(boolean on) {
        letsIn = on;
        ((Selectors) getSelectorManager()).wakeUp();
    }

    @Override
    protected SelectorManager newSelectorManager(Executor executor, Scheduler scheduler, int selectors) {
        return new Selectors(executor, scheduler, selectors);
    }

    /** One of the threads that wait. */
    private static final class OwnSelector extends ManagedSelector {
        private static final ThreadLocal<OwnSelector> CURRENT = new ThreadLocal<>();

        private final Selectors all;

        /** Since it waited last. */
        private boolean hasAccepted;

        OwnSelector(Selectors all, int id) {
            super(all, id);
            this.all = all;
        }

        /** The selector of this thread, if it is one of these. */
        static @Nullable OwnSelector current(Selectors all) {
            OwnSelector current = CURRENT.get();
            return current != null && current.all == all ? current : null;
        }

        @Override
        protected int nioSelect(Selector selector, boolean now) throws IOException {
            CURRENT.set(this);
            hasAccepted = false;
            all.setInterest(selector);
            return super.nioSelect(selector, now);
        }
    }

    /** All of them. */
    private final class Selectors extends ServerConnectorManager {
        private final List<OwnSelector> own = new CopyOnWriteArrayList<>();

        Selectors(Executor executor, Scheduler scheduler, int selectors) {
            super(executor, scheduler, selectors);
        }

        @Override
        protected ManagedSelector newSelector(int id) {
            OwnSelector selector = new OwnSelector(this, id);
            own.add(selector);
            return selector;
        }

        /** New connections are announced to all. */
        @Override
        public Closeable acceptor(SelectableChannel server) {
            List<Closeable> acceptors = new ArrayList<>();
            OwnSelector mine = OwnSelector.CURRENT.get();
            try {
                for (OwnSelector each : own) {
                    OwnSelector.CURRENT.set(each);
                    acceptors.add(super.acceptor(server));
                }
            } finally {
                if (mine == null) {
                    OwnSelector.CURRENT.remove();
                } else {
                    OwnSelector.CURRENT.set(mine);
                }
            }
            return () -> {
                for (Closeable acceptor : acceptors) {
                    acceptor.close();
                }
            };
        }

        /** In the selector's own thread, before it waits. */
        void setInterest(Selector selector) {
            SelectableChannel server = (SelectableChannel) getTransport();
            SelectionKey key = server == null ? null : server.keyFor(selector);
            if (key != null && key.isValid()) {
                key.interestOps(letsIn ? SelectionKey.OP_ACCEPT : 0);
            }
        }

        void wakeUp() {
            for (OwnSelector each : own) {
                Selector selector = each.getSelector();
                if (selector != null) {
                    selector.wakeup();
                }
            }
        }

        @Override
        protected @Nullable SelectableChannel doAccept(SelectableChannel server) throws IOException {
            OwnSelector mine = OwnSelector.current(this);
            if (!letsIn || (mine != null && mine.hasAccepted)) {
                return null;
            }
            SelectableChannel accepted = super.doAccept(server);
            if (mine != null) {
                mine.hasAccepted = true;
            }
            return accepted;
        }

        @Override
        protected ManagedSelector chooseSelector() {
            OwnSelector mine = OwnSelector.current(this);
            return mine == null ? super.chooseSelector() : mine;
        }

        /** Setting up a connection, and ending it, is short. */
        @Override
        protected void execute(Runnable task) {
            if (OwnSelector.current(this) == null) {
                super.execute(task);
            } else {
                task.run();
            }
        }
    }
}
