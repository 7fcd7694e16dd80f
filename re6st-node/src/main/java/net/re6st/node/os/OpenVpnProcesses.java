package net.re6st.node.os;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import net.re6st.core.Inheritance;
import net.re6st.core.port.ClientId;
import net.re6st.core.port.TunnelProcesses;
import net.re6st.net.Iface;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.net.Remote;
import net.re6st.net.Transport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The OpenVPN processes of this host, one per interface. Servers that end are started again, with growing pauses; clients
 * that end are reported. Loop's thread only; what takes time runs in the commands' thread.
 */
public final class OpenVpnProcesses implements TunnelProcesses {
    private static final Logger LOG = LoggerFactory.getLogger(OpenVpnProcesses.class);

    /** An OpenVPN that was taken over and can't be reached for so long is of no use. */
    private static final Duration DEAF = Duration.ofSeconds(10);

    private final EventLoop loop;
    private final Commands commands;
    private final Children children;
    private final Path run;
    private final TunnelEvents events;
    private final Map<Iface, Tunnel> tunnels = new TreeMap<>();
    private final Map<Iface, RunState.Child> waiting = new TreeMap<>();
    /** Left without a process, and not yet taken down; with what is to be done then. */
    private final Map<Iface, Runnable> bare = new TreeMap<>();

    private final List<Inheritance.Client> inheritedClients = new ArrayList<>();
    private final EndedLinks ended;
    private final CipherPolicy ciphers;
    private OpenVpnCommand command;
    private int maxClients;
    private long restarts;

    private enum Role {
        /** Kept running. */
        SERVER,
        /** One attempt to reach one node; its end is reported. */
        CLIENT,
        /** The only tunnel of a node that is a mere client, to whoever answers; kept running. */
        ONLY_CLIENT
    }

    /** The process of one interface. */
    private static final class Tunnel {
        final Iface iface;
        final Role role;
        final Transport transport;
        final @Nullable Prefix peer;
        /** How it is started the next time. */
        Supplier<List<String>> words;

        final Backoff backoff = new Backoff();

        @Nullable
        OpenVpnServer server;

        @Nullable
        Child child;

        @Nullable
        ManagementLink link;

        @Nullable
        Moment upAt;

        boolean closing;
        /** It ends because we want another one in its place. */
        boolean renewing;

        String reason = "";

        Tunnel(Iface iface, Role role, Transport transport, @Nullable Prefix peer, Supplier<List<String>> words) {
            this.iface = iface;
            this.role = role;
            this.transport = transport;
            this.peer = peer;
            this.words = words;
        }

        void send(String lines) {
            if (link != null) {
                link.send(lines);
            }
        }
    }

    public OpenVpnProcesses(
            EventLoop loop,
            Commands commands,
            Children children,
            Path run,
            OpenVpnCommand command,
            TunnelEvents events) {
        this.loop = loop;
        this.commands = commands;
        this.children = children;
        this.run = run;
        this.command = command;
        this.ciphers = new CipherPolicy(command.settings().encrypt());
        this.events = events;
        this.ended = new EndedLinks(loop, commands);
    }

    /** How tunnels are started from here on, and how many clients may be alive at once. */
    public void configure(OpenVpnCommand fresh, int clients) {
        boolean addresses = !fresh.settings().ip4().equals(command.settings().ip4());
        command = fresh;
        if (addresses) {
            tunnels.keySet().forEach(this::address);
        }
        maxClients = clients;
        ciphers.require(fresh.settings().encrypt(), loop.now());
    }

    /**
     * Takes over what an earlier daemon left; before anything else is started. Servers and the tunnel of a mere client wait
     * for {@link #serve} and {@link #keepClient}, which would start the same.
     */
    public void inherit(Reconcile.Kept kept) {
        waiting.putAll(kept.tunnels());
        // Those of servers sort first.
        for (Iface iface : kept.bare()) {
            bare.put(iface, () -> {});
            ended.takeDown(iface, command.linkPause(), () -> Objects.requireNonNull(bare.remove(iface))
                    .run());
        }
    }

    /** Not before what is left of an earlier tunnel was taken down. */
    private void start(Tunnel tunnel) {
        if (bare.replace(tunnel.iface, () -> startNow(tunnel)) == null) {
            startNow(tunnel);
        }
    }

