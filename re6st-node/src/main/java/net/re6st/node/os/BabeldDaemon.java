package net.re6st.node.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import net.re6st.core.port.RoutingDaemon;
import net.re6st.core.port.RoutingView;
import net.re6st.net.Iface;
import net.re6st.net.Network;
import net.re6st.net.Prefix;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * babeld as a child: starts it, again if it ends, gives it interfaces as soon as they can be used, and locks links. Loop's
 * thread only.
 */
public final class BabeldDaemon implements RoutingDaemon {
    /*
     * A link is locked without babeld knowing of locks: its filters were set at the start for interface names that don't
     * exist, and the kernel lets an interface have a second name. babeld looks those names up again whenever it meets an
     * interface it did not know, so giving it "lo", which has no link-local address and hence never a neighbour, and taking
     * it back half a second later makes it see the change. Raising the cost by an option of the interface, or taking the
     * interface away, was tried and loses packets or crashes babeld.
     */
    private static final Logger LOG = LoggerFactory.getLogger(BabeldDaemon.class);
    private static final Duration FIRST_POLL = Duration.ofMillis(5);
    private static final Duration LAST_POLL = Duration.ofSeconds(1);
    private static final Duration FILTER_REFRESH = Duration.ofMillis(500);

    /** A babeld that was taken over and does not answer for so long hangs. */
    private static final Duration DEAF = Duration.ofSeconds(10);

    /**
     * babeld looks over its neighbours for the first time 5 s after its start, give or take a quarter, and forgets those that it
     * has not heard twice: with rare hellos that is all of them, and the next hello is far away. Without any neighbour the next
     * look is a minute later. Interfaces that come after the first look get their links a whole hello sooner.
     */
    private static final Duration FIRST_LOOK = Duration.ofMillis(6_300);

    /** Where hellos are as frequent as that, waiting takes longer than it saves. */
    private static final int FREQUENT_HELLO_SECONDS = 8;

    private static final Iface LOOPBACK = new Iface("lo");
    private static final String KNOW_LOOPBACK = "interface " + LOOPBACK + " type tunnel";
    private static final String FORGET_LOOPBACK = "flush interface " + LOOPBACK;

    private final EventLoop loop;
    private final Commands commands;
    private final Children children;
    private final Events events;
    private final Predicate<Iface> usable;
    private final BabeldControl control;
    private final Set<Iface> wanted = new TreeSet<>();
    private final Set<Iface> given = new TreeSet<>();
    /** Those that were announced: of those in use, all that babeld was given, but for some that it had when it was taken over. */
    private final Set<Iface> announced = new TreeSet<>();

    private final Map<Iface, Integer> locks = new TreeMap<>();
    private final Set<Iface> retracted = new TreeSet<>();
    private final OpenVpnProcesses.Backoff backoff = new OpenVpnProcesses.Backoff();
    /** Of the commands' thread. */
    private final DeafenedLinks deafened = new DeafenedLinks();

    private Setup setup;
    /** The network's options that some interface may have. */
    private final Set<String> options = new TreeSet<>();

    /** What all interfaces of a babeld that is taken over had at last, if not something newer. */
    private Optional<BabeldCommand.InterfaceOptions> inherited = Optional.empty();

    private IntConsumer outdated = hello -> {};
    private RoutingView view = RoutingView.empty();
    private BabelKeys keys;
    private @Nullable Child child;
    private boolean connected;
    private boolean adopted;
    private long startedNanos = System.nanoTime() - FIRST_LOOK.toNanos();
    private long restarts;
    private boolean concealed;
    private boolean refreshing;
    private boolean refreshAgain;
    /** Whether an interface rests. */
    private boolean troubled;
    /** Whether this babeld was connected before. */
    private boolean known;

    /**
     * How babeld is run.
     *
     * @param words its whole command line, for the keys in use at that time
     * @param control its socket
     * @param log its log
     * @param babelDefault the network's options for each interface
     * @param table where babeld puts routes; 0: the main table
     */
    public record Setup(
            Function<BabelKeys, List<String>> words,
            Path control,
            Path log,
            int helloSeconds,
            String babelDefault,
            Network network,
            Prefix own,
            int table) {}

    /** What happens, told in the loop. */
    public interface Events {
        void onRoutes(RoutingView view);

        void onRoutingRestarted();

        /** Babel, and whoever else wants to, may use this interface from now on. */
        void onInterface(Iface iface);
    }

    public BabeldDaemon(
            EventLoop loop, Commands commands, Children children, Setup setup, BabelKeys keys, Events events)
            throws IOException {
        this(loop, commands, children, setup, keys, events, ProcFiles::hasLinkLocal);
    }

