package net.re6st.node.os;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import net.re6st.net.Iface;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code --multicast}: pim-dm as a child, and the interfaces it routes multicast between. Those that come later are named to
 * it once it listens. Loop's thread only.
 */
public final class MulticastRouting {
    private static final Logger LOG = LoggerFactory.getLogger(MulticastRouting.class);

    /** Where a running pim-dm has its files. */
    private static final Path FOLDER = Path.of("/run/pim-dm");

    /** As soon as it runs. Another one refuses to start as long as this is there, whoever left it. */
    private static final String RUNNING = "0";

    /** A moment later: it takes commands. What is said to it before is lost, with status 0. */
    private static final String SOCKET = "pim_uds_socket0";

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final int MAX_POLLS = 60;

    /** Of a version that has its socket elsewhere, as far as is known there is none. */
    private static final int POLLS_FOR_SOCKET = 10;

    private final EventLoop loop;
    private final Commands commands;
    private final Children children;
    private final Path configuration;
    private final String program;
    private final Path folder;
    private final Duration poll;
    private final SortedSet<Iface> known = new TreeSet<>();
    private final SortedSet<Iface> waiting = new TreeSet<>();
    private boolean running;
    private int polls;
    private int pollsForSocket;

    public MulticastRouting(EventLoop loop, Commands commands, Children children, Path run) {
        this(loop, commands, children, run, new Program("pim-dm", FOLDER, POLL));
    }

    /**
     * The program.
     *
     * @param folder where it has its files while it runs
     * @param poll how often those are looked at
     */
    record Program(String name, Path folder, Duration poll) {}

    MulticastRouting(EventLoop loop, Commands commands, Children children, Path run, Program program) {
        this.program = program.name;
        this.folder = program.folder;
        this.poll = program.poll;
        this.loop = loop;
        this.commands = commands;
        this.children = children;
        this.configuration = run.resolve("pim-dm.conf");
    }

    /** Starts pim-dm on the interfaces that are there from the beginning. */
    public void start(Collection<Iface> interfaces) {
        known.addAll(interfaces);
        try {
            clearStale();
            Files.writeString(configuration, text(known));
            children.start(List.of(program, "-config", configuration.toString()), Map.of(), status -> {
                running = false;
                LOG.warn("{} ended with status {}: multicast is not routed any more", program, status);
            });
            running = true;
        } catch (IOException e) {
            LOG.warn(
                    "can't run {}: {}; multicast is not routed. Install it (pip install pim-dm) or leave --multicast out",
                    program,
                    e.getMessage());
        }
    }

    /** One that was killed leaves files that would keep the next one from starting. */
    private void clearStale() throws IOException {
        Path socket = folder.resolve(SOCKET);
        if (!Files.exists(folder.resolve(RUNNING))) {
            return;
        }
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            LOG.warn("another {} runs already, as {} tells: ours can't", program, channel.getRemoteAddress());
        } catch (IOException e) {
            LOG.info("removing what a {} that was killed left in {}", program, folder);
            Files.deleteIfExists(socket);
            Files.deleteIfExists(folder.resolve(RUNNING));
        }
    }

    /** An interface came up. */
    public void add(Iface iface) {
        if (running && known.add(iface)) {
            waiting.add(iface);
            polls = 0;
            if (waiting.size() == 1) {
                addWaiting();
            }
        }
    }

    private void addWaiting() {
        if (!running || waiting.isEmpty()) {
            waiting.clear();
        } else if (isListening()) {
            waiting.forEach(iface -> commands.submit(() -> {
                Commands.attempt(List.of(program, "-6", "-aisr", iface.name()));
                Commands.attempt(List.of(program, "-aimld", iface.name()));
            }));
            waiting.clear();
        } else if (++polls > MAX_POLLS) {
            LOG.warn("{} does not listen in {}: no multicast on {}", program, folder, waiting);
            waiting.clear();
        } else {
            loop.after(poll, this::addWaiting);
        }
    }

    private boolean isListening() {
        return Files.exists(folder.resolve(RUNNING))
                && (Files.exists(folder.resolve(SOCKET)) || ++pollsForSocket > POLLS_FOR_SOCKET);
    }

    /** pim-dm's configuration, in YAML. */
    static String text(Collection<Iface> interfaces) {
        StringBuilder pim = new StringBuilder("PIM-DM:\n  Interfaces:\n");
        StringBuilder mld = new StringBuilder("MLD:\n  Interfaces:\n");
        for (Iface iface : interfaces) {
            // Quoted: a name may look like a number.
            String name = "    \"" + iface + "\":\n";
            pim.append(name).append("      ipv6:\n        enabled: true\n        state_refresh: true\n");
            mld.append(name).append("      enabled: true\n");
        }
        return pim.append(mld).toString();
    }
}
