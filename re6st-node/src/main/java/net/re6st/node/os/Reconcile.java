package net.re6st.node.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import net.re6st.net.Iface;
import net.re6st.net.Subnet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at what an earlier daemon left on this host and ends it, whatever way that daemon ended: processes, interfaces,
 * addresses, routes, sockets. It does not need the record of children to be there, and touches nothing that is not ours.
 */
public final class Reconcile {
    /*
     * A process is ours if state.json names it by number, start time and words, all three as they are now; or if its words
     * say that it talks to us: the path of a socket in our RUN, which one daemon at a time holds the lock of. Interfaces are
     * ours by their names: the port that all nodes of a host would need is bound by us before this runs.
     */
    private static final Logger LOG = LoggerFactory.getLogger(Reconcile.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
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

    /** Ends everything that is left; blocks. */
    public void endAll() {
        List<Long> processes = processes(run);
        if (!processes.isEmpty()) {
            LOG.info("ending processes of an earlier run: {}", processes);
            end(processes);
        }
        for (String name : ProcFiles.interfaces()) {
            if (isTunnel(name)) {
                LOG.info("deleting {} of an earlier run", name);
                Commands.attempt(LinuxNetwork.deleteLink(new Iface(name)));
            }
        }
        boolean unclean = !processes.isEmpty() || Files.exists(Children.stateFile(run));
        if (unclean) {
            DeafenedLinks.clear();
            ip4.ifPresent(this::endIp4);
        }
        endAddress();
        endRoutes();
        if (unclean && table != 0) {
            LinuxNetwork.flushBabelRoutes(subnet.network(), table).forEach(Commands::run);
            Commands.run(LinuxNetwork.rule("from", subnet.network(), table).undo());
            Commands.run(LinuxNetwork.rule("to", subnet.network(), table).undo());
        }
    }

    static boolean isTunnel(String iface) {
        return TUNNEL.matcher(iface).matches();
    }

    /** Removes the tunnels of this run or an earlier one. */
    public static void deleteTunnels() {
        for (String name : ProcFiles.interfaces()) {
            if (isTunnel(name)) {
                Commands.attempt(LinuxNetwork.deleteLink(new Iface(name)));
            }
        }
    }

    /** What is on this host of a daemon that does not run any more, in words; changes nothing. */
    public static List<String> leftovers(Path run) {
        List<String> left = new ArrayList<>();
        for (long pid : processes(run)) {
            List<String> words = ProcFiles.words(pid);
            left.add("process " + pid + " (" + (words.isEmpty() ? "?" : words.get(0)) + ")");
        }
        ProcFiles.interfaces().stream().filter(Reconcile::isTunnel).forEach(name -> left.add("interface " + name));
        if (left.isEmpty() && Files.exists(Children.stateFile(run))) {
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

    private static List<Long> processes(Path run) {
        List<Long> found = new ArrayList<>();
        for (RunState.Child child : recorded(run)) {
            boolean same = ProcFiles.startTicks(child.pid())
                            .filter(ticks -> ticks == child.startTicks())
                            .isPresent()
                    && ProcFiles.words(child.pid()).equals(child.words());
            if (same) {
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

    private static List<RunState.Child> recorded(Path run) {
        try {
            return RunState.read(Files.readString(Children.stateFile(run), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return List.of();
        }
    }

    private static void end(List<Long> pids) {
        List<ProcessHandle> handles =
                pids.stream().flatMap(pid -> ProcessHandle.of(pid).stream()).toList();
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
            if (address.ip().equals(subnet.mainAddress())) {
                LOG.info("removing {} from {}", address.ip(), address.iface());
                Iface iface = new Iface(address.iface());
                Commands.run(LinuxNetwork.deleteSubnetRoute(subnet, iface));
                Commands.attempt(LinuxNetwork.address(subnet, iface).undo());
            }
        }
    }

    private void endRoutes() {
        boolean unreachable = false;
        boolean others = false;
        for (ProcFiles.Route route : ProcFiles.routes()) {
            if (ProcFiles.isInside(route, subnet.network())) {
                boolean whole = route.rejects()
                        && route.length() == subnet.network().length()
                        && route.destination().equals(subnet.network().address());
                unreachable |= whole;
                others |= !whole;
            }
        }
        if (unreachable) {
            Commands.run(LinuxNetwork.unreachable(subnet.network()).undo());
        }
        if (others) {
            LinuxNetwork.flushBabelRoutes(subnet.network(), 0).forEach(Commands::run);
        }
    }

    private void endIp4(Ip4Block own) {
        Commands.run(LinuxNetwork.unreachable(own).undo());
        Commands.run(LinuxNetwork.address(own, mainInterface).undo());
    }
}