    /** {@code usable}: whether an interface has a link-local address that can be used. */
    BabeldDaemon(
            EventLoop loop,
            Commands commands,
            Children children,
            Setup setup,
            BabelKeys keys,
            Events events,
            Predicate<Iface> usable)
            throws IOException {
        this.usable = usable;
        this.loop = loop;
        this.commands = commands;
        this.children = children;
        this.setup = setup;
        this.keys = keys;
        this.events = events;
        options.add(setup.babelDefault);
        this.control = new BabeldControl(
                setup.control, new RoutingTable(setup.network, setup.own), new BabeldControl.Listener() {
                    @Override
                    public void onConnected(Set<Iface> interfaces) {
                        loop.post(() -> connected(interfaces));
                    }

                    @Override
                    public void onView(RoutingView view) {
                        loop.post(() -> viewed(view));
                    }

                    @Override
                    public void onSilent() {
                        loop.post(BabeldDaemon.this::silent);
                    }

                    @Override
                    public void onDefect(Error error) {
                        loop.fail(error);
                    }
                });
    }

    /** Starts babeld, or takes over the one that an earlier daemon left. */
    public void start(Reconcile.Kept kept) {
        start(kept.babeld());
    }

    void start(RunState.@Nullable Child found) {
        if (found == null) {
            spawn(false);
        } else {
            Child running = children.adopt(found, this::exited);
            child = running;
            adopted = true;
            inherited = BabeldCommand.interfaceOptions(found.current());
            loop.after(DEAF, () -> {
                if (adopted && child == running) {
                    LOG.warn("babeld does not answer, it is started again");
                    running.terminate();
                }
            });
        }
        control.start();
    }

    @Override
    public void addInterface(Iface iface) {
        wanted.add(iface);
        give(iface, FIRST_POLL);
    }

    @Override
    public void lock(Iface iface) {
        if (locks.containsKey(iface)) {
            return;
        }
        for (int slot = 0; slot < BabeldCommand.LOCKS; slot++) {
            if (!locks.containsValue(slot)) {
                locks.put(iface, slot);
                Iface name = BabeldCommand.lockName(slot);
                commands.submit(() -> {
                    Commands.attempt(LinuxNetwork.addName(iface, name));
                    loop.post(this::refreshFilters);
                });
                return;
            }
        }
        LOG.warn("{} links are locked already, {} is not", locks.size(), iface);
    }

    @Override
    public void retract(Iface iface) {
        Integer slot = locks.get(iface);
        if (slot != null && retracted.add(iface)) {
            commands.submit(() -> {
                Commands.attempt(LinuxNetwork.addName(iface, BabeldCommand.retractName(slot)));
                loop.post(this::refreshFilters);
            });
        }
    }

    @Override
    public void unlock(Iface iface) {
        Integer slot = locks.remove(iface);
        if (slot != null) {
            deleteNames(iface, slot);
            commands.submit(() -> loop.post(this::refreshFilters));
        }
    }

    private void deleteNames(Iface iface, int slot) {
        List<Iface> names = retracted.remove(iface)
                ? List.of(BabeldCommand.retractName(slot), BabeldCommand.lockName(slot))
                : List.of(BabeldCommand.lockName(slot));
        commands.submit(() -> names.forEach(name -> Commands.run(LinuxNetwork.deleteName(iface, name))));
    }

    @Override
    public void deafen(Iface iface, Prefix neighbour) {
        control.ask(table -> table.addressOf(iface, neighbour)
                .ifPresent(ip -> commands.submit(() -> deafened.add(iface, neighbour, ip))));
    }

    @Override
    public void undeafen(Prefix neighbour) {
        // By the same way as the other, which it must not overtake.
        control.ask(table -> commands.submit(() -> deafened.remove(neighbour)));
    }

    /**
     * How babeld is run if it must be started again, and what interfaces get that come from here on. Another key replaces the
     * one in use at once; interfaces that are there get the rest from {@link InterfaceRenewal}.
     */
    public void configure(Setup fresh, BabelKeys freshKeys) {
        if (!freshKeys.sign().equals(keys.sign())) {
            control.send(freshKeys.definition());
        }
        setup = fresh;
        keys = freshKeys;
        tellIdle();
    }

    /** Interfaces that no tunnel uses just now are down, and come up with another one. */
    private void tellIdle() {
        given.stream().filter(iface -> !wanted.contains(iface)).forEach(this::sendOptions);
        Set<Iface> used = interfaces();
        commands.submit(() -> {
            List<Iface> down = used.stream().filter(usable.negate()).toList();
            loop.post(() -> down.stream().filter(given::contains).forEach(this::sendOptions));
        });
    }