    /** What of it the core must know; once all servers are served. */
    public Inheritance inheritance() {
        List<Inheritance.Tunnel> dialled = new ArrayList<>();
        waiting.forEach((iface, found) -> {
            RunState.Up up = found.up();
            Optional<Prefix> peer = Prefix.parseCn(String.valueOf(found.peer()));
            Optional<Remote> remote = OpenVpnCommand.remote(found.words());
            if (up != null && peer.isPresent() && remote.isPresent()) {
                Transport transport = remote.get().transport();
                Tunnel tunnel = new Tunnel(iface, Role.CLIENT, transport, peer.get(), found::words);
                tunnels.put(iface, tunnel);
                adopt(tunnel, found);
                boolean outdated =
                        !OpenVpnCommand.isSame(found.words(), command.client(iface, peer.get(), remote.get()));
                if (outdated) {
                    // So will be what others dial who have not heard of it yet.
                    ciphers.changedLately(loop.now());
                }
                dialled.add(new Inheritance.Tunnel(iface, peer.get(), remote.get(), up.serial(), up.seen(), outdated));
            }
        });
        waiting.clear();
        List<Inheritance.Client> clients = List.copyOf(inheritedClients);
        inheritedClients.clear();
        List<Iface> unused = bare.keySet().stream()
                .filter(iface -> !tunnels.containsKey(iface))
                .toList();
        return new Inheritance(dialled, clients, unused, List.of());
    }

    /** Starts a tunnel that is always there, or takes it over. */
    private void begin(Tunnel tunnel) {
        tunnels.put(tunnel.iface, tunnel);
        RunState.Child found = waiting.remove(tunnel.iface);
        if (found == null) {
            start(tunnel);
        } else {
            adopt(tunnel, found);
        }
    }

    private void address(Iface iface) {
        TunnelIp4 ip4 = command.settings().ip4();
        commands.submit(() -> Taps.address(iface, ip4));
    }

    private void adopt(Tunnel tunnel, RunState.Child found) {
        address(tunnel.iface);
        Child child = children.adopt(found, status -> exited(tunnel, status));
        tunnel.child = child;
        connect(tunnel, child);
        loop.after(DEAF, () -> endDeaf(tunnel, child));
        RunState.Up up = found.up();
        Optional<Prefix> peer = Prefix.parseCn(up == null ? "" : up.cn());
        if (tunnel.server != null) {
            inheritedClients.addAll(tunnel.server.inherit(found.clients()));
        } else if (up != null && peer.isPresent()) {
            tunnel.upAt = loop.now();
            if (tunnel.role == Role.ONLY_CLIENT) {
                loop.post(() -> events.onTunnelUp(tunnel.iface, peer.get(), up.serial(), up.seen()));
            }
        }
    }

    private static void endDeaf(Tunnel tunnel, Child child) {
        ManagementLink link = tunnel.link;
        if (tunnel.child == child && link != null && !link.isConnected()) {
            LOG.warn("{} can't be reached any more: it is ended", tunnel.iface);
            child.terminate();
        }
    }

    /** Starts a server, and keeps it running. */
    public void serve(Iface iface, Transport transport, int port) {
        begin(new Tunnel(iface, Role.SERVER, transport, null, () -> command.server(iface, transport, port)));
    }

    /** Starts a client of whoever of {@code remotes} answers, and keeps it running. */
    public void keepClient(Iface iface, List<Remote> remotes) {
        // The interface has one size for all of them.
        Transport smallest = remotes.stream()
                .map(Remote::transport)
                .min(Comparator.comparingInt(command::mtuBytes))
                .orElseThrow();
        begin(new Tunnel(iface, Role.ONLY_CLIENT, smallest, null, () -> command.clientOfAny(iface, remotes)));
    }

    @Override
    public void dial(Iface iface, Remote remote, Prefix peer) {
        long clients =
                tunnels.values().stream().filter(t -> t.role == Role.CLIENT).count();
        if (tunnels.containsKey(iface) || clients >= maxClients) {
            String reason = tunnels.containsKey(iface) ? "interface in use" : clients + " clients are running";
            loop.post(() -> events.onTunnelExit(iface, reason));
            return;
        }
        LOG.debug("{}: dial {} at {}", iface, peer.cn(), remote);
        List<String> words = command.client(iface, peer, remote);
        Tunnel tunnel = new Tunnel(iface, Role.CLIENT, remote.transport(), peer, () -> words);
        tunnels.put(iface, tunnel);
        start(tunnel);
    }

    @Override
    public void close(Iface iface) {
        Tunnel tunnel = tunnels.get(iface);
        if (tunnel != null && tunnel.role != Role.SERVER) {
            tunnel.closing = true;
            if (tunnel.child != null) {
                tunnel.child.terminate();
            }
        }
    }

    @Override
    public void discard(Iface iface) {
        if (!tunnels.containsKey(iface)) {
            commands.submit(() -> Taps.delete(iface));
        }
    }

