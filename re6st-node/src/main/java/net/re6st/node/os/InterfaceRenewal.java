package net.re6st.node.os;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import net.re6st.net.Iface;
import net.re6st.node.os.BabeldControl.Sign;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the interfaces that a running babeld has take up other options, one after the other. Loop's thread only.
 */
public final class InterfaceRenewal {
    /*
     * babeld takes options for an interface it has, but uses them only when the interface comes up; it then forgets its routes
     * there and asks the neighbours anew, which takes from most of a second to some hellos. So:
     *
     * 1. The interface is held: a filter, switched on as for a lock (see BabeldDaemon), raises the cost of what we learn
     *    there. What can go another way does, other nodes' traffic through us first of all. Neighbours go on using it.
     *    An interface that routes don't leave is tried again later. Then it keeps the options it has until it comes up with
     *    another tunnel, which harms nobody, unless they must be used:
     * 2. What stays gets a worse copy in the kernel, which carries the packets, and is taken away from babeld by another
     *    filter: losing it with the interface would make babeld ask neighbours for it who can't be asked (see expectTrouble).
     * 3. The interface is made dormant until babeld says that it is down, while packets go on passing. That begins right after a
     *    neighbour was heard, so that no Hello is missed, of a neighbour that is alone there: babeld counts one that it missed
     *    twice if another one follows which the neighbour was asked for, takes the link for bad, and tells the neighbour.
     * 4. When the routes are back the copies go, and the hold.
     *
     * Starting babeld again instead makes all neighbours lose all links at once. Raising the cost of what neighbours learn from
     * us, too, as a lock does, makes their and our routes unfeasible when two nodes do this at the same time: eight seconds
     * were lost.
     */
    private static final Logger LOG = LoggerFactory.getLogger(InterfaceRenewal.class);
    private static final Duration LOOK = Duration.ofMillis(250);

    /** Longer than babeld takes to look at an interface that changed, and to say so. */
    private static final Duration DORMANT_AT_MOST = Duration.ofMillis(600);

    /** Until a filter works, and the view of routes is of that time. */
    private static final Duration HELD_AT_LEAST = Duration.ofMillis(1500);

    private static final int HELD_AT_MOST_HELLOS = 5;

    /** How often an interface is tried that routes don't leave, and the pause before the next time, longer each time. */
    private static final int ATTEMPTS = 3;

    private static final int PAUSE_HELLOS = 10;

    /** Neighbours that don't answer send all they know once per hello. */
    private static final int LEARNING_AT_MOST_HELLOS = 4;

    private static final int EMPTIED_AT_MOST_HELLOS = 4;

    /** Longer than babeld takes to look at an interface that it was just given. */
    private static final Duration PREPARED = Duration.ofSeconds(1);

    /** Longer than the pause between two looks of babeld at its interfaces. */
    private static final Duration TROUBLE = Duration.ofMillis(2500);

    private final EventLoop loop;
    private final Commands commands;
    private final BabeldDaemon babeld;
    private final Deque<Iface> left = new ArrayDeque<>();
    private final List<Iface> later = new ArrayList<>();
    private int attempt;
    private boolean complete;

    public InterfaceRenewal(EventLoop loop, Commands commands, BabeldDaemon babeld) {
        this.loop = loop;
        this.commands = commands;
        this.babeld = babeld;
    }

    /**
     * What is done to each interface while no route goes through it.
     *
     * @param hello how long babeld takes to notice things
     * @param insist whether it must be done at last even where routes have no other way, which loses packets
     */
    public record Work(Duration hello, boolean insist) {}

    /**
     * Does {@code work} to all interfaces, then calls {@code done}, with whether there is none that waits for its next tunnel.
     * Not twice at the same time.
     */
    public void begin(Work work, Consumer<Boolean> whenDone) {
        Runnable done = () -> whenDone.accept(complete);
        attempt = 1;
        complete = true;
        left.addAll(babeld.interfaces());
        next(work, done);
    }

    private void end(Work work, Runnable done) {
        if (later.isEmpty() || attempt == ATTEMPTS) {
            later.forEach(iface -> LOG.info("{} takes up other options when it comes up again", iface));
            complete &= later.isEmpty();
            later.clear();
            done.run();
            return;
        }
        left.addAll(later);
        later.clear();
        loop.after(work.hello.multipliedBy(PAUSE_HELLOS).multipliedBy(attempt), () -> next(work, done));
        attempt++;
    }

    private void next(Work work, Runnable done) {
        Iface iface = left.poll();
        if (iface == null) {
            end(work, done);
        } else if (!babeld.interfaces().contains(iface)) {
            next(work, done);
        } else if (babeld.isLocked(iface)) {
            // The tunnel is about to end: the next one on this interface gets the options.
            babeld.sendOptions(iface);
            next(work, done);
        } else {
            hold(iface);
            long start = System.nanoTime();
            loop.after(HELD_AT_LEAST, () -> await(iface, start, work, done));
        }
    }