    /**
     * Calls {@code listener} with the network's hello of before, in seconds, when a babeld is taken over some of whose
     * interfaces may have other options than those of now: a daemon ended before all had taken them up.
     */
    public void tellOutdated(IntConsumer listener) {
        outdated = listener;
    }

    /** All that runs is as if babeld had been started just now: the next daemon need not start it again. */
    public void settled() {
        if (child != null) {
            List<String> words = setup.words.apply(keys);
            children.note(child, recorded -> recorded.asIf(words));
        }
    }

    /** What gives an interface that babeld knows the options of now, from the next time it comes up. */
    void sendOptions(Iface iface) {
        control.send(BabeldCommand.changeInterface(iface, setup.helloSeconds, setup.babelDefault, options, keys));
        options.add(setup.babelDefault);
    }

    /** The interfaces in use that babeld was given while it ran, servers first. */
    Set<Iface> interfaces() {
        Set<Iface> both = new TreeSet<>(given);
        both.retainAll(wanted);
        return both;
    }

    int table() {
        return setup.table;
    }

    boolean isLocked(Iface iface) {
        return locks.containsKey(iface);
    }

    /** What was reported last. */
    RoutingView view() {
        return view;
    }

    /** Does {@code then} at the next sign of an interface, but not later than after {@code atMost}. One at a time. */
    void await(Iface iface, BabeldControl.Sign sign, Duration atMost, Runnable then) {
        BabeldControl.Watch watch = new BabeldControl.Watch(iface, sign, () -> loop.post(then));
        control.watch(watch);
        loop.after(atMost, () -> {
            if (control.unwatch(watch)) {
                then.run();
            }
        });
    }

    /** While routes are taken away on purpose, and come back, the core goes on seeing those of before. */
    void conceal(boolean concealed) {
        this.concealed = concealed;
        if (!concealed) {
            events.onRoutes(view);
        }
    }

    private void viewed(RoutingView fresh) {
        view = fresh;
        if (!concealed) {
            events.onRoutes(fresh);
        }
    }

    /**
     * A second or more before an interface is made to look down for a moment: a babeld 1.12 that has something to send to a
     * neighbour there does nothing but try and log that it can't, and take note of nothing, until it looks at its interfaces by
     * itself. With one that has no link-local address it does so two seconds after the kernel told it of a change; otherwise,
     * and also if that look was due anyhow, as it is for 0.2 s after an interface was added, after half a minute.
     */
    void expectTrouble() {
        troubled = true;
        sayTrouble();
    }

    private void sayTrouble() {
        control.send("log-file /dev/null");
        control.send(KNOW_LOOPBACK);
        control.send("link-detect true");
    }

    void troubleIsOver() {
        troubled = false;
        sayNoTrouble();
        control.send(FORGET_LOOPBACK);
        if (refreshAgain) {
            refreshAgain = false;
            refreshFilters();
        }
    }

    /** As it was started. */
    private void sayNoTrouble() {
        control.send("link-detect false");
        control.send("log-file \"" + setup.log + "\"");
    }

    public void reopenLog() {
        control.send("reopen-logfile");
    }

    /** Lists what babeld knows, in the thread that owns the table. */
    public void list(boolean withRoutes, Consumer<RoutingListing> listed) {
        control.ask(table -> listed.accept(table.listing(withRoutes)));
    }

    /** Gives answers about the table, in the thread that owns it. */
    public void ask(Consumer<RoutingTable> question) {
        control.ask(question);
    }

    /**
     * How babeld is.
     *
     * @param pid 0: it does not run
     * @param connected whether it takes commands
     * @param restarts how often it ended and was started again
     */
    public record Report(long pid, boolean connected, long restarts) {}

    public Report report() {
        return new Report(child == null ? 0 : child.pid(), connected, restarts);
    }

    /** Ends babeld, so that it retracts its routes while the tunnels still carry that; blocks. */
    public void stop() {
        control.close();
        if (child != null) {
            children.end(List.of(child), Duration.ofSeconds(2));
        }
    }

    /** Lets go of babeld, which goes on without us. */
    public void handOver() {
        control.close();
    }

    private void spawn(boolean restarted) {
        commands.submit(() -> {
            try {
                // A route that a dead babeld left would keep the new one's from being installed.
                if (restarted) {
                    LinuxNetwork.flushBabelRoutes(setup.network, setup.table).forEach(Commands::run);
                }
                Files.deleteIfExists(setup.control);
                Child started = children.start(setup.words.apply(keys), Map.of(), null, null, status -> exited(status));
                long now = System.nanoTime();
                loop.post(() -> {
                    child = started;
                    startedNanos = now;
                });
            } catch (IOException e) {
                LOG.error("can't start babeld: {}", e.getMessage());
                loop.post(() -> exited(-1));
            }
        });
    }