    @Override
    public void accept(ClientId client) {
        OpenVpnServer server = server(client);
        if (server != null) {
            server.accept(client.number());
        }
    }

    @Override
    public void refuse(ClientId client, String reason) {
        OpenVpnServer server = server(client);
        if (server != null) {
            server.refuse(client.number(), reason);
        }
    }

    @Override
    public void disconnect(ClientId client) {
        OpenVpnServer server = server(client);
        if (server != null) {
            server.disconnect(client.number());
        }
    }

    /** The interfaces of tunnels that are always there: servers, or the tunnel of a mere client. */
    List<Iface> standing() {
        return tunnels.values().stream()
                .filter(tunnel -> tunnel.role != Role.CLIENT)
                .map(tunnel -> tunnel.iface)
                .toList();
    }

    /** Ends one that is always there, after telling its clients if it is a server, and starts it as one is started now. */
    void renew(Iface iface) {
        Tunnel tunnel = tunnels.get(iface);
        if (tunnel == null || tunnel.role == Role.CLIENT || tunnel.child == null) {
            return;
        }
        Child child = tunnel.child;
        if (tunnel.server != null) {
            tunnel.server.disconnectAll();
        }
        tunnel.renewing = true;
        loop.after(Duration.ofMillis(300), child::terminate);
    }

    /** Lets go of all, which go on without us. */
    public void handOver() {
        tunnels.values().forEach(this::unlink);
    }

    /**
     * How the processes are.
     *
     * @param restarts how often a server ended and was started again
     */
    public record Report(List<ProcessReport> processes, long restarts) {}

    /**
     * One process.
     *
     * @param pid 0: it does not run
     * @param upAt when its tunnel came up; null for servers, and before
     * @param clients since when each client of a server is connected, by number
     */
    public record ProcessReport(
            Iface iface,
            Transport transport,
            boolean server,
            long pid,
            @Nullable Moment upAt,
            Map<Long, Moment> clients) {}

    public Report report() {
        List<ProcessReport> processes = tunnels.values().stream()
                .map(tunnel -> new ProcessReport(
                        tunnel.iface,
                        tunnel.transport,
                        tunnel.role == Role.SERVER,
                        tunnel.child == null ? 0 : tunnel.child.pid(),
                        tunnel.upAt,
                        tunnel.server == null ? Map.of() : tunnel.server.connectedSince()))
                .toList();
        return new Report(processes, restarts);
    }

    private @Nullable OpenVpnServer server(ClientId client) {
        Tunnel tunnel = tunnels.get(client.server());
        return tunnel == null ? null : tunnel.server;
    }

    private void startNow(Tunnel tunnel) {
        Iface iface = tunnel.iface;
        boolean server = tunnel.role == Role.SERVER;
        int mtu = command.mtuBytes(tunnel.transport);
        List<String> words = tunnel.words.get();
        TunnelIp4 ip4 = command.settings().ip4();
        String peer = tunnel.peer == null ? null : tunnel.peer.cn();
        commands.submit(() -> {
            try {
                Files.deleteIfExists(OpenVpnCommand.managementSocket(run, iface));
                // A server's clients come when they like: its interface is ready before it.
                if (!Taps.make(iface) || (server && !Taps.up(iface, mtu))) {
                    throw new IOException("no interface " + iface);
                }
                Taps.address(iface, ip4);
                Child child = children.start(words, Map.of(), iface.name(), peer, status -> exited(tunnel, status));
                loop.post(() -> started(tunnel, child));
            } catch (IOException e) {
                LOG.warn("{}: can't be started: {}", iface, e.getMessage());
                loop.post(() -> exited(tunnel, -1));
            }
        });
    }

    private void started(Tunnel tunnel, Child child) {
        tunnel.child = child;
        if (tunnel.closing) {
            child.terminate();
        }
        if (!child.isAlive()) {
            // Its end was reported, or will be.
            return;
        }
        connect(tunnel, child);
    }

    private void connect(Tunnel tunnel, Child child) {
        Path socket = OpenVpnCommand.managementSocket(run, tunnel.iface);
        if (tunnel.role == Role.SERVER) {
            OpenVpnServer server = new OpenVpnServer(
                    tunnel.iface,
                    events,
                    tunnel::send,
                    loop::now,
                    clients -> children.note(child, known -> known.with(clients)),
                    environment -> ciphers.refusal(environment, loop.now()));
            tunnel.server = server;
            tunnel.link = new ManagementLink(loop, socket, server::connected, server::on);
        } else {
            tunnel.link = new ManagementLink(
                    loop, socket, () -> tunnel.send("state on\nhold off"), event -> onClientEvent(tunnel, event));
        }
        // What it is told first is said when everything else here is ready.
        loop.post(tunnel.link::connect);
    }

