package net.re6st.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.re6st.core.port.ClientId;
import net.re6st.net.Iface;
import net.re6st.net.Prefix;
import net.re6st.net.Remote;
import net.re6st.net.Transport;
import org.jspecify.annotations.Nullable;

/** OpenVPN on all hosts: attempts, connections and their ends, with the time each takes. */
final class SimTunnels {
    private static final Duration UNANSWERED = Duration.ofSeconds(10);
    private static final Duration SERVER_NOTICES_EXIT = Duration.ofSeconds(5);
    private static final Duration KEYS_RENEWED = Duration.ofHours(1);
    private static final int HELLOS_UNTIL_EXIT = 4;

    private final Simulation simulation;
    private final List<Host> hosts = new ArrayList<>();
    private final List<SimLink> live = new ArrayList<>();
    private long clients;
    private long established;
    private long replaced;

    /** The processes of one host. */
    private static final class Host {
        private final Map<Iface, Dial> dials = new LinkedHashMap<>();
        private final Map<ClientId, Dial> served = new LinkedHashMap<>();
        private final Map<Transport, Integer> clients = new EnumMap<>(Transport.class);
        private int dialled;
    }

    /** One client process: it tries, then is connected; ended it is in no table. */
    private static final class Dial {
        private final SimNode dialler;
        private final Iface iface;
        private final Transport transport;
        private @Nullable ClientId id;
        private @Nullable SimNode server;
        private @Nullable SimLink link;
        private boolean ending;

        Dial(SimNode dialler, Iface iface, Transport transport) {
            this.dialler = dialler;
            this.iface = iface;
            this.transport = transport;
        }
    }

    SimTunnels(Simulation simulation) {
        this.simulation = simulation;
    }

    /** Makes room for one more node. */
    void addHost() {
        hosts.add(new Host());
    }

    private Host host(SimNode node) {
        return hosts.get(node.index());
    }

    static Iface serverIface(Transport transport) {
        return new Iface("re6stnet-" + transport.text());
    }

    // Dialling

    void dial(SimNode dialler, Iface iface, Remote remote, Prefix peer) {
        Dial dial = new Dial(dialler, iface, remote.transport());
        host(dialler).dials.put(iface, dial);
        SimHost from = dialler.host();
        SimHost to = simulation.internet().at(remote.ip()).orElse(null);
        long tcp = remote.transport() == Transport.TCP ? 1000 : 0;
        Duration handshake =
                simulation.jitter(80, 300).multipliedBy(from.tunnelFactor()).plusMillis(tcp);
        dialler.later(handshake.plus(delay(from, to).multipliedBy(4)), () -> {
            if (isCurrent(dial) && !dial.ending) {
                SimNode server = to == null ? null : simulation.nodes().get(to.index());
                arrive(dial, server, remote, peer);
            }
        });
    }

    private static Duration delay(SimHost from, @Nullable SimHost to) {
        return to == null ? Duration.ZERO : Duration.ofNanos(1000 * Internet.delayMicros(from, to));
    }

    private boolean isCurrent(Dial dial) {
        return host(dial.dialler).dials.get(dial.iface) == dial;
    }

    private void arrive(Dial dial, @Nullable SimNode server, Remote remote, Prefix peer) {
        boolean answers = server != null
                && server.hasCore()
                && server != dial.dialler
                && server.host().accepts(remote.port(), remote.transport())
                && !simulation.internet().isCut(dial.dialler.host(), server.host());
        if (server == null || !answers) {
            fail(dial, "unanswered", UNANSWERED);
        } else if (!server.prefix().equals(peer)) {
            fail(dial, "another certificate", Duration.ofSeconds(1));
        } else if (simulation.random().nextDouble() < dial.dialler.host().tunnelFailure()) {
            fail(dial, "crashed", Duration.ofMillis(50));
        } else {
            Iface iface = serverIface(dial.transport);
            long busy = host(server).served.values().stream()
                    .filter(d -> d.transport == dial.transport)
                    .count();
            if (busy >= server.parameters().maxClients()) {
                fail(dial, "server is full", Duration.ofMillis(100));
                return;
            }
            ClientId id = new ClientId(iface, clients++);
            dial.id = id;
            dial.server = server;
            host(server).served.put(id, dial);
            askServer(dial, id, server);
        }
    }

