package net.re6st.node.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.re6st.core.port.Avoided;
import net.re6st.net.Bytes;
import net.re6st.net.Iface;
import net.re6st.net.Subnet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at what an earlier daemon left on this host, whatever way that daemon ended: processes, interfaces, addresses, routes,
 * sockets. Keeps what the new daemon would start or set again in the same way, and ends the rest. To end everything it does
 * not need the record of the earlier daemon to be there; it touches nothing that is not ours.
 */
public final class Reconcile {
    /*
     * A process goes on if state.json was written by the same node of the same network, and says of it what it is: number,
     * start, words; and if the program's file is still the one it was started from, and we would start it with the same words.
     *
     * A process is ours if state.json names it by number, start time and words, all three as they are now; or if its words
     * say that it talks to us: the path of a socket in our RUN, which one daemon at a time holds the lock of. Interfaces are
     * ours by their names: the port that all nodes of a host would need is bound by us before this runs.
     *
     * Interfaces without a process stay as long as babeld does. It goes on sending what is for one neighbour alone to the
     * number that the interface had when it first heard that neighbour. With another interface of that name, its proofs that
     * it is who it is never arrive, and the link is of no use as long as both hear each other.
     */
    private static final Logger LOG = LoggerFactory.getLogger(Reconcile.class);

    /** As at the end of a daemon: what {@code --daemon} started is promised that much. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Pattern TUNNEL = Pattern.compile("re6stnet(\\d{1,5}|-(udp|tcp)[46]?)?");

    private final Path run;
    private final Subnet subnet;
    private final Iface mainInterface;
    private final Optional<Ip4Block> ip4;
    private final int table;

    public Reconcile(Path run, Subnet subnet, Iface mainInterface, Optional<Ip4Block> ip4, int table) {
        this.run = run;
        this.subnet = subnet;
        this.mainInterface = mainInterface;
        this.ip4 = ip4;
        this.table = table;
    }

    /**
     * What may go on.
     *
     * @param owner who we are
     * @param fits decides about a process of an earlier daemon of the same node
     * @param undo what will undo what is about to be changed on this host: what is so already stays untouched
     */
    public record Wanted(String owner, Fitting fits, List<List<String>> undo) {}

    /** What goes on: it was not touched, and is to be taken over. */
    public static final class Kept {
        private final Map<Iface, RunState.Child> tunnels = new TreeMap<>();
        private final SortedSet<Iface> bare = new TreeSet<>();
        private RunState.@Nullable Child babeld;
        private List<Avoided> avoided = List.of();
        private boolean forwarding;
        private boolean unclean;
        private boolean outdated;

        private Kept() {}

        public static Kept nothing() {
            return new Kept();
        }

        Map<Iface, RunState.Child> tunnels() {
            return tunnels;
        }

        /** Interfaces without an OpenVPN that a babeld which goes on has neighbours on. */
        SortedSet<Iface> bare() {
            return bare;
        }

        RunState.@Nullable Child babeld() {
            return babeld;
        }

        /**
         * Whether a tunnel that is always there, such as a server, was started under other certificates than those of now, or for
         * packets of another size.
         */
        public boolean hasOutdated(Keyring keyring) {
            String ours = keyring.text();
            return outdated
                    || tunnels.values().stream()
                            .anyMatch(child -> child.peer() == null && !ours.equals(child.certificates()));
        }

        /** Ends what was not taken over after all. */
        public void end() {
            List<RunState.Child> all = new ArrayList<>(tunnels.values());
            if (babeld != null) {
                all.add(babeld);
            }
            Reconcile.end(all.stream()
                    .filter(Reconcile::isSame)
                    .map(RunState.Child::pid)
                    .toList());
        }

        /** Peers that an earlier daemon did not dial for a while. */
        public List<Avoided> avoided() {
            return avoided;
        }

        /** Whether an earlier daemon left anything at all, kept or not. */
        public boolean isUnclean() {
            return unclean;
        }

        /** Whether an earlier daemon turned IPv6 forwarding on. */
        public boolean forwarding() {
            return forwarding;
        }

        /** The key babeld was started with; empty if it does not go on. */
        public Optional<Bytes> babelKey() {
            return babeld == null ? Optional.empty() : BabeldCommand.key(babeld.words());
        }
    }