    private void onClientEvent(Tunnel tunnel, ManagementEvent event) {
        if (event instanceof ManagementEvent.Hold) {
            tunnel.send("hold release");
        } else if (event instanceof ManagementEvent.UpDown change && change.up()) {
            onUp(tunnel, change.environment());
        } else if (event instanceof ManagementEvent.State state && state.name().equals("EXITING")) {
            tunnel.reason = state.detail();
        } else if (event instanceof ManagementEvent.Fatal fatal) {
            tunnel.reason = fatal.reason();
            LOG.warn("{}: {}", tunnel.iface, fatal.reason());
        }
    }

    /** OpenVPN carries packets; the interface follows, clamped to what the peer can take. */
    private void onUp(Tunnel tunnel, Map<String, String> environment) {
        Optional<Prefix> peer = Prefix.parseCn(environment.getOrDefault("common_name", ""));
        Optional<BigInteger> serial = OpenVpnServer.serial(environment);
        boolean expected = peer.isPresent() && (tunnel.peer == null || tunnel.peer.equals(peer.get()));
        if (!expected || serial.isEmpty()) {
            LOG.warn("{}: connected to {} instead of {}", tunnel.iface, peer, tunnel.peer);
            close(tunnel.iface);
            return;
        }
        String pushed = environment.getOrDefault("tun_mtu", "");
        int own = command.mtuBytes(tunnel.transport);
        int mtu = pushed.matches("\\d{4,5}") ? Math.max(1280, Math.min(own, Integer.parseInt(pushed))) : own;
        String seen = environment.get("OPENVPN_external_ip");
        commands.submit(() -> {
            boolean up = Taps.up(tunnel.iface, mtu);
            loop.post(() -> {
                if (!up) {
                    close(tunnel.iface);
                } else if (tunnels.get(tunnel.iface) == tunnel && !tunnel.closing) {
                    tunnel.upAt = loop.now();
                    if (tunnel.child != null) {
                        RunState.Up known = new RunState.Up(peer.get().cn(), serial.get(), seen);
                        children.note(tunnel.child, child -> child.with(known));
                    }
                    events.onTunnelUp(tunnel.iface, peer.get(), serial.get(), seen);
                }
            });
        });
    }

    private void exited(Tunnel tunnel, int status) {
        unlink(tunnel);
        tunnel.child = null;
        if (tunnel.role != Role.CLIENT) {
            if (!tunnel.renewing) {
                restarts++;
                LOG.warn("{} ended with status {}, it is started again", tunnel.iface, status);
            }
            tunnel.renewing = false;
            tunnel.closing = false;
            events.onServerRestarted(tunnel.iface);
            ended.takeDown(
                    tunnel.iface,
                    command.linkPause(),
                    () -> loop.after(tunnel.backoff.next(System.nanoTime()), () -> start(tunnel)));
            return;
        }
        String reason = tunnel.reason.isEmpty() ? "status " + status : tunnel.reason;
        Runnable report = () -> {
            tunnels.remove(tunnel.iface);
            events.onTunnelExit(tunnel.iface, reason);
        };
        if (tunnel.upAt == null) {
            // After whatever is still being done to the interface.
            commands.submit(() -> loop.post(report));
        } else {
            ended.takeDown(tunnel.iface, command.linkPause(), report);
        }
    }

    private void unlink(Tunnel tunnel) {
        if (tunnel.link != null) {
            tunnel.link.close();
            tunnel.link = null;
        }
        tunnel.server = null;
    }

    /** The interfaces that were made and not discarded; for the end. */
    public List<Iface> interfaces() {
        return List.copyOf(tunnels.keySet());
    }

    /** How long a process that keeps ending is left alone. */
    static final class Backoff {
        private static final Duration LONGEST = Duration.ofSeconds(60);
        private static final Duration STABLE = Duration.ofSeconds(60);

        private Duration pause = Duration.ofMillis(100);
        private long lastNanos;
        private boolean used;

        /** The pause before the next start; short again after a minute without an end. */
        Duration next(long nowNanos) {
            if (used && nowNanos - lastNanos > STABLE.plus(pause).toNanos()) {
                pause = Duration.ofMillis(100);
            }
            used = true;
            lastNanos = nowNanos;
            Duration current = pause;
            pause = pause.multipliedBy(2).compareTo(LONGEST) < 0 ? pause.multipliedBy(2) : LONGEST;
            return current;
        }
    }
}