    private void askServer(Dial dial, ClientId id, SimNode server) {
        SimNode dialler = dial.dialler;
        server.event(
                "client connecting",
                dialler,
                n -> n.onClientConnecting(
                        id, dialler.prefix(), dialler.serial(), dialler.host().ip(), server.now()));
    }

    private void fail(Dial dial, String reason, Duration delay) {
        dial.dialler.later(delay, () -> {
            if (isCurrent(dial)) {
                exit(dial, reason);
            }
        });
    }

    /** The client process ends. */
    private void exit(Dial dial, String reason) {
        host(dial.dialler).dials.remove(dial.iface);
        dial.dialler.event(
                "tunnel exit: " + reason, dial.server, n -> n.onTunnelExit(dial.iface, reason, dial.dialler.now()));
    }

    // Serving

    void accepted(SimNode server, ClientId id) {
        Dial dial = host(server).served.get(id);
        if (dial == null || dial.link != null || !isCurrent(dial) || dial.ending) {
            return;
        }
        SimNode dialler = dial.dialler;
        SimLink link = new SimLink(
                dialler, dial.iface, server, id, dial.transport, Internet.path(dialler.host(), server.host()));
        dial.link = link;
        begin(link);
        link.blocked = simulation.internet().isCut(dialler.host(), server.host());
        host(server).served.values().stream()
                .filter(d -> d != dial && d.dialler == dialler && d.transport == dial.transport && d.link != null)
                .findFirst()
                .ifPresent(before -> disconnect(server, before.id));
        server.eventIn(
                Duration.ofMillis(20),
                "client connected",
                dialler,
                n -> n.onClientConnected(
                        id, dialler.prefix(), dialler.serial(), dialler.host().ip(), server.now()));
        Duration delay = delay(dialler.host(), server.host()).plusMillis(20);
        dialler.later(delay, () -> {
            if (link.alive) {
                dialler.event(
                        "tunnel up",
                        server,
                        up -> up.onTunnelUp(
                                dial.iface,
                                server.prefix(),
                                server.serial(),
                                dialler.host().ip(),
                                dialler.now()));
            }
        });
        renewKeys(dial, id, server, link);
    }

    /** OpenVPN negotiates new keys every hour, and the server's core is asked again. */
    private void renewKeys(Dial dial, ClientId id, SimNode server, SimLink link) {
        simulation.queue().post(KEYS_RENEWED, () -> {
            if (link.alive) {
                askServer(dial, id, server);
                renewKeys(dial, id, server, link);
            }
        });
    }

    void refused(SimNode server, ClientId id, String reason) {
        Dial dial = host(server).served.remove(id);
        if (dial == null) {
            return;
        }
        if (dial.link != null) {
            end(dial.link, true);
            server.eventIn(SERVER_NOTICES_EXIT, "client gone", dial.dialler, n -> n.onClientGone(id, server.now()));
        }
        fail(dial, reason, Duration.ofMillis(100));
    }

    @Nullable
    SimLink find(SimNode dialler, Iface iface) {
        Dial dial = host(dialler).dials.get(iface);
        return dial == null ? null : dial.link;
    }

    /** The client ends: its peer's server notices when told. */
    void close(SimNode dialler, Iface iface) {
        Dial dial = host(dialler).dials.get(iface);
        if (dial == null) {
            return;
        }
        replaced++;
        dial.ending = true;
        ended(dial, true, SERVER_NOTICES_EXIT);
        dialler.later(Duration.ofMillis(10), () -> {
            if (isCurrent(dial)) {
                exit(dial, "closed");
            }
        });
    }

    /** The link is over, and the server will hear of it. */
    private void ended(Dial dial, boolean closed, Duration until) {
        SimNode server = dial.server;
        ClientId id = dial.id;
        if (server == null || id == null) {
            return;
        }
        if (dial.link != null) {
            end(dial.link, closed);
        }
        if (host(server).served.remove(id) != null) {
            server.eventIn(until, "client gone", dial.dialler, n -> n.onClientGone(id, server.now()));
        }
    }