    /** Keeps what fits, and ends everything else that is left; blocks. */
    public Kept keep(Wanted wanted) {
        RunState state = RunRecord.read(run);
        boolean ours = wanted.owner.equals(state.owner());
        Kept kept = new Kept();
        kept.forwarding = ours && state.forwarding();
        kept.avoided = ours ? state.avoided() : List.of();
        List<Long> others = new ArrayList<>();
        for (long pid : processes(state)) {
            Optional<RunState.Child> child =
                    state.children().stream().filter(c -> c.pid() == pid).findFirst();
            if (!ours || child.isEmpty() || isReplaced(pid) || !wanted.fits.fits(child.get())) {
                others.add(pid);
            } else if (child.get().iface() == null) {
                kept.babeld = child.get();
            } else {
                kept.tunnels.put(new Iface(String.valueOf(child.get().iface())), child.get());
                kept.outdated |= wanted.fits.isOutdated(child.get());
            }
        }
        endOthers(others, kept);
        boolean unclean = !others.isEmpty() || Files.exists(RunRecord.file(run));
        kept.unclean = unclean;
        if (unclean) {
            DeafenedLinks.clear();
            unlock();
        }
        endChanges(state, wanted.undo);
        if (unclean && !ours) {
            ip4.ifPresent(this::endIp4);
        }
        endAddress();
        endRoutes(kept.babeld != null);
        if (unclean && !ours && table != 0) {
            Commands.run(LinuxNetwork.rule("from", subnet.network(), table).undo());
            Commands.run(LinuxNetwork.rule("to", subnet.network(), table).undo());
        }
        if (unclean && kept.babeld == null && table != 0) {
            LinuxNetwork.flushBabelRoutes(subnet.network(), table).forEach(Commands::run);
        }
        return kept;
    }

    private static void endOthers(List<Long> processes, Kept kept) {
        if (!processes.isEmpty()) {
            LOG.info("ending processes of an earlier run: {}", processes);
            endInOrder(processes);
        }
        for (String name : ProcFiles.interfaces()) {
            Iface iface = new Iface(name);
            if (!isTunnel(name) || kept.tunnels.containsKey(iface)) {
                continue;
            }
            if (kept.babeld != null) {
                kept.bare.add(iface);
            } else {
                LOG.info("deleting {} of an earlier run", name);
                Commands.attempt(LinuxNetwork.deleteLink(iface));
            }
        }
    }