    private void exited(int status) {
        LOG.warn("babeld ended with status {}, it is started again", status);
        child = null;
        connected = false;
        adopted = false;
        known = false;
        restarts++;
        given.clear();
        announced.clear();
        locks.forEach(this::deleteNames);
        locks.clear();
        control.restarted();
        view = RoutingView.empty();
        events.onRoutingRestarted();
        loop.after(backoff.next(System.nanoTime()), () -> spawn(true));
    }

    private void silent() {
        if (child != null) {
            LOG.warn("babeld does not answer any more: process {} is killed", child.pid());
            child.kill();
        }
    }

    private void connected(Set<Iface> interfaces) {
        connected = true;
        // Logs may have been rotated before babeld could be told.
        reopenLog();
        if (adopted) {
            adopted = false;
            takeOver(interfaces);
        } else if (known) {
            repeat(interfaces);
        } else if (troubled) {
            sayTrouble();
        }
        known = true;
        wanted.forEach(iface -> give(iface, FIRST_POLL));
    }

    private void takeOver(Set<Iface> interfaces) {
        // A LAN's interface has the options it was started with.
        interfaces.stream().filter(iface -> Reconcile.isTunnel(iface.name())).forEach(given::add);
        control.send(keys.definition());
        // Its daemon may have ended while an interface rested.
        sayNoTrouble();
        if (interfaces.contains(LOOPBACK)) {
            // Its daemon ended while it was refreshing filters.
            control.send(FORGET_LOOPBACK);
        }
        // Links that were locked are not any more.
        refreshFilters();
        BabeldCommand.InterfaceOptions now = new BabeldCommand.InterfaceOptions(setup.helloSeconds, setup.babelDefault);
        inherited.filter(before -> !before.equals(now)).ifPresent(before -> {
            options.add(before.babelDefault());
            tellIdle();
            outdated.accept(before.helloSeconds());
        });
    }

    /**
     * The connection to a babeld that goes on was made anew, as it is when babeld finds us slow: what it was told last may be
     * lost, and is told again. It has these interfaces.
     */
    private void repeat(Set<Iface> interfaces) {
        LOG.info("babeld is told again what may be lost");
        control.send(keys.definition());
        given.retainAll(interfaces);
        given.forEach(this::sendOptions);
        if (troubled) {
            sayTrouble();
        } else {
            sayNoTrouble();
            if (interfaces.contains(LOOPBACK) && !refreshing) {
                control.send(FORGET_LOOPBACK);
            }
        }
        refreshFilters();
    }

    /**
     * Gives babeld an interface once its link-local address is usable, else its first packets fail, and when it is no loss of
     * time. One that babeld had when it was taken over is only announced, one that was lost on the way is only given.
     */
    private void give(Iface iface, Duration poll) {
        boolean done = announced.contains(iface) && given.contains(iface);
        if (!connected || done || !wanted.contains(iface)) {
            return;
        }
        long early = FIRST_LOOK.toNanos() - (System.nanoTime() - startedNanos);
        if (early > 0 && setup.helloSeconds > FREQUENT_HELLO_SECONDS) {
            loop.after(Duration.ofNanos(early), () -> give(iface, poll));
            return;
        }
        commands.submit(() -> {
            boolean ready = usable.test(iface);
            loop.post(() -> {
                if (!ready) {
                    Duration longer = poll.multipliedBy(2);
                    loop.after(poll, () -> give(iface, longer.compareTo(LAST_POLL) < 0 ? longer : LAST_POLL));
                } else if (connected && wanted.contains(iface)) {
                    if (given.add(iface)) {
                        options.add(setup.babelDefault);
                        control.send(BabeldCommand.addInterface(iface, setup.helloSeconds, setup.babelDefault, keys));
                    }
                    if (announced.add(iface)) {
                        events.onInterface(iface);
                    }
                }
            });
        });
    }

    /** Makes babeld look up again which interfaces its filters name; while an interface rests, which needs "lo", afterwards. */
    void refreshFilters() {
        if (refreshing || troubled) {
            refreshAgain = true;
            return;
        }
        refreshing = true;
        control.send(KNOW_LOOPBACK);
        loop.after(FILTER_REFRESH, () -> {
            refreshing = false;
            if (troubled) {
                return;
            }
            control.send(FORGET_LOOPBACK);
            if (refreshAgain) {
                refreshAgain = false;
                refreshFilters();
            }
        });
    }
}