    /** The server ends one client. */
    void disconnect(SimNode server, @Nullable ClientId id) {
        Dial dial = id == null ? null : host(server).served.get(id);
        if (dial == null || dial.link == null || id == null) {
            return;
        }
        ended(dial, true, SERVER_NOTICES_EXIT);
        fail(dial, "reset by the server", Duration.ofMillis(20));
    }

    private void begin(SimLink link) {
        established++;
        link.place = live.size();
        live.add(link);
        host(link.client).dialled++;
        host(link.server).clients.merge(link.transport, 1, Integer::sum);
    }

    private void end(SimLink link, boolean closed) {
        if (link.alive) {
            link.alive = false;
            SimLink last = live.remove(live.size() - 1);
            if (last != link) {
                live.set(link.place, last);
                last.place = link.place;
            }
            host(link.client).dialled--;
            host(link.server).clients.merge(link.transport, -1, Integer::sum);
            simulation.routing().linkGone(link, closed);
        }
    }

    // What breaks

    /** A host is gone without a word: the others notice when nothing comes for four hellos. */
    void hostDied(SimNode dead) {
        Host host = host(dead);
        for (Dial dial : List.copyOf(host.dials.values())) {
            ended(dial, false, silence(dead));
        }
        host.dials.clear();
        for (Dial dial : List.copyOf(host.served.values())) {
            if (dial.link != null) {
                end(dial.link, false);
            }
            fail(dial, "ping-exit", silence(dead));
        }
        host.served.clear();
    }

    private static Duration silence(SimNode node) {
        return Duration.ofSeconds((long) HELLOS_UNTIL_EXIT * node.parameters().helloSeconds());
    }

    /** The server processes of a host end and start again. */
    void restartServers(SimNode node) {
        for (Dial dial : List.copyOf(host(node).served.values())) {
            if (dial.link != null) {
                end(dial.link, true);
            }
            fail(dial, "reset by the server", Duration.ofMillis(100));
        }
        host(node).served.clear();
        for (Transport transport : List.of(Transport.UDP, Transport.TCP)) {
            node.event("server restarted", null, n -> n.onServerRestarted(serverIface(transport), node.now()));
        }
    }

    /** The internet was divided or is whole again. */
    void reachabilityChanged() {
        for (SimLink link : links()) {
            boolean blocked = simulation.internet().isCut(link.client.host(), link.server.host());
            if (link.blocked != blocked) {
                link.blocked = blocked;
                simulation.routing().linkChanged(link);
                if (blocked) {
                    int notice = link.notice;
                    Duration silence = silence(link.client);
                    simulation.queue().post(silence, () -> breakOff(link, notice));
                }
            }
        }
    }

    private void breakOff(SimLink link, int notice) {
        Dial dial = host(link.client).dials.get(link.clientIface);
        if (link.alive && link.blocked && link.notice == notice && dial != null && dial.link == link) {
            ended(dial, false, Duration.ZERO);
            exit(dial, "ping-exit");
        }
    }

    // What is there

    /** All tunnels that are up, in no order that means anything. */
    Collection<SimLink> links() {
        return Collections.unmodifiableList(live);
    }

    /** How many tunnels that are up the node has dialled. */
    int dialledCount(SimNode node) {
        return host(node).dialled;
    }

    /** How many clients are connected to the node's server. */
    int clientCount(SimNode node, Transport transport) {
        return host(node).clients.getOrDefault(transport, 0);
    }

    List<SimLink> linksOf(SimNode node) {
        List<SimLink> links = new ArrayList<>();
        for (Map<?, Dial> dials : List.of(host(node).dials, host(node).served)) {
            dials.values().forEach(dial -> {
                if (dial.link != null && dial.link.alive) {
                    links.add(dial.link);
                }
            });
        }
        return links;
    }

    /** Tunnels that came up, ever. */
    long establishedCount() {
        return established;
    }

    /** Tunnels that their client closed. */
    long closedCount() {
        return replaced;
    }
}