    /** Whether a process runs a program that was replaced by another since: an upgrade wants the new one. */
    private static boolean isReplaced(long pid) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "exe"))
                    .toString()
                    .endsWith(" (deleted)");
        } catch (IOException e) {
            return true;
        }
    }

    /** No removal of a tunnel is under way any more, and no interface takes up other options. */
    private static void unlock() {
        LinuxNetwork.secondNames(Commands.run(LinuxNetwork.listLinks()).output())
                .forEach((name, iface) -> {
                    if (name.equals(BabeldCommand.holdName().name())) {
                        Commands.run(
                                LinuxNetwork.linkBatch(),
                                LinuxNetwork.dormancy(new Iface(iface)).end());
                        LinuxNetwork.deleteStandIns().forEach(Commands::run);
                    }
                    if (BabeldCommand.isLock(name)) {
                        Commands.run(LinuxNetwork.deleteName(new Iface(iface), new Iface(name)));
                    }
                });
    }

    /** Undoes, the last change first, what the new daemon is not going to want. */
    private static void endChanges(RunState state, List<List<String>> wanted) {
        List<List<String>> undo = new ArrayList<>(state.undo());
        Collections.reverse(undo);
        undo.removeAll(wanted);
        undo.forEach(Commands::run);
    }

    static boolean isTunnel(String iface) {
        return TUNNEL.matcher(iface).matches();
    }

    /** Removes the tunnels of this run or an earlier one, and what was done to links in them. */
    public static void deleteTunnels() {
        DeafenedLinks.clear();
        for (String name : ProcFiles.interfaces()) {
            if (isTunnel(name)) {
                Commands.attempt(LinuxNetwork.deleteLink(new Iface(name)));
            }
        }
    }

    /** Ends and undoes what an earlier daemon left, for one that is told to end before it took that over. */
    public static void abandon(Path run) {
        RunState state = RunRecord.read(run);
        List<Long> processes = processes(run, state);
        if (!processes.isEmpty()) {
            LOG.info("ending processes of an earlier run: {}", processes);
            endInOrder(processes);
        }
        end(keepers(run, 0));
        if (Files.exists(RunRecord.file(run))) {
            deleteTunnels();
            endChanges(state, List.of());
            if (state.forwarding()) {
                HostProbes.unforward();
            }
            RunDirectory.clear(run);
        }
    }

    /** What is on this host of a daemon that does not run any more, in words; changes nothing. */
    public static List<String> leftovers(Path run) {
        List<String> left = new ArrayList<>();
        for (long pid : processes(run, RunRecord.read(run))) {
            List<String> words = ProcFiles.words(pid);
            left.add("process " + pid + " (" + (words.isEmpty() ? "?" : words.get(0)) + ")");
        }
        ProcFiles.interfaces().stream().filter(Reconcile::isTunnel).forEach(name -> left.add("interface " + name));
        if (left.isEmpty() && Files.exists(RunRecord.file(run))) {
            left.add("the record of its processes");
        }
        return left;
    }

    /** Whether these words start a program that talks to the daemon of this RUN. */
    static boolean isOurs(List<String> words, Path run) {
        if (words.isEmpty()) {
            return false;
        }
        String program = words.get(0).substring(words.get(0).lastIndexOf('/') + 1);
        String option = program.equals(OpenVpnCommand.PROGRAM) ? "--management" : "-G";
        if (!program.equals(OpenVpnCommand.PROGRAM) && !program.equals(BabeldCommand.PROGRAM)) {
            return false;
        }
        int at = words.indexOf(option);
        return at >= 0
                && at + 1 < words.size()
                && run.equals(Path.of(words.get(at + 1)).getParent());
    }

    private List<Long> processes(RunState state) {
        return processes(run, state);
    }

    private static List<Long> processes(Path run, RunState state) {
        List<Long> found = new ArrayList<>();
        for (RunState.Child child : state.children()) {
            if (isSame(child)) {
                found.add(child.pid());
            }
        }
        for (long pid : ProcFiles.pids()) {
            if (!found.contains(pid) && isOurs(ProcFiles.words(pid), run)) {
                found.add(pid);
            }
        }
        return found;
    }

    /** Whether the process of this number is still the one that was recorded. */
    private static boolean isSame(RunState.Child child) {
        return ProcFiles.startTicks(child.pid())
                        .filter(ticks -> ticks == child.startTicks())
                        .isPresent()
                && ProcFiles.words(child.pid()).equals(child.words());
    }

    /** Ends the keepers of earlier daemons: what they keep was taken over, or has ended. */
    public static void endKeepers(Path run, Children ours) {
        end(keepers(run, ours.keeper()));
    }

    private static List<Long> keepers(Path run, long but) {
        return ProcFiles.pids().stream()
                .filter(pid -> pid != but && Keeper.isOurs(ProcFiles.words(pid), run))
                .toList();
    }

    /** babeld first: it takes its routes back while the tunnels still carry that. */
    private static void endInOrder(List<Long> pids) {
        Map<Boolean, List<Long>> byKind = pids.stream().collect(Collectors.partitioningBy(pid -> {
            List<String> words = ProcFiles.words(pid);
            return !words.isEmpty() && words.get(0).endsWith(BabeldCommand.PROGRAM);
        }));
        end(byKind.getOrDefault(true, List.of()));
        end(byKind.getOrDefault(false, List.of()));
    }

    /** With what they started: a shell of {@code --daemon} does not pass signals on. */
    private static void end(List<Long> pids) {
        List<ProcessHandle> handles = pids.stream()
                .flatMap(pid -> ProcessHandle.of(pid).stream())
                .flatMap(handle -> Stream.concat(Stream.of(handle), handle.descendants()))
                .toList();
        handles.forEach(ProcessHandle::destroy);
        if (!areGone(handles, PATIENCE)) {
            handles.forEach(ProcessHandle::destroyForcibly);
            areGone(handles, PATIENCE);
        }
    }

    private static boolean areGone(List<ProcessHandle> handles, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (handles.stream()
                .anyMatch(handle -> ProcFiles.startTicks(handle.pid()).isPresent())) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    private void endAddress() {
        for (ProcFiles.Address address : ProcFiles.addresses()) {
            boolean planned = address.iface().equals(mainInterface.name()) && address.length() == subnet.length();
            if (address.ip().equals(subnet.mainAddress()) && !planned) {
                LOG.info("removing {} from {}", address.ip(), address.iface());
                Iface iface = new Iface(address.iface());
                Commands.run(LinuxNetwork.deleteSubnetRoute(subnet, iface));
                Commands.attempt(LinuxNetwork.address(subnet, iface).undo());
            }
        }
    }

    /** The route to the whole network stays: we are going to want the same. */
    private void endRoutes(boolean babeldGoesOn) {
        boolean others = ProcFiles.routes().stream()
                .filter(route -> ProcFiles.isInside(route, subnet.network()))
                .anyMatch(route -> !isWhole(route));
        if (others && !babeldGoesOn) {
            LinuxNetwork.flushBabelRoutes(subnet.network(), 0).forEach(Commands::run);
        }
    }

    private boolean isWhole(ProcFiles.Route route) {
        return route.rejects()
                && route.length() == subnet.network().length()
                && route.destination().equals(subnet.network().address());
    }

    private void endIp4(Ip4Block own) {
        Commands.run(LinuxNetwork.unreachable(own).undo());
        Commands.run(LinuxNetwork.address(own, mainInterface).undo());
    }
}