    private void hold(Iface iface) {
        commands.submit(() -> {
            Commands.attempt(LinuxNetwork.addName(iface, BabeldCommand.holdName()));
            loop.post(babeld::refreshFilters);
        });
    }

    private void await(Iface iface, long start, Work work, Runnable done) {
        int routes = babeld.view().routesThrough(iface);
        if (routes > 0 && isWithin(start, work.hello.multipliedBy(HELD_AT_MOST_HELLOS))) {
            loop.after(LOOK, () -> await(iface, start, work, done));
        } else if (routes > 0 && !(work.insist && attempt == ATTEMPTS)) {
            LOG.debug("{}: {} routes have no other way", iface, routes);
            babeld.sendOptions(iface);
            later.add(iface);
            learn(iface, 0, System.nanoTime(), work, done);
        } else if (routes > 0) {
            LOG.warn("{}: {} routes have no other way, and are lost for some seconds", iface, routes);
            babeld.conceal(true);
            commands.submit(() -> {
                standIn(iface);
                Commands.attempt(LinuxNetwork.addName(iface, BabeldCommand.emptyName()));
                loop.post(babeld::refreshFilters);
            });
            long emptied = System.nanoTime();
            loop.after(HELD_AT_LEAST, () -> empty(iface, routes, emptied, work, done));
        } else {
            // What the move of routes made babeld send has been sent then.
            loop.after(work.hello, () -> change(iface, 0, work, done));
        }
    }

    private void empty(Iface iface, int routes, long start, Work work, Runnable done) {
        boolean used = babeld.view().routesThrough(iface) > 0;
        if (used && isWithin(start, work.hello.multipliedBy(EMPTIED_AT_MOST_HELLOS))) {
            loop.after(LOOK, () -> empty(iface, routes, start, work, done));
        } else {
            loop.after(work.hello, () -> change(iface, routes, work, done));
        }
    }

    private void change(Iface iface, int routes, Work work, Runnable done) {
        babeld.sendOptions(iface);
        babeld.expectTrouble();
        loop.after(PREPARED, () -> babeld.await(iface, Sign.HEARD, work.hello, () -> rest(iface, routes, work, done)));
    }

    private void rest(Iface iface, int routes, Work work, Runnable done) {
        if (babeld.view().routesThrough(iface) > 0) {
            LOG.warn("{} takes up other options only with its next tunnel: its routes don't leave it", iface);
            complete = false;
            babeld.troubleIsOver();
            restore(iface, routes, work, done);
            return;
        }
        LOG.info("{} takes up other options", iface);
        LinuxNetwork.Dormancy dormancy = LinuxNetwork.dormancy(iface);
        babeld.await(iface, Sign.DOWN, DORMANT_AT_MOST, () -> {
            commands.submit(() -> Commands.attempt(LinuxNetwork.linkBatch(), dormancy.end()));
            loop.after(TROUBLE, () -> {
                babeld.troubleIsOver();
                restore(iface, routes, work, done);
            });
        });
        commands.submit(() -> Commands.attempt(LinuxNetwork.linkBatch(), dormancy.begin()));
    }

    private void restore(Iface iface, int routes, Work work, Runnable done) {
        if (routes > 0) {
            commands.submit(() -> {
                Commands.run(LinuxNetwork.deleteName(iface, BabeldCommand.emptyName()));
                loop.post(babeld::refreshFilters);
            });
        }
        learn(iface, routes, System.nanoTime(), work, done);
    }

    private void standIn(Iface iface) {
        List<List<String>> listings = LinuxNetwork.listBabelRoutes(iface, babeld.table());
        for (int i = 0; i < listings.size(); i++) {
            String copies = LinuxNetwork.standIns(Commands.run(listings.get(i)).output(), iface, babeld.table());
            if (!copies.isEmpty()) {
                Commands.run(LinuxNetwork.batch(i == 0), copies);
            }
        }
    }

    private void learn(Iface iface, int routes, long up, Work work, Runnable done) {
        boolean back = babeld.view().routesThrough(iface) >= routes;
        if (!back && isWithin(up, work.hello.multipliedBy(LEARNING_AT_MOST_HELLOS))) {
            loop.after(LOOK, () -> learn(iface, routes, up, work, done));
            return;
        }
        commands.submit(() -> {
            if (routes > 0) {
                LinuxNetwork.deleteStandIns(babeld.table()).forEach(Commands::run);
            }
            Commands.run(LinuxNetwork.deleteName(iface, BabeldCommand.holdName()));
            loop.post(() -> {
                babeld.conceal(false);
                babeld.refreshFilters();
                next(work, done);
            });
        });
    }

    private static boolean isWithin(long startNanos, Duration limit) {
        return System.nanoTime() - startNanos < limit.toNanos();
    }
}
