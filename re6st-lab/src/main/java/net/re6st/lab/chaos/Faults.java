package net.re6st.lab.chaos;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import net.re6st.lab.Command;
import net.re6st.lab.HostProcess;
import net.re6st.lab.LabException;
import net.re6st.lab.LabNode;
import net.re6st.lab.ReNetwork;

/** Makes faults in a network, and undoes them: the one place that knows how each is done. */
final class Faults implements AutoCloseable {
    private static final int DISK_KIBIBYTES = 64 << 10;
    private static final Duration DNS_DELAY = Duration.ofSeconds(8);
    private static final String CLOCK_RIGHT = "+0\n";
    private static final String CLOCK_AHEAD = "+3600\n";

    private final ReNetwork network;
    private final NameServer names;
    private final Optional<Path> fakeTime = fakeTime();
    private final FaultSchedule schedule;

    private Faults(ReNetwork network, FaultSchedule schedule, NameServer names) {
        this.network = network;
        this.schedule = schedule;
        this.names = names;
    }

    /** Prepares the hosts of a network whose nodes were not started yet. */
    static Faults prepare(ReNetwork network, FaultSchedule schedule) {
        Faults faults = new Faults(
                network,
                schedule,
                NameServer.start(network.nodes().stream().map(LabNode::host).toList()));
        try {
            for (LabNode node : network.nodes()) {
                if (!node.host().isBehindNat()) {
                    node.advertise(NameServer.nameOf(node.host()));
                }
                Files.writeString(clock(node), CLOCK_RIGHT);
            }
            for (int number : schedule.victims(Fault.Kind.DISK)) {
                for (Path folder : disks(network.node(number))) {
                    net.re6st.lab.Lab.smallDisk(folder, DISK_KIBIBYTES);
                }
            }
            return faults;
        } catch (IOException e) {
            faults.close();
            throw new UncheckedIOException(e);
        }
    }

    /** Whether clocks can jump here. */
    static boolean hasFakeTime() {
        return fakeTime().isPresent();
    }

    void startNode(LabNode node) {
        node.start(List.of(), environment(node));
    }

    void inject(Fault fault) {
        LabNode node = network.node(fault.nodes().get(0));
        switch (fault.kind()) {
            case KILL -> node.kill();
            case KILL_BABELD -> processes(node, "babeld").forEach(HostProcess::kill);
            case KILL_TUNNELS -> processes(node, "openvpn").forEach(HostProcess::kill);
            case CUT -> node.host().cut();
            case BLOCK ->
                network.lab()
                        .block(node.host(), network.node(fault.nodes().get(1)).host());
            case PARTITION ->
                network.lab()
                        .partition(fault.nodes().stream()
                                .map(number -> network.node(number).host())
                                .toList());
            case REGISTRY -> {
                network.registry().stop();
                restart(node);
            }
            case CLOCK -> write(clock(node), CLOCK_AHEAD);
            case DISK -> {
                disks(node).forEach(folder -> fill(folder.resolve("filler")));
                restart(node);
            }
            case DNS_LATE -> {
                names.delay(node.host(), DNS_DELAY);
                processes(node, "openvpn").forEach(HostProcess::kill);
            }
            case DNS_SILENT -> {
                names.silence(node.host());
                processes(node, "openvpn").forEach(HostProcess::kill);
            }
            case FREEZE -> processes(node, "babeld").forEach(babeld -> signal(babeld, "STOP"));
        }
    }

    void heal(Fault fault) {
        LabNode node = network.node(fault.nodes().get(0));
        switch (fault.kind()) {
            case KILL -> startNode(node);
            case KILL_BABELD, KILL_TUNNELS -> {
                // The node itself brings back what was killed.
            }
            case CUT -> node.host().restore();
            case BLOCK ->
                network.lab()
                        .unblock(node.host(), network.node(fault.nodes().get(1)).host());
            case PARTITION -> network.lab().partition(List.of());
            case REGISTRY -> network.restartRegistry();
            case CLOCK -> write(clock(node), CLOCK_RIGHT);
            case DISK -> disks(node).forEach(folder -> delete(folder.resolve("filler")));
            case DNS_LATE, DNS_SILENT -> names.delay(node.host(), Duration.ZERO);
            case FREEZE -> processes(node, "babeld").forEach(babeld -> signal(babeld, "CONT"));
        }
    }

    private void restart(LabNode node) {
        node.kill();
        startNode(node);
    }

    private Map<String, String> environment(LabNode node) {
        int number = network.nodes().indexOf(node) + 1;
        if (!schedule.victims(Fault.Kind.CLOCK).contains(number)) {
            return Map.of();
        }
        // Looking at the file each time that a program asks for the time would make a node ten times slower.
        Path library = fakeTime.orElseThrow(() -> new LabException("libfaketime is not installed"));
        return Map.of(
                "LD_PRELOAD", library.toString(),
                "FAKETIME_TIMESTAMP_FILE", clock(node).toString(),
                "FAKETIME_CACHE_DURATION", "1",
                "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                "DONT_FAKE_MONOTONIC", "1");
    }

    private static List<HostProcess> processes(LabNode node, String program) {
        List<HostProcess> found = node.host().processes(program);
        if (found.isEmpty()) {
            throw new LabException("no " + program + " runs on " + node);
        }
        return found;
    }

    private static void signal(HostProcess process, String name) {
        Command.of("kill", "-" + name, Long.toString(process.pid())).output();
    }

    private static Path clock(LabNode node) {
        return node.host().directory().resolve("clock");
    }

    private static List<Path> disks(LabNode node) {
        return List.of(node.state(), node.log());
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void fill(Path file) {
        byte[] block = new byte[1 << 12];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i <= DISK_KIBIBYTES; i++) {
                out.write(block);
            }
        } catch (IOException e) {
            // As meant: the disk is full.
            return;
        }
        throw new LabException(file + " filled no disk");
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Path> fakeTime() {
        try (Stream<Path> folders = Files.list(Path.of("/usr/lib"))) {
            return folders.map(folder -> folder.resolve("faketime/libfaketimeMT.so.1"))
                    .filter(Files::exists)
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        names.close();
    }
}
