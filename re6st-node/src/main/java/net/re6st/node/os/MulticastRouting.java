package net.re6st.node.os;

import java.io.IOException;
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

    /** Where a running pim-dm takes commands. */
    private static final Path LISTENING = Path.of("/run/pim-dm/0");

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final int MAX_POLLS = 60;

    private final EventLoop loop;
    private final Commands commands;
    private final Children children;
    private final Path configuration;
    private final String program;
    private final SortedSet<Iface> known = new TreeSet<>();
    private final SortedSet<Iface> waiting = new TreeSet<>();
    private boolean running;
    private int polls;

    public MulticastRouting(EventLoop loop, Commands commands, Children children, Path run) {
        this(loop, commands, children, run, "pim-dm");
    }

    MulticastRouting(EventLoop loop, Commands commands, Children children, Path run, String program) {
        this.program = program;
        this.loop = loop;
        this.commands = commands;
        this.children = children;
        this.configuration = run.resolve("pim-dm.conf");
    }

    /** Starts pim-dm on the interfaces that are there from the beginning. */
    public void start(Collection<Iface> interfaces) {
        known.addAll(interfaces);
        try {
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
        } else if (Files.exists(LISTENING)) {
            waiting.forEach(iface -> commands.submit(() -> {
                Commands.attempt(List.of(program, "-6", "-aisr", iface.name()));
                Commands.attempt(List.of(program, "-aimld", iface.name()));
            }));
            waiting.clear();
        } else if (++polls > MAX_POLLS) {
            LOG.warn("{} does not listen at {}: no multicast on {}", program, LISTENING, waiting);
            waiting.clear();
        } else {
            loop.after(POLL, this::addWaiting);
        }
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
